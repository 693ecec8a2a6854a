from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from aureole.channels.email.models import InboundMail, OutboundMail
from aureole.desk.models import Attachment, Message, Participant, Tag, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.privacy.erasure import deleting, run
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.erasure.standing import note_end, note_step
from aureole.privacy.erasure.together import Keys, delete_together
from aureole.privacy.models import Erasure
from aureole.testing.personas import Personas
from aureole.vault.store import file_store

OPERATOR = Actor.operator()
FILE = NewFile(name="a.txt", content_type="text/plain", content=b"x" * 50_000)


def _someone_with_much(personas: Personas) -> Person:
    """Messages, a file, and tickets that others wrote in, so that the engine finds rows after the desk's step."""
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Ek")
    for number in range(4):
        ticket = personas.ticket(bo if number % 2 else ada)
        personas.message(ticket, bo, "Bo's own words")
        personas.message(ticket, ada, "hers", (FILE,))
        personas.copied(ticket, ada)
    return ada


def _planned(person: Person) -> dict[str, int]:
    return {c.place: c.count for c in make_plan(person.id).erase if c.place != "key store"}


def test_small_batches_take_the_same_rows(personas: Personas, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = _someone_with_much(personas)
    planned = _planned(ada)
    monkeypatch.setattr(deleting, "BATCH", 3)
    erased = erase_person(ada.id, by=OPERATOR, reason="").erased
    assert {item["place"]: item["count"] for item in erased} == planned
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("after", range(1, 8))
def test_a_break_after_any_batch_loses_and_doubles_no_count(
    personas: Personas, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    ada = _someone_with_much(personas)
    planned = _planned(ada)
    monkeypatch.setattr(deleting, "BATCH", 3)
    left = [after]

    def break_off(erasure: Erasure, *args: object) -> None:
        left[0] -= 1
        note_step(erasure, *args)  # type: ignore[arg-type]
        if not left[0]:
            raise RuntimeError("power cut")

    monkeypatch.setattr(run, "note_step", break_off)
    with pytest.raises(RuntimeError):
        erase_person(ada.id, by=OPERATOR, reason="")
    monkeypatch.setattr(run, "note_step", note_step)
    erased = carry_out(Erasure.objects.get().pk).erased
    assert {item["place"]: item["count"] for item in erased} == planned


def test_what_hangs_on_a_row_goes_with_it_and_what_only_points_at_it_stays(personas: Personas) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Ek")
    ticket, other = personas.ticket(ada), personas.ticket(bo)
    message = personas.message(ticket, ada, "hers", (FILE,))
    file = Attachment.objects.get().file
    Ticket.objects.filter(pk=other.pk).update(linked_to=ticket)
    ticket.tags.add(Tag.objects.create(name="late"))
    personas.copied(ticket, bo)
    OutboundMail.objects.create(message=message, person=bo, address="bo@x.example", created_at=now())
    mail = InboundMail.objects.create(
        mailbox="a@b.example", identity=b"1", size=1, received_at=now(), person=bo, ticket=ticket,
        message=message, file=file,
    )  # fmt: skip
    Attachment.objects.all().delete()
    gone = delete_together(
        {
            Ticket: Keys.listed(Ticket, "id", [ticket.pk]),
            Message: Keys.listed(Message, "ticket_id", [ticket.pk]),
            type(file): Keys.listed(type(file), "id", [file.pk]),
        }
    )
    assert gone == {
        "desk_ticket": 1, "desk_message": 2, "vault_sealed_file": 1, "desk_participant": 1,
        "email_outbound_mail": 1,
    }  # fmt: skip
    mail.refresh_from_db()
    assert (mail.ticket_id, mail.message_id, mail.file_id, mail.person_id) == (None, None, None, bo.id)
    assert Ticket.objects.get().linked_to_id is None
    assert not Participant.objects.exists()


def test_ciphertexts_go_once_their_rows_have_and_stay_when_that_fails(transactional_db: None) -> None:
    personas = Personas()
    personas.message(personas.ticket(), personas.person(), "hers", (FILE,))
    attachment = Attachment.objects.select_related("file").get()
    stored = str(attachment.file.stored_as)
    model = type(attachment.file)
    doomed = Keys.listed(model, "id", [attachment.file_id])
    with pytest.raises(IntegrityError):
        delete_together({model: doomed})
    assert stored in file_store().names() and model.objects.exists()
    with transaction.atomic():
        delete_together({model: doomed, Attachment: Keys.listed(Attachment, "id", [attachment.pk])})
        assert stored in file_store().names()
    assert stored not in file_store().names()


def test_counts_add_up_and_an_end_by_another_process_is_noticed(personas: Personas) -> None:
    erasure = begin_erasure(person_id=personas.person().id, by=OPERATOR, reason="")
    other = Erasure.objects.get()
    note_step(erasure, "", Counter({"a": 1, "b": 0}))
    note_step(other, "rows", Counter({"a": 2, "c": 3}))
    assert other.done == Erasure.objects.get().done == {"a": 3, "c": 3}
    note_end(other)
    note_step(erasure, "mentions", Counter({"a": 5}))
    assert (erasure.state, erasure.step, erasure.done) == ("done", "done", {"a": 3, "c": 3})
