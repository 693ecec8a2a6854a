from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0005_consents")]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="statement",
            field=models.JSONField(null=True),
        ),
    ]
