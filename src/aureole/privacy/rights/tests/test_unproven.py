"""A request for which nobody proves who asks closes by itself, on a day that everybody can see coming."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.models import Person
from aureole.privacy.models import ChannelProof, RequestLetter, RequestPause, RequestState, RightsRequest
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.close_unproven import close_unproven
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import day_of
from aureole.privacy.rights.queue import steps_of
from aureole.privacy.rights.tasks import close_unproven_requests
from aureole.privacy.rights.unproven import closes_on, due_to_close
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CUSTOMER, SYSTEM = Actor(kind="customer"), Actor.system()


@pytest.fixture
def ada(db: None) -> Person:
    with clock.at(now() - timedelta(days=90)):
        return Personas().person("Ada Lindqvist", "ada@brevduva.example")


def _asked(
    person: Person | None, *, days_ago: int, channel: str = "portal", ask: bool = True
) -> RightsRequest:
    with clock.at(now() - timedelta(days=days_ago)):
        made = open_request(
            kind="access", by=CUSTOMER, channel=channel, person_id=person.id if person else None,
            contact="" if person else "nobody@brevduva.example", language="de",
        )  # fmt: skip
        return ask_identity(request_id=made.id, by=SYSTEM) if person and ask else made


def test_after_its_days_it_is_closed_and_the_person_is_told_the_rule(ada: Person) -> None:
    made = _asked(ada, days_ago=30)
    close_unproven_requests(timestamp=0)
    made.refresh_from_db()
    assert made.state == RequestState.UNPROVEN and made.closed_at is not None
    assert steps_of(made)[-1].what == "closed_unproven" and steps_of(made)[-1].by_kind == "system"
    assert not RequestPause.objects.filter(until=None).exists()
    assert not ChannelProof.objects.filter(expires_at__gt=now()).exists()
    letter = unlock(RequestLetter.objects.filter(kind="unproven"))[0]
    assert "30 Tagen" in str(letter.text) and "Art. 12" in str(letter.text)
    close_unproven_requests(timestamp=0)
    assert RequestLetter.objects.filter(kind="unproven").count() == 1


def test_the_day_counts_from_the_last_time_we_asked_and_can_be_seen_before(ada: Person) -> None:
    made = _asked(ada, days_ago=40)
    with clock.at(now() - timedelta(days=10)):
        ask_identity(request_id=made.id, by=CUSTOMER)
    made.refresh_from_db()
    assert closes_on(made, steps_of(made)) == day_of(now()) + timedelta(days=20)
    assert due_to_close() == []
    with pytest.raises(Refused, match="still waits"):
        close_unproven(request_id=made.id, by=SYSTEM)


def test_one_that_nobody_recognised_closes_too_and_tells_nobody(db: None) -> None:
    made = _asked(None, days_ago=31)
    close_unproven_requests(timestamp=0)
    made.refresh_from_db()
    assert made.state == RequestState.UNPROVEN and not RequestLetter.objects.exists()


def test_our_own_silence_closes_nothing(ada: Person) -> None:
    _asked(ada, days_ago=60, channel="agent", ask=False)
    assert due_to_close() == []


def test_neither_does_one_whose_identity_was_established(ada: Person) -> None:
    made = _asked(ada, days_ago=60)
    vouch_identity(request_id=made.id, how="called back", by=Personas().agent(role="privacy_officer").actor)
    assert due_to_close() == []


def test_an_instance_may_wait_for_ever(ada: Person, settings: Any) -> None:
    settings.AUREOLE_UNPROVEN_DAYS = 0
    made = _asked(ada, days_ago=60)
    assert due_to_close() == [] and closes_on(made, steps_of(made)) is None
