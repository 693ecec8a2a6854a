"""A hold wins or is refused, whatever else happens at the same moment; and what waited for it goes on."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from aureole.desk.actions.reply import reply
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.drafts_aside import drop_released
from aureole.desk.models import Attachment, Draft, Message, Ticket
from aureole.desk.queries import drafts_of
from aureole.desk.releasing import remove_what_stayed
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.actions.mark_child import mark_child
from aureole.people.models import Person
from aureole.privacy.erasure import deleting, run
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.erasure.standing import note_step
from aureole.privacy.erasure.tasks import carry_out_erasure
from aureole.privacy.holds import guard
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.holds.listing import holds
from aureole.privacy.holds.resuming import resume_what_waited
from aureole.privacy.models import Erasure, Hold, RightsRequest
from aureole.privacy.replay.persons import resume_begun
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.matters import matters
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.vault.files import read_file
from aureole.vault.models import SealedFile
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()


def _hold(person: Person, table: str = "", row_id: uuid.UUID | None = None) -> Hold:
    return place_hold(
        person_id=person.id, table=table, row_id=row_id, reason="a claim was announced", by=OPERATOR,
        review_on=today() + timedelta(days=90),
    )  # fmt: skip


def _release(hold: Hold) -> None:
    """And what the worker does then."""
    release_hold(hold_id=hold.id, reason="settled", by=OPERATOR)
    remove_what_stayed(HoldReleased(person_id=hold.person_id))
    resume_what_waited(HoldReleased(person_id=hold.person_id))


def _message_of(person: Person) -> Message:
    found = Message.objects.filter(person=person).first()
    assert found is not None
    return found


# ------------------------------------------------------------------ placing and looking


@pytest.mark.parametrize("place", ["person", "desk_ticket", "desk_message", "vault_sealed_file"])
def test_a_hold_on_anything_of_a_person_blocks_their_erasure_and_says_so(
    personas: Personas, place: str
) -> None:
    ada = personas.person()
    ticket = personas.ticket(ada)
    file = NewFile(name="a.txt", content_type="text/plain", content=b"x")
    message = personas.message(ticket, ada, "look", (file,))
    rows = {
        "desk_ticket": ticket.id,
        "desk_message": message.id,
        "vault_sealed_file": Attachment.objects.get().file_id,
    }
    hold = _hold(ada, "" if place == "person" else place, rows.get(place))
    assert [b.code for b in make_plan(ada.id).blockers] == [guard.CODE]
    with pytest.raises(Refused, match="legal hold"):
        erase_person(ada.id, by=OPERATOR, reason="")
    assert Person.objects.get(pk=ada.id).status == "active"
    _release(hold)
    erase_person(ada.id, by=OPERATOR, reason="")
    assert not Hold.objects.exists(), "a released hold is the person's data and goes with them"


def test_a_hold_says_why_and_until_when(personas: Personas) -> None:
    ada = personas.person()
    with pytest.raises(Refused, match="why"):
        place_hold(person_id=ada.id, reason=" ", review_on=today() + timedelta(days=1), by=OPERATOR)
    with pytest.raises(Refused, match="to come"):
        place_hold(person_id=ada.id, reason="claim", review_on=today(), by=OPERATOR)
    assert Entry.objects.filter(type="privacy.hold_placed").count() == 0


def test_a_hold_is_of_something_that_is_there_and_of_that_person(personas: Personas) -> None:
    ada, bo = personas.person(), personas.person("Bo Ek")
    ticket = personas.ticket(bo)
    for table, row_id in (("desk_ticket", ticket.id), ("desk_ticket", uuid.uuid4()), ("nowhere", ticket.id)):
        with pytest.raises(NotFound):
            _hold(ada, table, row_id)
    with pytest.raises(NotFound):
        place_hold(person_id=uuid.uuid4(), reason="x", review_on=today() + timedelta(days=1), by=OPERATOR)


def test_the_same_datum_is_held_once(personas: Personas) -> None:
    ada = personas.person()
    first = _hold(ada)
    with pytest.raises(Refused, match="already"):
        _hold(ada)
    release_hold(hold_id=first.id, reason="settled", by=OPERATOR)
    with pytest.raises(Refused, match="before"):
        release_hold(hold_id=first.id, reason="settled", by=OPERATOR)
    _hold(ada)


def test_the_list_has_what_is_due_for_review_first_and_opens_the_reason(personas: Personas) -> None:
    later, due = personas.person(), personas.person("Bo Ek")
    with clock.at(now() - timedelta(days=120)):
        _hold(due)
    _hold(later)
    release_hold(hold_id=_hold(personas.person()).id, reason="settled", by=OPERATOR)
    assert [line.urgency for line in holds()] == ["due", "later"]
    assert [line.urgency for line in holds(released_too=True)] == ["due", "later", "released"]
    assert holds()[0].hold.reason == "a claim was announced"


def test_a_held_text_of_somebody_else_is_not_blacked_out(personas: Personas) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Ek")
    personas.ticket(bo, text="Ada Lindqvist took it.")
    hold = _hold(bo, "desk_message", _message_of(bo).id)
    assert [b.code for b in make_plan(ada.id).blockers] == [guard.CODE]
    with pytest.raises(Refused, match="somebody else"):
        erase_person(ada.id, by=OPERATOR, reason="")
    _release(hold)
    erase_person(ada.id, by=OPERATOR, reason="")


def test_a_held_document_of_somebody_else_stays_and_says_so_until_the_hold_ends(personas: Personas) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Ek")
    held, other = (
        NewFile(name=f"{name}.csv", content_type="text/csv", content=b"to;Ada Lindqvist") for name in "ab"
    )
    message = personas.message(personas.ticket(bo), bo, "Ada Lindqvist took it.", (held, other))
    kept, changed = message.attachments.order_by("position")
    hold = _hold(bo, "desk_attachment", kept.id)
    place = "vault_sealed_file (others' texts)"
    plan = make_plan(ada.id)
    assert (plan.blockers, {c.place: c.count for c in plan.erase}[place]) == ((), 1)
    outcome = erase_person(ada.id, by=OPERATOR, reason="", expected_hash=plan.hash)
    [said] = [item for item in outcome.kept if item["place"] == place]
    assert (said["count"], said["article"]) == (1, "GDPR Art. 17(3)(e)")
    assert outcome.residue["places"] == []
    assert read_file(_file_of(kept)) == b"to;Ada Lindqvist"
    assert read_file(_file_of(changed)) == b"to;[erased person]"
    assert Message.objects.get(pk=message.pk).text == "[erased person] took it."
    again = _hold(bo)
    _release(hold)
    assert b"Ada" in read_file(_file_of(kept)), "everything of Bo is held"
    _release(again)
    assert b"removed when that was released" in read_file(_file_of(kept))


def _file_of(attachment: Attachment) -> SealedFile:
    return Attachment.objects.select_related("file").get(pk=attachment.pk).file


# ------------------------------------------------------------------ while an erasure runs


def test_a_hold_that_comes_after_the_start_stops_an_erasure_before_anything_goes(personas: Personas) -> None:
    ada = personas.person()
    ticket = personas.ticket(ada)
    erasure = begin_erasure(person_id=ada.id, by=OPERATOR, reason="")
    hold = _hold(ada, "desk_ticket", ticket.id)
    with pytest.raises(Refused, match="goes on"):
        carry_out(erasure.id)
    carry_out_erasure(erasure_id=str(erasure.id))  # the worker leaves it alone
    assert Ticket.objects.get().requester_id == ada.id
    assert _message_of(ada).text == "It broke."
    _release(hold)
    assert Erasure.objects.get().state == "done"
    assert not Message.objects.exists()


def test_half_way_a_hold_keeps_what_is_there_and_is_refused_for_what_is_not(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bo = personas.person(), personas.person("Bo Ek")
    for _ in range(3):
        ticket = personas.ticket(bo)
        personas.message(ticket, ada, "hers")
    monkeypatch.setattr(deleting, "BATCH", 1)
    hers = [m.id for m in Message.objects.filter(person=ada)]
    two_left: list[bool] = []

    def break_off(erasure: Erasure, *args: Any) -> None:
        if two_left:
            raise RuntimeError("power cut")
        note_step(erasure, *args)
        if Message.objects.filter(pk__in=hers).count() == 2:
            two_left.append(True)

    monkeypatch.setattr(run, "note_step", break_off)
    with pytest.raises(RuntimeError):
        erase_person(ada.id, by=OPERATOR, reason="")
    monkeypatch.setattr(run, "note_step", note_step)
    left = [m for m in hers if Message.objects.filter(pk=m).exists()]
    [gone] = set(hers) - set(left)
    with pytest.raises(NotFound):
        _hold(ada, "desk_message", gone)
    with pytest.raises(Refused, match="a part of it"):
        _hold(ada)
    hold = _hold(ada, "desk_message", left[0])
    with pytest.raises(Refused, match="goes on"):
        carry_out(Erasure.objects.get().id)
    assert Message.objects.get(pk=left[0]).text == "hers"
    _release(hold)
    assert Erasure.objects.get().state == "done"


@pytest.mark.parametrize("first", ["hold", "deletion"])
def test_of_a_hold_and_a_deletion_at_once_one_wins_whole(
    transactional_db: None, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two connections, the later one starting while the earlier one's transaction is open."""
    personas = Personas()
    ada = personas.person()
    ticket = personas.ticket(ada)
    erasure = begin_erasure(person_id=ada.id, by=OPERATOR, reason="")
    inside, go_on, outcome = threading.Event(), threading.Event(), dict[str, str]()

    def attempt(name: str, act: Callable[[], object]) -> threading.Thread:
        def body() -> None:
            try:
                act()
                outcome[name] = "done"
            except Refused as refusal:
                outcome[name] = refusal.code
            finally:
                connections.close_all()

        thread = threading.Thread(target=body)
        thread.start()
        return thread

    def pausing(original: Callable[..., Any]) -> Callable[..., Any]:
        def paused(*args: Any, **kwargs: Any) -> Any:
            found = original(*args, **kwargs)
            if not inside.is_set():
                inside.set()
                assert go_on.wait(10)
            return found

        return paused

    from aureole.privacy.holds.actions import place_hold as placing

    if first == "hold":
        monkeypatch.setattr(placing, "_stop_requests", pausing(placing._stop_requests))
    else:
        monkeypatch.setattr(deleting, "delete_batch", pausing(deleting.delete_batch))
    acts: dict[str, Callable[[], object]] = {
        "hold": lambda: _hold(ada, "desk_ticket", ticket.id),
        "deletion": lambda: carry_out(erasure.id),
    }
    second = "deletion" if first == "hold" else "hold"
    earlier = attempt(first, acts[first])
    assert inside.wait(10)
    later = attempt(second, acts[second])
    later.join(timeout=0.3)
    assert later.is_alive(), "the later one waits for the earlier one's transaction"
    go_on.set()
    earlier.join(20)
    later.join(20)
    if first == "hold":
        assert outcome == {"hold": "done", "deletion": "erasure_held"}
        assert Message.objects.filter(ticket=ticket).count() == 1
    else:
        assert outcome["deletion"] == "done"
        assert outcome["hold"] in ("person_not_found", "hold_too_late", "hold_nothing")
        assert not Ticket.objects.exists() and not Hold.objects.exists()


