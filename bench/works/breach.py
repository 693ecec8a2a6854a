"""Whom an account in wrong hands looked at: their marks found by digests, once for a breach.

The floor knows what our log does not hold: who read whom, in plain ids. It shows what finding them without costs.
"""

from __future__ import annotations

import os
from datetime import timedelta

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.privacy.breaches.actions.bound_breach import bound_breach
from aureole.privacy.breaches.actions.record_breach import record_breach
from aureole.privacy.breaches.affected import find
from aureole.privacy.models import Breach
from bench.company import Company
from bench.table import Measured
from bench.timing import race

TURNS = 5
_BY = Actor.operator()
_FLOOR = (
    "SELECT p.id, count(m.id) FROM floor.people_person p LEFT JOIN floor.desk_message m ON m.person_id = p.id "
    "WHERE p.id = ANY(%s) GROUP BY p.id"
)


def measure_breach(company: Company) -> list[Measured]:
    looked_at = company.heavy[-20:]
    thief, begun = company.agent.actor, now()  # the pages measured before were read by the same account
    with transaction.atomic():
        for person_id in looked_at:
            record("people.read", by=thief, person=person_id, fields=1)
    last = Entry.objects.filter(type="people.read").latest("number")
    Entry.objects.create(  # erased since: nobody's mark
        type=last.type,
        at=last.at,
        actor_kind=last.actor_kind,
        actor=last.actor,
        person=os.urandom(16),
        facts=last.facts,
    )
    breach = record_breach(
        title="Stolen password", facts="A password was guessed.", disclosed=True, noticed_at=now(), by=_BY
    )

    def look(turn: int) -> None:
        bound_breach(
            breach_id=breach.id, scope="reads", account=thief, since=begun,
            until=now() + timedelta(days=1), by=_BY,
        )  # fmt: skip
        find(breach.id)

    run = race(
        TURNS, warm_up=1,
        floor=lambda turn: company.floor.session.execute(_FLOOR, [looked_at]).fetchall(),
        ours=look,
    )  # fmt: skip
    found = Breach.objects.get(pk=breach.pk)
    assert (found.persons_found, found.persons_gone) == (21, 1), "not those who were looked at"
    persons, ours = Person.objects.count(), run.median("ours")
    note = f"{persons:,} persons on file, {len(looked_at)} looked at; once for a breach, in the worker"
    return [
        Measured(
            work="breach, whom an account looked at", size=company.size, floor=run.median("floor") * 1000,
            ours=ours * 1000, note=note,
        )
    ]  # fmt: skip
