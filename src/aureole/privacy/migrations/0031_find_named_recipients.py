from __future__ import annotations

from django.db import migrations

# What was noted before recipients were found by name waits to be read by the worker, batch by batch.
NOTE = """
    INSERT INTO search_entry (kind, row_id, person_id, at, tokens, epoch)
    SELECT 'disclosure', id, person_id, noted_at, '{}', 0 FROM privacy_disclosure
    ON CONFLICT (kind, row_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0030_recipients_settled"), ("search", "0003_persons_anew")]

    operations = [migrations.RunSQL(NOTE, migrations.RunSQL.noop)]
