"""An arrival becomes somebody's record: of whom, by whom, and what both sides know afterwards."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from aureole.kernel.errors import Refused
from aureole.ledger.verifier import verify_receipt
from aureole.people.models import Person, PersonStatus
from aureole.privacy.models import (
    ArrivedState,
    ArrivedTransfer,
    Peer,
    RequestLetter,
    RequestStep,
    SentState,
)
from aureole.privacy.rights.place import today
from aureole.privacy.suppression.actions.lift_suppression import entry_of, lift_suppression
from aureole.privacy.suppression.attempts import attempts
from aureole.privacy.transfer.actions.add_peer import add_peer
from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
from aureole.privacy.transfer.peers import own_line, peer_named
from aureole.privacy.transfer.sending import deliver
from aureole.privacy.transfer.tasks import take_in_arrived
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from aureole.vault import suppression
from aureole.vault.intake import arrival_subject
from aureole.vault.keys import is_fenced
from aureole.vault.models import BlindIndexEntry
from aureole.web.transfers.tests.conftest import OPERATOR, Arrived, Wire, as_it_is, officer, sent_to


def test_somebody_known_here_is_put_together_by_a_person_only(arrived: Arrived, ada: Person) -> None:
    _, arrival = arrived
    with pytest.raises(Refused, match="same person"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR)
    with pytest.raises(Refused, match="same person"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=uuid.uuid4())
    assert as_it_is(arrival).state == ArrivedState.ARRIVED
    take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    assert as_it_is(arrival).person_id == ada.id


def test_after_it_is_taken_in_both_have_the_others_receipt_and_the_person_knows(
    arrived: Arrived, ada: Person, django_capture_on_commit_callbacks: Any
) -> None:
    sent, arrival = arrived
    with django_capture_on_commit_callbacks(execute=True):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    again = take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    assert again.state == ArrivedState.TAKEN_IN
    run_waiting_jobs("privacy.tell_sender")
    sent, arrival = as_it_is(sent), as_it_is(arrival)
    assert sent.state == SentState.TAKEN_IN and arrival.told_at is not None
    assert verify_receipt(sent.closing, sent.offer)["event"] == "taken_in"
    letters = RequestLetter.objects.filter(kind__startswith="moved")
    assert sorted(letters.values_list("kind", flat=True)) == ["moved_here", "moved_taken_in"]
    here = next(str(letter.text) for letter in letters if letter.kind == "moved_here")
    assert "Fjell Outdoor" in here and "Art. 6(1)(b)" in here and "/portal/privacy/" in here
    assert arrival.file is None and is_fenced(arrival_subject(arrival.id)), "what lay apart is destroyed"
    whats = list(RequestStep.objects.order_by("at", "id").values_list("what", flat=True))
    assert whats[-3:] == ["sent_on", "delivered_there", "taken_in_there"]


@pytest.mark.parametrize("status", [PersonStatus.RESTRICTED, PersonStatus.ERASING])
def test_nothing_is_taken_in_for_a_person_who_is_closed(
    arrived: Arrived, ada: Person, status: PersonStatus
) -> None:
    _, arrival = arrived
    Person.objects.filter(pk=ada.id).update(status=status)
    with pytest.raises(Refused, match="restricted or being erased"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR, same_as=ada.id)
    assert as_it_is(arrival).state == ArrivedState.ARRIVED


def test_a_peer_whose_packages_are_taken_in_by_themselves_still_waits_where_somebody_is_known(
    ada: Person, peer: Peer, line: Wire, personas: Personas
) -> None:
    add_peer(line=own_line(), name="Fjell", automatic=True, by=OPERATOR)
    assert Peer.objects.get().automatic and peer_named("fjell").id == peer.id
    sent = sent_to(ada, peer, officer(personas))
    deliver(sent.id)
    run_waiting_jobs("privacy.take_in_arrived")
    assert ArrivedTransfer.objects.get().state == ArrivedState.ARRIVED


def test_somebody_who_is_kept_away_is_not_taken_in_before_the_entry_is_lifted(
    arrived: Arrived, ada: Person
) -> None:
    _, arrival = arrived
    BlindIndexEntry.objects.all().delete()  # nobody here has the address any more
    address = [("email", "ada@brevduva.example")]
    suppression.suppress(address, ground="erased", today=today(), until=today() + timedelta(days=30))
    with pytest.raises(Refused, match="on the suppression list until"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR)
    take_in_arrived(arrival_id=str(arrival.id))
    assert as_it_is(arrival).state == ArrivedState.ARRIVED, "it waits for whoever decides"
    assert [one.way for one in attempts()] == ["import"], "officers hear of it, though the job failed nowhere"
    lift_suppression(entry_id=entry_of("ada@brevduva.example"), reason="asked to come", by=OPERATOR)
    with pytest.raises(Refused) as refused:
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR)
    assert refused.value.code == "package_ticket_taken", (
        "past the list: what is left is that this is its own peer"
    )
