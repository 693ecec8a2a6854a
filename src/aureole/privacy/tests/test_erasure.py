from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import typst

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.file_index import unread_files
from aureole.desk.file_mentions import FILES
from aureole.desk.models import Draft, Message, Ticket, TicketStatistic
from aureole.desk.queries import ThreadMessage, open_conversation
from aureole.desk.tasks import read_files
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.checkpoints import log_key
from aureole.ledger.models import Entry
from aureole.ledger.verifier import EntryProof
from aureole.people.models import Identifier, Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure import proof, run
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.redactor import MARK
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.erasure.unfinished import go_on_with_begun
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.holds.tests.holding import hold_on
from aureole.privacy.models import Erasure
from aureole.privacy.rights.matters import matters
from aureole.search.models import SearchEntry
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from aureole.vault.files import read_file
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState
from aureole.vault.models import BlindIndexEntry, SealedFile

OFFICER = Actor.operator()
ADDRESS = "ada.lindqvist@brevduva.example"


def _ada(personas: Personas) -> Person:
    return personas.person("Ada Lindqvist", ADDRESS)


def test_everything_of_the_person_goes_and_figures_stay(personas: Personas) -> None:
    ada, agent = _ada(personas), personas.agent()
    ticket = personas.ticket(ada)
    personas.message(ticket, ada, files=(NewFile(name="a.txt", content_type="text/plain", content=b"x"),))
    reply(ticket=ticket, text="Hello Ada", by=agent.actor)
    add_note(ticket=ticket, text="Ada is kind", by=agent.actor)
    save_draft(ticket=ticket, text="Dear Ada", kind="note", by=agent.actor)
    outcome = erase_person(ada.id, by=OFFICER, reason="she asked")
    assert not Person.objects.filter(pk=ada.id).exists()
    for model in (Message, Identifier, Draft, SealedFile, SearchEntry, BlindIndexEntry):
        assert not model.objects.filter(person_id=ada.id).exists(), model
    assert not Ticket.objects.exists()
    statistic = TicketStatistic.objects.get()
    assert (statistic.messages, statistic.status) == (4, "waiting")
    assert set(states(ada.id).values()) == {KeyState.ERASED}
    assert outcome.residue["places"] == []
    assert verify(outcome.certificate).valid


def test_the_plan_says_what_the_run_does(personas: Personas) -> None:
    ada = _ada(personas)
    personas.ticket(ada)
    plan = make_plan(ada.id)
    outcome = erase_person(ada.id, by=OFFICER, reason="", expected_hash=plan.hash)
    planned = {c.place: c.count for c in plan.erase if c.place != "key store"}
    assert planned == {item["place"]: item["count"] for item in outcome.erased}


def test_a_plan_that_changed_since_approval_stops(personas: Personas) -> None:
    ada = _ada(personas)
    plan = make_plan(ada.id)
    personas.ticket(ada)
    with pytest.raises(Refused, match="has changed"):
        erase_person(ada.id, by=OFFICER, reason="", expected_hash=plan.hash)
    assert Person.objects.get(pk=ada.id).status == "active"


def test_others_keep_their_words_but_for_her_name(personas: Personas) -> None:
    ada, bo = _ada(personas), personas.person("Bo Ek", "bo@brevduva.example")
    text = f"Ada Lindqvist ({ADDRESS}) took my parcel. Ada knows."
    ticket = personas.ticket(bo, subject="Parcel at Ada Lindqvist", text=text)
    file = NewFile(name="ada_lindqvist.txt", content_type="text/plain", content=b"Call Ada Lindqvist!")
    message = personas.message(ticket, bo, "see the list", (file,))
    untouched = personas.ticket(bo, text="Nothing about anybody.")
    before = Message.objects.get(ticket=untouched).__dict__["text"].token
    outcome = erase_person(ada.id, by=OFFICER, reason="")
    kept = Message.objects.filter(ticket=ticket).order_by("sent_at").first()
    assert kept is not None
    assert kept.text == f"{MARK} ({MARK}) took my parcel. {MARK} knows."
    assert Ticket.objects.get(pk=ticket.pk).subject == f"Parcel at {MARK}"
    attachment = Message.objects.get(pk=message.pk).attachments.get()
    assert attachment.name == f"{MARK}.txt"
    assert read_file(attachment.file).decode() == f"Call {MARK}!"
    assert Message.objects.get(ticket=untouched).__dict__["text"].token == before
    assert outcome.residue["places"] == []


