"""A transfer that ends otherwise: refused, taken back, erased, run out; and what proves it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.verifier import main, verify_bundle, verify_receipt
from aureole.people.models import Person
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.models import (
    ArrivedState,
    RequestLetter,
    SentState,
)
from aureole.privacy.rights.actions.disown_request import disown_request
from aureole.privacy.rights.evidence import evidence_of
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
from aureole.privacy.transfer.actions.withdraw_transfer import withdraw_transfer
from aureole.privacy.transfer.receipts import sweep_transfers
from aureole.testing.jobs import run_waiting_jobs
from aureole.vault.intake import arrival_subject
from aureole.vault.keys import is_fenced
from aureole.vault.models import SealedFile
from aureole.web.transfers.tests.conftest import OPERATOR, Arrived, Wire, as_it_is


def test_a_refusal_destroys_what_came_and_is_told_with_a_receipt(
    arrived: Arrived, django_capture_on_commit_callbacks: Any
) -> None:
    sent, arrival = arrived
    with django_capture_on_commit_callbacks(execute=True):
        refuse_arrival(arrival_id=arrival.id, by=OPERATOR)
    run_waiting_jobs("privacy.tell_sender")
    sent = as_it_is(sent)
    said = verify_receipt(sent.closing, sent.offer)
    assert (said["event"], said["ground"], sent.state) == ("refused", "unwanted", SentState.REFUSED)
    assert not SealedFile.objects.filter(person_id=arrival_subject(arrival.id)).exists()
    assert is_fenced(arrival_subject(arrival.id))
    assert RequestLetter.objects.filter(kind="moved_refused").exists()
    with pytest.raises(Refused, match="refused already"):
        take_in_arrival(arrival_id=arrival.id, by=OPERATOR)


def test_an_erasure_takes_back_what_is_on_its_way_and_destroys_what_waits(
    arrived: Arrived, ada: Person, line: Wire
) -> None:
    sent, arrival = arrived
    erase_person(ada.id, by=OPERATOR, reason="she asked")
    sent, arrival = as_it_is(sent), as_it_is(arrival)
    assert (sent.state, sent.person_id, sent.key) == (SentState.WITHDRAWN, None, None)
    assert (arrival.state, arrival.ground, arrival.file) == (ArrivedState.REFUSED, "erased", None)
    run_waiting_jobs("privacy.tell_withdrawn")
    assert line.said[-1] == "/transfers/withdrawals"
    assert verify_receipt(as_it_is(sent).closing, sent.offer)["event"] == "refused"


def test_what_is_taken_back_is_destroyed_there(arrived: Arrived) -> None:
    sent, arrival = arrived
    withdraw_transfer(transfer_id=sent.id, by=OPERATOR)
    run_waiting_jobs("privacy.tell_withdrawn")
    assert (as_it_is(arrival).state, as_it_is(arrival).ground) == (ArrivedState.REFUSED, "withdrawn")
    assert verify_receipt(as_it_is(sent).closing, sent.offer)["ground"] == "withdrawn"


def test_a_request_that_was_disowned_stops_what_it_had_begun(arrived: Arrived) -> None:
    sent, _ = arrived
    assert sent.request_id is not None
    disown_request(request_id=sent.request_id, by=Actor(kind="customer"))
    assert as_it_is(sent).state == SentState.WITHDRAWN


def test_nobody_decides_for_ever(arrived: Arrived) -> None:
    _, arrival = arrived
    assert sweep_transfers() == 0
    with clock.at(now() + timedelta(days=31)):
        assert sweep_transfers() == 1
        assert sweep_transfers() == 0
    assert (as_it_is(arrival).state, as_it_is(arrival).ground) == (ArrivedState.REFUSED, "run_out")


def test_the_evidence_of_the_request_has_the_receipts_and_holds(
    arrived: Arrived, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    sent, arrival = arrived
    refuse_arrival(arrival_id=arrival.id, by=OPERATOR)
    run_waiting_jobs("privacy.tell_sender")
    sent = as_it_is(sent)
    assert sent.request_id is not None
    evidence_of(sent.request_id, tmp_path / "evidence.zip", by=OPERATOR)
    found = verify_bundle(tmp_path / "evidence.zip").checked
    assert "the package sent to another controller: delivered, refused" in found
    for name in ("offer", "receipt", "closing"):
        (tmp_path / name).write_text(getattr(sent, name), "utf-8")
    files = [str(tmp_path / name) for name in ("offer", "receipt", "closing")]
    assert main([*files, "--key", sent.peer.fingerprint]) == 0
    assert "refused (unwanted)" in capsys.readouterr().out
    (tmp_path / "receipt").write_text(sent.receipt.replace("delivered", "taken_in"), "utf-8")
    assert main(files) == 1
