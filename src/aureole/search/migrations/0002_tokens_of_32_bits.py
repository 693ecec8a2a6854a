from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

# Numbers of before mean nothing now. Their rows stay as rows of no epoch: the worker makes them anew.
FORWARDS = """
DROP INDEX search_entry_tokens;
ALTER TABLE search_entry ALTER COLUMN tokens TYPE integer[] USING '{}'::integer[];
UPDATE search_entry SET epoch = 0;
CREATE INDEX search_entry_tokens ON search_entry USING gin (tokens) WITH (fastupdate = on);
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_index_of_keyed_words")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARDS)],
            state_operations=[
                migrations.AlterField(
                    model_name="searchentry",
                    name="tokens",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
            ],
        ),
    ]
