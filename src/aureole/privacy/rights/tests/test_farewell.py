"""The last letter of an erasure: once at each address, tried again while the mail server is away, and not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.channels.email import transport
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import FailureReason, InboundMail, QuarantineReason
from aureole.channels.email.not_sent import NotSent
from aureole.channels.email.releasing import go_on_after_all
from aureole.desk.models import Ticket
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.models import Person, PersonStatus
from aureole.privacy.erasure import run
from aureole.privacy.erasure.events import ErasureCalledOff
from aureole.privacy.models import (
    Erasure,
    ErasureState,
    RequestLetter,
    RequestState,
    RequestStep,
    RightsRequest,
)
from aureole.privacy.replay.persons import resume_begun
from aureole.privacy.rights import farewell
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.disown_request import disown_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import today
from aureole.privacy.rights.tasks import carry_out_request
from aureole.testing.personas import Personas
from aureole.vault import suppression
from aureole.vault.fences.journal import note_begun, note_called_off, still_begun

OPERATOR = Actor.operator()
_MAIL = (
    b"From: Ada <ada@brevduva.example>\r\nTo: support@nordlys.example\r\nMessage-ID: <two@brevduva.example>\r\n"
    b"Subject: Tent\r\n\r\nI never asked for that.\r\n"
)
pytestmark = pytest.mark.django_db


class _Server(transport.FakeTransport):
    """Takes mail, or is away."""

    away = again = True

    def send(self, **given: Any) -> None:
        if self.away:
            raise NotSent(FailureReason.UNREACHABLE, again=self.again)
        super().send(**given)


@pytest.fixture
def server() -> Iterator[_Server]:
    fake = _Server()
    transport.use(fake)
    yield fake
    transport.use(None)


@pytest.fixture
def released(personas: Personas, settings: Any) -> RightsRequest:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    request = open_request(kind="erasure", person_id=ada.id, channel="cli", by=OPERATOR)
    vouch_identity(request_id=request.id, how="counter", by=OPERATOR)
    prepare_request(request_id=request.id, by=OPERATOR)
    return approve_request(request_id=request.id, by=personas.agent(role="admin").actor)


def _jobs() -> list[tuple[str, dict[str, str]]]:
    waiting = ProcrastinateJob.objects.filter(queueing_lock__startswith="farewell:", status="todo")
    return list(waiting.values_list("task_name", "args"))


def test_an_erasure_waits_for_its_last_letter_and_sends_it_once(
    released: RightsRequest, server: _Server, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        with pytest.raises(Refused, match="the last letter to the person waits"):
            complete_request(request_id=released.id, by=OPERATOR)
    assert Person.objects.get(pk=released.person_id).status == PersonStatus.ERASING, "frozen, and whole"
    assert _jobs() == [("privacy.carry_out_request", {"request_id": str(released.id)})], (
        "ids only, and one job"
    )
    told = [record.getMessage() for record in caplog.records if record.name == farewell.log.name]
    assert len(told) == 2
    assert f"no. {released.number}" in told[0] and "@" not in told[0]
    server.away = False
    carry_out_request(request_id=str(released.id))
    carry_out_request(request_id=str(released.id))
    assert [
        b"is done" in content
        for _, _, content in server.sent
        if b"/receipts/" in content.replace(b"=\n", b"")
    ] == [True]
    done = RightsRequest.objects.get(pk=released.id)
    assert (done.state, Erasure.objects.get().state) == (RequestState.DONE, ErasureState.DONE)
    assert not {"unsent", "waits_until"} & set(done.outcome or {})
    assert RequestStep.objects.filter(request=done, what="begun").count() == 1


def test_this_was_not_me_calls_an_erasure_off_that_waits_for_its_letter(
    released: RightsRequest, server: _Server
) -> None:
    with pytest.raises(Refused, match="the last letter to the person waits"):
        complete_request(request_id=released.id, by=OPERATOR)
    ada, begun = released.person_id, Erasure.objects.get()
    assert ada is not None
    note_begun(ada)  # as where a hold stopped it after that
    receive_mail(raw=_MAIL)
    assert InboundMail.objects.get().reason == QuarantineReason.SENDER_FROZEN
    assert suppression.entries(today())
    stopped = disown_request(request_id=released.id, by=Actor(kind="customer"))
    assert (stopped.state, stopped.refusal, stopped.outcome) == (
        RequestState.REFUSED,
        "not_the_person",
        None,
    )
    assert Person.objects.get(pk=ada).status == PersonStatus.ACTIVE, "as they were"
    assert not Erasure.objects.exists() and not suppression.entries(today())
    assert not RequestLetter.objects.filter(kind=farewell.KIND).exists()
    server.away = False
    carry_out_request(request_id=str(released.id))
    with pytest.raises(Refused, match="called off"):
        run._delete_rows(begun)  # a worker that had read it before
    assert not server.sent and Person.objects.get(pk=ada).name == "Ada Lindqvist"
    assert ada not in still_begun(), "no restore carries it out again"
    told = ProcrastinateJob.objects.filter(args__reaction__endswith="go_on_after_all")
    assert [job.args["payload"] for job in told] == [{"person_id": str(ada)}]
    go_on_after_all(ErasureCalledOff(person_id=ada))
    assert Ticket.objects.get().requester_id == ada, "what they wrote meanwhile is taken in"
    note_begun(ada)
    assert ada in still_begun(), "and a later one is noted anew"


def test_a_backup_of_the_hours_in_which_it_waited_does_not_carry_it_out(
    released: RightsRequest, server: _Server
) -> None:
    with pytest.raises(Refused):
        complete_request(request_id=released.id, by=OPERATOR)
    note_called_off(released.person_id, Erasure.objects.get().id)  # type: ignore[arg-type]
    server.away = False
    assert resume_begun() == (0, 0)
    again = RightsRequest.objects.get(pk=released.id)
    assert (again.state, Erasure.objects.count(), server.sent) == (RequestState.REFUSED, 0, [])


def test_once_anything_is_gone_it_cannot_be_called_off(
    released: RightsRequest, server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(erasure: Erasure) -> None:
        raise RuntimeError("the machine went away")

    server.away, steps = False, run._STEPS
    monkeypatch.setattr(run, "_STEPS", [(n, die if n == "keys" else step) for n, step in steps])
    with pytest.raises(RuntimeError):
        complete_request(request_id=released.id, by=OPERATOR)
    with pytest.raises(Refused, match="cannot be stopped any more"):
        disown_request(request_id=released.id, by=Actor(kind="customer"))
    assert RightsRequest.objects.get(pk=released.id).state == RequestState.EXECUTING


def test_a_server_that_stays_away_keeps_nobody_from_being_erased(
    released: RightsRequest, server: _Server
) -> None:
    with pytest.raises(Refused):
        complete_request(request_id=released.id, by=OPERATOR)
    with clock.at(now() + farewell.PATIENCE):
        carry_out_request(request_id=str(released.id))
    done = RightsRequest.objects.get(pk=released.id)
    assert (done.state, (done.outcome or {})["unsent"]) == (RequestState.DONE, 1), (
        "an officer hands the link over"
    )
    assert not Person.objects.filter(pk=released.person_id).exists()


@pytest.mark.parametrize("why", ["no server is set up", "the address is refused for good"])
def test_nothing_waits_where_waiting_changes_nothing(
    released: RightsRequest, server: _Server, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.again = False
    if why == "no server is set up":
        transport.use(None)
    done = complete_request(request_id=released.id, by=OPERATOR)
    assert (done.state, (done.outcome or {})["unsent"]) == (RequestState.DONE, 1)
    told = sum(one.name == farewell.log.name for one in caplog.records)
    assert told == (why == "no server is set up"), "tried, and said, once"
