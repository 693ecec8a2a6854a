from __future__ import annotations

from django.db import migrations

# Files that came before documents were read: noted as waiting, and read by the worker, batch by batch. What turns out
# to need no entry of its own (texts, pictures) is taken out by it.
NOTE = """
    INSERT INTO search_entry (kind, row_id, person_id, at, tokens, epoch)
    SELECT 'file', a.id, a.person_id, m.sent_at, '{}', 0
    FROM desk_attachment a JOIN desk_message m ON m.id = a.message_id
    ON CONFLICT (kind, row_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0006_brands"), ("search", "0003_persons_anew")]

    operations = [migrations.RunSQL(NOTE, migrations.RunSQL.noop)]
