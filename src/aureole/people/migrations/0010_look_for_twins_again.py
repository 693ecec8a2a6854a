from __future__ import annotations

from django.db import migrations

# Whoever was looked at while the index did not hold the keys of twins yet is looked at once more, after it does.
AGAIN = """
UPDATE people_person SET twins_sought = false
WHERE twins_sought AND NOT EXISTS (SELECT FROM people_twin WHERE people_twin.person_id = people_person.id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_time_zones"),
        ("search", "0003_persons_anew"),
    ]

    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop)]