def test_a_delete_outside_a_transaction_is_a_mistake_of_ours(transactional_db: None) -> None:
    with pytest.raises(TypeError):
        guard.refuse_held(set())
    with transaction.atomic():
        guard.refuse_held(set())


# ------------------------------------------------------------------ requests and restores


def _asked(ada: Person) -> RightsRequest:
    opened = open_request(kind="erasure", person_id=ada.id, channel="portal", by=Actor(kind="customer"))
    return vouch_identity(request_id=opened.id, how="showed her card", by=OPERATOR)


def test_a_request_waits_for_a_hold_and_is_prepared_again_by_its_release(personas: Personas) -> None:
    ada = personas.person()
    hold = _hold(ada)
    request = _asked(ada)
    for _ in range(2):
        with pytest.raises(Refused, match="legal hold"):
            prepare_request(request_id=request.id, by=OPERATOR)
    steps = [s.what for s in request.steps.all()]
    assert (steps[-1], steps.count("held")) == ("held", 1)
    _release(hold)
    assert RightsRequest.objects.get().state == "approval"


def test_a_hold_takes_the_release_of_an_erasure_back(personas: Personas, settings: Any) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    ada, officer = personas.person(), personas.agent(role="privacy_officer")
    request = prepare_request(request_id=_asked(ada).id, by=OPERATOR)
    approve_request(request_id=request.id, by=officer.actor)
    hold = _hold(ada)
    assert RightsRequest.objects.get().state == "working"
    with pytest.raises(Refused):
        complete_request(request_id=request.id, by=OPERATOR)
    _release(hold)
    assert RightsRequest.objects.get().state == "approval"


