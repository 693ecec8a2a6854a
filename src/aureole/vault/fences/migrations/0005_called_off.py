from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fences", "0004_merges"),
    ]

    operations = [
        migrations.AlterField(
            model_name="fenceline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("founded", "the list was begun"),
                    ("begun", "an erasure was begun"),
                    ("fenced", "keys were fenced, to be destroyed next"),
                    ("changed", "a row of somebody else was blacked out"),
                    ("deleted", "a row of somebody else was deleted"),
                    ("stands", "somebody may not be used, written to or erased"),
                    ("replayed", "a restored database was brought up to the list"),
                    ("suppressed", "an address of an erased person may not quietly come back"),
                    ("merged", "two records became one person's, or were parted again"),
                    ("lifted", "an address may come back"),
                    ("called_off", "an erasure was called off before anything was gone"),
                ],
                max_length=10,
            ),
        ),
    ]
