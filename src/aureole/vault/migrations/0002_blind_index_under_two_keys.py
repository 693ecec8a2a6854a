from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_sealed_files_and_blind_index")]

    operations = [
        migrations.AlterField(
            model_name="blindindexentry",
            name="row_id",
            field=models.UUIDField(),
        ),
        migrations.AddConstraint(
            model_name="blindindexentry",
            constraint=models.UniqueConstraint(
                fields=("row_id", "epoch"), name="one_digest_per_row_and_epoch"
            ),
        ),
    ]