def test_a_request_whose_erasure_a_hold_stopped_is_completed_by_the_release(
    personas: Personas, settings: Any
) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    ada, officer = personas.person(), personas.agent(role="privacy_officer")
    personas.ticket(ada)
    request = prepare_request(request_id=_asked(ada).id, by=OPERATOR)
    approve_request(request_id=request.id, by=officer.actor)
    begin_erasure(person_id=ada.id, by=OPERATOR, reason="", expected_hash=request.plan_hash)
    hold = _hold(ada)
    with pytest.raises(Refused, match="goes on"):
        complete_request(request_id=request.id, by=OPERATOR)
    _release(hold)
    assert RightsRequest.objects.get().state == "done"
    assert not Person.objects.filter(pk=ada.id).exists()


def test_a_hold_that_came_back_with_a_backup_stops_the_erasure_of_the_replay(personas: Personas) -> None:
    ada = personas.person()
    begin_erasure(person_id=ada.id, by=OPERATOR, reason="")
    hold = _hold(ada)
    assert resume_begun()[1] >= 1
    assert Person.objects.filter(pk=ada.id).exists()
    _release(hold)
    assert not Person.objects.filter(pk=ada.id).exists()


def test_a_draft_about_somebody_held_that_names_the_person_stops_the_erasure(personas: Personas) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Ek")
    ticket = personas.ticket(bo)
    save_draft(ticket=ticket, text="Ask Ada Lindqvist", kind="note", by=personas.agent().actor)
    hold = _hold(bo)
    with pytest.raises(Refused, match="goes on"):
        erase_person(ada.id, by=OPERATOR, reason="")
    assert unlock(Draft.objects.all())[0].text == "Ask Ada Lindqvist"
    _release(hold)
    assert Erasure.objects.get().state == "done"
    assert "Ada" not in str(unlock(Draft.objects.all())[0].text)


