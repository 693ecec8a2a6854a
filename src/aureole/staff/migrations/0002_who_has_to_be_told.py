from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations

_PERSONS = """
INSERT INTO privacy_informing (id, person_id, source, obtained_on, settled_at, how, objection_told_at, reminded_on)
SELECT gen_random_uuid(), person.id, person.source, (person.created_at AT TIME ZONE %s)::date, NULL, '', NULL, NULL
  FROM people_person person
 WHERE person.source IN ('mentioned', 'staff', 'import') AND person.status IN ('active', 'restricted')
   AND NOT EXISTS (SELECT 1 FROM staff_agent agent WHERE agent.person_id = person.id)
"""
_STAFF = """
INSERT INTO privacy_informing (id, person_id, source, obtained_on, settled_at, how, objection_told_at, reminded_on)
SELECT gen_random_uuid(), agent.person_id, 'staff', (agent.created_at AT TIME ZONE %s)::date, agent.created_at,
       'staff', agent.created_at, NULL
  FROM staff_agent agent JOIN people_person person ON person.id = agent.person_id
"""


def note_who_has_to_be_told(apps: Any, schema_editor: Any) -> None:
    """Persons whose data came from elsewhere before anybody kept count: nothing shows that they were told, so they are
    owed it, and their month began when they came. Whoever works here is told as staff."""
    with schema_editor.connection.cursor() as cursor:
        for statement in (_PERSONS, _STAFF):
            cursor.execute(statement, [settings.AUREOLE_TIME_ZONE])


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_agents_teams_sign_in"),
        ("people", "0008_pseudonyms"),
        ("privacy", "0021_informing"),
    ]

    operations = [
        # Going back, the rows go with their table.
        migrations.RunPython(note_who_has_to_be_told, migrations.RunPython.noop)
    ]
