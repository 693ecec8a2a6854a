from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0026_first_disclosures"),
    ]

    operations = [
        migrations.AddField(
            model_name="informing",
            name="disclosed_to",
            field=models.CharField(
                blank=True,
                choices=[
                    ("controller", "another company, as the person asked"),
                    ("group", "another company of ours"),
                    ("carrier", "a carrier"),
                    ("supplier", "a supplier or maker"),
                    ("insurer", "an insurer"),
                    ("adviser", "a lawyer or other adviser"),
                    ("authority", "an authority or a court"),
                ],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
    ]
