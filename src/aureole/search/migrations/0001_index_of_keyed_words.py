from __future__ import annotations

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("row_id", models.UUIDField()),
                ("person_id", models.UUIDField(db_index=True)),
                ("at", models.DateTimeField()),
                (
                    "tokens",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("epoch", models.SmallIntegerField()),
            ],
            options={
                "db_table": "search_entry",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=True, fields=["tokens"], name="search_entry_tokens"
                    ),
                    models.Index(fields=["at", "row_id"], name="search_entry_latest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "row_id"), name="one_search_entry_per_row")
                ],
            },
        ),
    ]
