from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0035_recipient_notices"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="disclosure",
            name="settled",
        ),
    ]