def test_a_hold_keeps_the_draft_that_was_there_whatever_its_author_does(personas: Personas) -> None:
    bo, agent = personas.person("Bo Ek"), personas.agent()
    ticket = personas.ticket(bo)

    def kept() -> list[str]:
        return [str(draft.text) for draft in unlock(Draft.objects.order_by("updated_at"))]

    def type_in(text: str) -> None:
        save_draft(ticket=ticket, text=text, kind="public", by=agent.actor)

    type_in("first")
    type_in("second")
    first = place_hold(
        person_id=bo.id, reason="claim", review_on=today() + timedelta(days=1), by=OPERATOR, table="desk_draft",
        row_id=Draft.objects.get().pk,
    )  # fmt: skip
    type_in("third")
    type_in("fourth")
    assert kept() == ["second", "fourth"], "what is typed on is not kept with each pause"
    assert [draft.text for draft in drafts_of(ticket, agent.actor)] == ["fourth"]
    whole = _hold(bo)
    type_in("")
    assert (kept(), drafts_of(ticket, agent.actor)) == (["second", "fourth"], ())
    type_in("fifth")
    reply(ticket=ticket, text="Sent.", by=agent.actor)
    assert kept() == ["second", "fourth"]
    _release(first)
    drop_released(HoldReleased(person_id=bo.id))
    assert kept() == ["second", "fourth"]
    _release(whole)
    drop_released(HoldReleased(person_id=bo.id))
    assert kept() == []


def test_what_is_due_for_review_is_a_line_for_the_officer(personas: Personas) -> None:
    ada = personas.person()
    with clock.at(now() - timedelta(days=120)):
        _hold(ada)
        mark_child(person=personas.person("Bo Ek"), known=True, by=OPERATOR)
    assert [m.kind for m in matters()] == ["child", "hold_review"]
