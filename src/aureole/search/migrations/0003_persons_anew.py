from __future__ import annotations

from django.db import migrations, models

# What a person's row holds has grown: keys by which two records of one person and full names in texts are found.
# Rows of no epoch are made anew by the worker, batch by batch; until then they are found by what they hold.
OUTDATE = "UPDATE search_entry SET epoch = 0 WHERE kind = 'person' AND epoch <> 0"


class Migration(migrations.Migration):
    dependencies = [("search", "0002_tokens_of_32_bits")]

    operations = [
        migrations.RunSQL(OUTDATE, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["kind"], condition=models.Q(epoch=0), name="search_entry_of_older"),
        ),
    ]
