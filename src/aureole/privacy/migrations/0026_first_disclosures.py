from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0025_who_agreed_to_erasures"),
    ]

    operations = [
        migrations.AddField(
            model_name="informing",
            name="disclosed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="informing",
            index=models.Index(
                condition=models.Q(("settled_at", None)),
                fields=["disclosed_on", "obtained_on", "id"],
                name="informing_in_order",
            ),
        ),
    ]