def _docx(words: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", f"<w:p xmlns:w='urn:w'><w:t>{words}</w:t></w:p>")
    return out.getvalue()


def _pdf(words: str) -> bytes:
    return bytes(typst.compile(words.encode(), format="pdf"))


def test_documents_of_others_that_name_her_give_way_to_their_words(personas: Personas) -> None:
    ada, bo = _ada(personas), personas.person("Bo Ek", "bo@brevduva.example")
    contents = [_pdf("Keys at Ada Lindqvist, said Ada."), _docx("Ada Lindqvist moved in."), _pdf("The rose garden"),
                _pdf(""), b"PK\x05\x06" + bytes(18)]  # fmt: skip
    names = ("keys.pdf", "list.docx", "garden.pdf", "scan.pdf", "all.zip")
    files = tuple(
        NewFile(name=name, content_type="application/octet-stream", content=content)
        for name, content in zip(names, contents, strict=True)
    )
    message = personas.message(personas.ticket(bo), bo, "as agreed", files)
    assert FILES not in {c.place for c in make_plan(ada.id).erase}, "the worker has yet to read them"
    assert unread_files() == ["5 attached files of other people that the worker has yet to read"]
    read_files(message_id=str(message.pk))
    read_files(message_id=str(message.pk))
    assert {c.place: c.count for c in make_plan(ada.id).erase}[FILES] == 2
    outcome = erase_person(ada.id, by=OFFICER, reason="")
    attached = {a.name: read_file(a.file) for a in message.attachments.order_by("position")}
    assert list(attached) == ["keys.pdf.txt", "list.docx.txt", *names[2:]]
    assert f"Keys at {MARK}, said {MARK}." in attached["keys.pdf.txt"].decode()
    assert f"{MARK} moved in." in attached["list.docx.txt"].decode()
    assert [attached[name] for name in names[2:]] == contents[2:]
    assert outcome.residue["places"] == []
    assert outcome.residue["not_searched"][-2:] == [
        "1 attached file of other people: pages without words in them, such as a scan",
        "1 attached file of other people: of a kind no program reads here",
    ]
    assert SearchEntry.objects.filter(kind="file").count() == 3


def test_a_ticket_others_wrote_in_stays_without_her(personas: Personas) -> None:
    ada, bo = _ada(personas), personas.person("Bo Ek", "bo@brevduva.example")
    ticket = personas.ticket(ada, subject="Ours", text="Ada's words")
    personas.message(ticket, bo, "Bo's words")
    erase_person(ada.id, by=OFFICER, reason="")
    kept = Ticket.objects.get(pk=ticket.pk)
    assert kept.requester_id is None
    assert kept.subject is None
    assert [m.text for m in kept.messages.all()] == ["Bo's words"]


def test_a_namesake_keeps_their_own_name(personas: Personas) -> None:
    ada = _ada(personas)
    other = personas.person("Ada Lindqvist", "other@brevduva.example")
    personas.ticket(other, text="Yours, Ada Lindqvist")
    erase_person(ada.id, by=OFFICER, reason="")
    assert Person.objects.get(pk=other.id).name == "Ada Lindqvist"
    assert Message.objects.get().text == "Yours, Ada Lindqvist"


def test_an_agent_can_be_erased_and_customers_keep_the_answers(personas: Personas) -> None:
    personas.agent(role="admin")
    agent = personas.agent("Mikkel Dam")
    ticket = personas.ticket()
    answer = reply(ticket=ticket, text="It is on its way.", by=agent.actor)
    erase_person(agent.person_id, by=OFFICER, reason="left us")
    kept = Message.objects.get(pk=answer.pk)
    assert kept.author_id is None
    assert kept.text == "It is on its way."
    written = [
        line for line in open_conversation(ticket.number, OFFICER).items if isinstance(line, ThreadMessage)
    ]
    assert [line.who for line in written][-1] == "An agent", "a person wrote it, and no program"


def test_the_last_administrator_cannot_be_erased(personas: Personas) -> None:
    admin = personas.agent(role="admin")
    with pytest.raises(Refused, match="administrator"):
        erase_person(admin.person_id, by=OFFICER, reason="")


@pytest.mark.parametrize("broken", run.STEP_NAMES)
def test_an_erasure_that_broke_anywhere_goes_on(
    personas: Personas, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = _ada(personas)
    personas.ticket(ada)
    position = run.STEP_NAMES.index(broken)

    def fail(erasure: Erasure) -> None:
        run_step(erasure)
        raise RuntimeError("power cut after the step, before it was noted")

    run_step = run._STEPS[position][1]
    steps = [*run._STEPS]
    steps[position] = (broken, fail)
    monkeypatch.setattr(run, "_STEPS", tuple(steps))
    with pytest.raises(RuntimeError):
        erase_person(ada.id, by=OFFICER, reason="")
    monkeypatch.undo()
    outcome = carry_out(Erasure.objects.get().id)
    assert verify(outcome.certificate).valid
    assert Erasure.objects.get().person_id is None
    assert not Message.objects.exists()


def test_a_crash_between_the_entry_and_the_signature_leaves_one_entry_and_one_certificate(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = _ada(personas)

    def crash(uid: object) -> EntryProof:
        raise RuntimeError("power cut after the entry was committed")

    monkeypatch.setattr(proof, "prove_entry", crash)
    with pytest.raises(RuntimeError):
        erase_person(ada.id, by=OFFICER, reason="")
    stated = Erasure.objects.get().statement
    assert stated is not None
    monkeypatch.undo()
    text = carry_out(Erasure.objects.get().id).certificate
    assert carry_out(Erasure.objects.get().id).certificate == text
    entry = Entry.objects.get(type="privacy.erased")
    verdict = verify(text, log_key=log_key())
    assert verdict.valid and verdict.payload is not None and verdict.log is not None
    assert verdict.payload["ledger"]["uid"] == stated["ledger"]["uid"] == str(entry.uid)
    assert verdict.payload["finished_at"] == stated["finished_at"]
    assert Erasure.objects.get().statement is None


def test_an_unknown_person_is_told_so(personas: Personas) -> None:
    with pytest.raises(NotFound):
        make_plan(personas.agent().id)


def test_an_erasure_that_was_killed_is_gone_on_with_and_officers_hear_of_one_that_does_not_end(
    personas: Personas,
) -> None:
    erasure = begin_erasure(person_id=_ada(personas).id, by=OFFICER, reason="she asked")
    assert (go_on_with_begun(), matters()) == (0, []), "whoever began it may be at it"
    with clock.at(now() + timedelta(days=3)):
        [told] = matters()
        assert (told.kind, told.person_id) == ("unfinished", erasure.person_id)
        assert "it is tried again by itself" in told.words
        hold = hold_on(Person.objects.get(pk=erasure.person_id))
        assert (go_on_with_begun(), "until a hold is released" in matters()[-1].words) == (0, True)
        release_hold(hold_id=hold.id, reason="settled", by=OFFICER)
        assert (go_on_with_begun(), go_on_with_begun()) == (1, 0), "its job waits"
        run_waiting_jobs("privacy.carry_out_erasure")
        assert (go_on_with_begun(), matters()) == (0, [])
    assert Erasure.objects.get().state == "done"
