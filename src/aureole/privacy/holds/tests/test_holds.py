"""What a hold may be placed on, what it blocks, and how the holds are listed."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from aureole.desk.models import Attachment, Message
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.actions.mark_child import mark_child
from aureole.people.models import Person
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.holds import guard
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.holds.listing import holds
from aureole.privacy.holds.tests.holding import OPERATOR, hold_on, message_of, release
from aureole.privacy.models import Hold
from aureole.privacy.rights.matters import matters
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.vault.files import read_file
from aureole.vault.models import SealedFile


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
    hold = hold_on(ada, "" if place == "person" else place, rows.get(place))
    assert [b.code for b in make_plan(ada.id).blockers] == [guard.CODE]
    with pytest.raises(Refused, match="legal hold"):
        erase_person(ada.id, by=OPERATOR, reason="")
    assert Person.objects.get(pk=ada.id).status == "active"
    release(hold)
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
            hold_on(ada, table, row_id)
    with pytest.raises(NotFound):
        place_hold(person_id=uuid.uuid4(), reason="x", review_on=today() + timedelta(days=1), by=OPERATOR)


def test_the_same_datum_is_held_once(personas: Personas) -> None:
    ada = personas.person()
    first = hold_on(ada)
    with pytest.raises(Refused, match="already"):
        hold_on(ada)
    release_hold(hold_id=first.id, reason="settled", by=OPERATOR)
    with pytest.raises(Refused, match="before"):
        release_hold(hold_id=first.id, reason="settled", by=OPERATOR)
    hold_on(ada)


def test_the_list_has_what_is_due_for_review_first_and_opens_the_reason(personas: Personas) -> None:
    later, due = personas.person(), personas.person("Bo Ek")
    with clock.at(now() - timedelta(days=120)):
        hold_on(due)
    hold_on(later)
    release_hold(hold_id=hold_on(personas.person()).id, reason="settled", by=OPERATOR)
    assert [line.urgency for line in holds()] == ["due", "later"]
    assert [line.urgency for line in holds(released_too=True)] == ["due", "later", "released"]
    assert holds()[0].hold.reason == "a claim was announced"


def test_a_held_text_of_somebody_else_is_not_blacked_out(personas: Personas) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Ek")
    personas.ticket(bo, text="Ada Lindqvist took it.")
    hold = hold_on(bo, "desk_message", message_of(bo).id)
    assert [b.code for b in make_plan(ada.id).blockers] == [guard.CODE]
    with pytest.raises(Refused, match="somebody else"):
        erase_person(ada.id, by=OPERATOR, reason="")
    release(hold)
    erase_person(ada.id, by=OPERATOR, reason="")


def test_a_held_document_of_somebody_else_stays_and_says_so_until_the_hold_ends(personas: Personas) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Ek")
    held, other = (
        NewFile(name=f"{name}.csv", content_type="text/csv", content=b"to;Ada Lindqvist") for name in "ab"
    )
    message = personas.message(personas.ticket(bo), bo, "Ada Lindqvist took it.", (held, other))
    kept, changed = message.attachments.order_by("position")
    hold = hold_on(bo, "desk_attachment", kept.id)
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
    again = hold_on(bo)
    release(hold)
    assert b"Ada" in read_file(_file_of(kept)), "everything of Bo is held"
    release(again)
    assert b"removed when that was released" in read_file(_file_of(kept))


def _file_of(attachment: Attachment) -> SealedFile:
    return Attachment.objects.select_related("file").get(pk=attachment.pk).file


def test_what_is_due_for_review_is_a_line_for_the_officer(personas: Personas) -> None:
    ada = personas.person()
    with clock.at(now() - timedelta(days=120)):
        hold_on(ada)
        mark_child(person=personas.person("Bo Ek"), known=True, by=OPERATOR)
    assert [m.kind for m in matters()] == ["child", "hold_review"]
