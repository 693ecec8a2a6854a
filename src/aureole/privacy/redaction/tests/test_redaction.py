"""The answer to a request: what is put before a person, and what is in the package afterwards."""

from __future__ import annotations

import base64
import email
import email.policy
import io
import json
import quopri
import zipfile
from typing import Any

import pytest
import typst
from django.db import connections
from django.test.utils import CaptureQueriesContext

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.models import Attachment, Message, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.export.sheet import letter_words
from aureole.privacy.export.stored import open_export
from aureole.privacy.models import AnswerHit, AnswerReading, HitStanding, RequestState, RightsRequest
from aureole.privacy.redaction.actions.decide_hit import decide_hit
from aureole.privacy.redaction.actions.mark_passage import mark_passage
from aureole.privacy.redaction.actions.read_answer import read_answer
from aureole.privacy.redaction.actions.take_back_decision import take_back_decision
from aureole.privacy.redaction.deciding import hash_of
from aureole.privacy.redaction.examining import Examination
from aureole.privacy.redaction.reasons import REASONS
from aureole.privacy.redaction.rows import rows_at, texts_of
from aureole.privacy.redaction.showing import remarks_of
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.send_back_request import send_back_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.staff.models import Agent
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
SECRET = "the glue is twelve parts birch tar"
NUMBER = "+46 70 555 01 23"


class Story:
    """Ada asks. Signe's answers name Grace, whom we know, a number nobody knows, and how the glue is made."""

    def __init__(self, personas: Personas) -> None:
        self.ada: Person = personas.person("Ada Lindqvist", "ada@brevduva.example")
        self.grace: Person = personas.person("Grace Hopper", "grace@navy.example")
        self.signe: Agent = personas.agent("Signe Holm", role="privacy_officer")
        self.second: Agent = personas.agent("Bo Ek", role="admin")
        self.ticket: Ticket = personas.ticket(self.ada, text="My neighbour Nils saw it break.")
        personas.copied(self.ticket, self.grace)
        self.answer: Message = reply(
            ticket=self.ticket, by=self.signe.actor, send=False,
            text=f"Dear Ada,\nGrace Hopper has the tent too; ring the smith, {NUMBER}.\nYou see, {SECRET}.\nBye, Signe",
            files=[
                NewFile(name="smith.txt", content_type="text/plain", content=f"The smith: {NUMBER}".encode()),
                NewFile(name="care.txt", content_type="text/plain", content=b"Dry it before you fold it."),
            ],
        )  # fmt: skip
        self.note: Message = add_note(
            ticket=self.ticket, by=self.signe.actor, text="She knows that the glue is\ntwelve parts birch tar."
        )  # fmt: skip
        self.request = open_request(kind="access", person_id=self.ada.id, channel="cli", by=OPERATOR)
        vouch_identity(request_id=self.request.id, how="at the counter", by=OPERATOR)

    def read(self) -> AnswerReading:
        return read_answer(request_id=self.request.id, by=self.signe.actor)

    def hits(self, **kind: Any) -> list[AnswerHit]:
        return list(AnswerHit.objects.filter(request=self.request, **kind).order_by("position", "id"))

    def decide(self, hit: AnswerHit, decision: str, **more: Any) -> int:
        return decide_hit(
            request_id=self.request.id, hit_id=hit.id, decision=decision, by=self.signe.actor, **more
        )

    def decide_all(self, decision: str) -> None:
        for hit in self.hits(standing=HitStanding.DOUBTFUL, decision=""):
            self.decide(hit, decision)

    def mark(self, passage: str, row: Message | None = None, **more: Any) -> AnswerHit:
        row = row or self.answer
        return mark_passage(
            request_id=self.request.id, table=row._meta.db_table, row_id=row.id, passage=passage,
            by=self.signe.actor, **more,
        )  # fmt: skip

    def prepare(self) -> RightsRequest:
        return prepare_request(request_id=self.request.id, by=self.signe.actor)

    def complete(self) -> RightsRequest:
        return complete_request(request_id=self.request.id, by=OPERATOR)

    def package(self) -> Package:
        """Prepared, released by another, carried out, opened."""
        approve_request(request_id=self.prepare().id, by=self.second.actor)
        outcome = self.complete().outcome
        assert outcome is not None
        _, chunks = open_export(outcome["package"])
        return Package(b"".join(chunks))


class Package:
    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            self.files = {name: package.read(name) for name in package.namelist()}
        self.manifest = json.loads(self.files["manifest.json"])

    def holds(self, words: str) -> bool:
        """Whether the words are anywhere, in any encoding a file of the package uses, line breaks undone."""
        forms = [
            words.encode(),
            base64.b64encode(words.encode()),
            *map(words.encode, ("utf-16-le", "utf-16-be")),
        ]
        read = [*self.files.values(), *(name.encode() for name in self.files)]
        for name, content in self.files.items():
            if name.endswith(".eml"):
                mail = email.message_from_bytes(content, policy=email.policy.default)
                read += [p.get_payload(decode=True) or b"" for p in mail.walk() if not p.is_multipart()]
                read += [f"{key}: {value}".encode() for p in mail.walk() for key, value in p.items()]
                read.append(quopri.decodestring(content))
        flat = [b" ".join(content.split()) for content in read]
        return any(
            form in content or form in one for content, one in zip(read, flat, strict=True) for form in forms
        )


@pytest.fixture
def story(personas: Personas) -> Story:
    return Story(personas)


def _text_at(hit: AnswerHit) -> str:
    row = rows_at([(hit.table, hit.row_id)], hit.person_id)[(hit.table, hit.row_id)]
    [start, end] = hit.spans[0]
    return next(text[start:end] for _, text in texts_of(row) if len(text) >= end)


def test_known_people_are_hidden_unless_decided_and_forms_have_to_be_decided(story: Story) -> None:
    reading = story.read()
    assert reading.texts > 5
    found = [(hit.kind, hit.standing, hit.table) for hit in story.hits()]
    assert ("person", "sure", "desk_message") in found and ("staff", "rule", "desk_message") in found
    assert ("number", "doubtful", "desk_message") in found and (
        "file",
        "doubtful",
        "desk_attachment",
    ) in found
    assert {hit.decision for hit in story.hits()} == {""}
    assert _text_at(story.hits(kind="number")[0]) == NUMBER
    assert not [hit for hit in story.hits() if hit.row_id == story.ticket.messages.earliest("sent_at").id]


def test_the_answer_is_not_prepared_while_something_doubtful_is_undecided(story: Story) -> None:
    with pytest.raises(Refused, match="2 places in this answer may tell of other people") as refused:
        story.prepare()
    assert refused.value.code == "redaction_undecided"
    assert RightsRequest.objects.get().state == RequestState.WORKING
    assert len(story.hits(standing="doubtful")) == 2, "what was found can be looked at"
    story.decide_all("hide")
    assert story.prepare().plan_hash == hash_of(story.request.id)


def test_what_is_hidden_is_in_no_file_in_no_encoding_and_what_is_kept_is(story: Story) -> None:
    story.read()
    story.mark(SECRET, reason_code="trade_secret")
    [person] = story.hits(kind="person")
    story.decide(person, "keep")
    for hit in story.hits(kind__in=("number", "file")):
        story.decide(hit, "hide", reason_code="confidence")
    package = story.package()
    for hidden in (NUMBER, SECRET, "birch", "Bye, Signe", "Holm"):
        assert not package.holds(hidden), hidden
    for kept in ("Grace Hopper has the tent too", "My neighbour Nils", "Dry it before you fold it"):
        assert package.holds(kept), kept
    assert package.holds("This file is left out of your copy: was told to us in confidence")


def test_the_manifest_lists_reasons_with_counts_and_rows(story: Story) -> None:
    story.read()
    story.mark(SECRET, reason_code="trade_secret")
    story.decide_all("hide")
    said = story.package().manifest["decisions"]
    counts = {one["code"]: one["count"] for one in said["reasons"]}
    assert counts["trade_secret"] == 2 and counts["third_party"] >= 3
    by_row = {(one["row"], one["code"]): one for one in said["hidden"]}
    marked = by_row[(str(story.note.id), "trade_secret")]
    assert marked == {
        "file": "data/desk_message.jsonl", "row": str(story.note.id), "what": "marked", "code": "trade_secret",
        "count": 1, "decided_by": "a person",
    }  # fmt: skip
    assert RightsRequest.objects.get().outcome["hidden"] >= 4  # type: ignore[index]


def test_the_letter_says_that_parts_are_hidden_why_and_how_to_complain(story: Story) -> None:
    story.read()
    story.mark(SECRET, reason_code="trade_secret")
    story.decide_all("hide")
    letter = " ".join(story.package().files["letter.txt"].decode().split())
    assert "is a trade secret or intellectual property" in letter
    assert "If you think that too much is hidden, write to" in letter and "(Art. 77)" in letter


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_every_reason_is_said_in_every_language(language: str) -> None:
    assert {reason.words for reason in REASONS.values()} <= set(letter_words(language)["said"])


def test_files_are_read_and_what_no_program_can_read_is_decided_by_somebody(story: Story) -> None:
    pdf = typst.compile(b"Grace Hopper took it over the hill.", format="pdf")
    picture = b"\x89PNG\r\n\x1a\n" + bytes(30)
    files = (("list.pdf", pdf), ("yard.png", picture), ("hill.png", picture + b"2"))
    reply(
        ticket=story.ticket, by=story.signe.actor, send=False, text="See these.",
        files=[NewFile(name=name, content_type="application/octet-stream", content=one) for name, one in files],
    )  # fmt: skip
    story.read()
    [read] = story.hits(kind="file", standing="sure")
    assert read.spans
    first, second = story.hits(kind="unread")
    assert {first.standing, second.standing} == {HitStanding.DOUBTFUL}
    story.decide(first, "keep")
    story.decide(second, "hide", remark="shows her yard")
    story.decide_all("hide")
    package = story.package()
    assert not package.holds("over the hill") and not any(n[-8:] == "list.pdf" for n in package.files)
    held = [name for name in package.files if name.startswith("attachments/")]
    assert any(n.endswith("yard.png") for n in held) and not any(n.endswith("hill.png") for n in held)
    said = package.manifest["decisions"]["not_searched"]
    assert [(one["why"][:9], one["handed_out"]) for one in said] == [
        ("a picture", True),
        ("a picture", False),
    ]
    assert package.holds("could not be searched for other people by a program")
    assert not package.holds("shows her yard")
    assert [(one["what"], one["remark"]) for one in remarks_of(story.request)] == [
        ("unread", "shows her yard")
    ]
    assert package.holds("Files handed out as they are, not searched for others")


def test_the_notice_in_place_of_a_file_is_in_the_language_of_the_person(story: Story) -> None:
    Person.objects.filter(pk=story.ada.id).update(language="de")
    story.read()
    story.decide_all("hide")
    assert story.package().holds("Diese Datei fehlt in Ihrer Kopie: nennt eine andere Person")


def test_a_full_name_is_a_hit_when_somebody_known_bears_it_wherever_they_are(
    story: Story, personas: Personas
) -> None:
    personas.person("Rose Garden", "rose@far.example")
    personas.person("Ada Lindqvist", "namesake@far.example")
    reply(
        ticket=story.ticket, by=story.signe.actor, send=False,
        text="Ada Lindqvist, ask Garden, Rose. The one by the rose garden. Not Nora Nobody, nor Rose.",
    )  # fmt: skip
    with CaptureQueriesContext(connections["default"]) as seen:
        story.read()
    known = [
        (_text_at(hit), hit.standing) for hit in story.hits(kind="person") if hit.row_id != story.answer.id
    ]
    assert known == [("Garden, Rose", "sure"), ("rose garden", "doubtful"), ("Rose", "sure")]
    before = len(seen)
    for number in range(20):
        personas.person(f"Rose Far{chr(97 + number)}", f"far{number}@far.example")
    with CaptureQueriesContext(connections["default"]) as seen:
        story.read()
    assert len(seen) <= before


def test_everything_can_be_kept(story: Story) -> None:
    story.read()
    for hit in story.hits():
        story.decide(hit, "keep")
    package = story.package()
    for kept in (NUMBER, SECRET, "Grace Hopper", "Signe", f"The smith: {NUMBER}"):
        assert package.holds(kept), kept
    assert package.manifest["decisions"]["reasons"] == []


def test_a_mark_that_crosses_into_the_quote_leaves_no_half_behind(story: Story, personas: Personas) -> None:
    quoting = reply(
        ticket=story.ticket, by=story.signe.actor, send=False,
        text="Mix tar slowly\n\nOn Monday Ada wrote:\n> with birch oil only\n",
    )  # fmt: skip
    story.read()
    story.mark("tar slowly On Monday Ada wrote: > with birch oil", quoting)
    story.decide_all("hide")
    package = story.package()
    for half in ("tar slowly", "Ada wrote", "birch oil"):
        assert not package.holds(half), half
    assert package.holds("Mix [another person]")


def test_words_hidden_by_hand_are_hidden_in_their_own_letters_too_or_asked_about(story: Story) -> None:
    own = story.ticket.messages.earliest("sent_at")
    story.read()
    story.mark("Nils", own, everywhere=False)
    reply(ticket=story.ticket, by=story.signe.actor, send=False, text="Greet Nils, and see Nilsson.")
    story.read()
    asked = story.hits(kind="marked", decision="")
    assert [(hit.standing, _text_at(hit)) for hit in asked] == [("doubtful", "Nils")]
    story.decide_all("hide")
    package = story.package()
    assert not package.holds("neighbour Nils") and not package.holds("Greet Nils")
    assert package.holds("Nilsson")


def test_a_mark_reads_its_own_row_and_those_with_the_same_words_and_not_the_whole_answer(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        reply(ticket=story.ticket, by=story.signe.actor, send=False, text=f"Part {number} of a long tale.")
    story.read()
    judged: list[str] = []
    judge = Examination.judge

    def seen(self: Examination, text: str, found: Any, *, own: bool) -> Any:
        judged.append(text)
        return judge(self, text, found, own=own)

    monkeypatch.setattr(Examination, "judge", seen)
    marked = story.mark(SECRET.removeprefix("the glue is "))
    assert not [text for text in judged if "long tale" in text]
    hits = story.hits(kind="marked")
    assert {(hit.row_id, hit.decision) for hit in hits} == {
        (story.answer.id, "hide"),
        (story.note.id, "hide"),
    }
    judged.clear()
    take_back_decision(request_id=story.request.id, hit_id=marked.id, by=story.signe.actor)
    assert not judged and not story.hits(kind="marked")


def test_a_decision_for_all_that_reads_alike_is_taken_back_for_all(story: Story) -> None:
    again = reply(ticket=story.ticket, by=story.signe.actor, send=False, text=f"As I said, {NUMBER}.")
    story.read()
    first, second = story.hits(kind="number")
    assert story.decide(first, "hide", everywhere=True) == 2
    assert story.decide(first, "hide", everywhere=True) == 0, "done again it changes nothing"
    undo = {"request_id": story.request.id, "hit_id": second.id, "by": story.signe.actor}
    assert take_back_decision(**undo) == 2 and take_back_decision(**undo) == 0
    assert {hit.decision for hit in story.hits(kind="number")} == {""}
    story.decide(first, "keep", everywhere=True)
    reply(ticket=story.ticket, by=story.signe.actor, send=False, text=f"Once more: {NUMBER}.")
    story.read()
    assert [hit.decision for hit in story.hits(kind="number")] == ["keep"] * 3 and again


def test_a_mark_that_is_taken_back_is_gone_everywhere(story: Story) -> None:
    story.read()
    marked = story.mark(SECRET)
    assert story.mark(SECRET).id == marked.id
    assert len(story.hits(kind="marked")) == 2
    take_back_decision(request_id=story.request.id, hit_id=marked.id, by=story.signe.actor)
    assert story.hits(kind="marked") == []


def test_words_that_are_not_there_or_not_in_the_answer_are_refused(story: Story, personas: Personas) -> None:
    story.read()
    for passage in ("not a word of it", "g", "   "):
        with pytest.raises(Refused, match="not in this text"):
            story.mark(passage)
    with pytest.raises(NotFound):
        story.mark("It broke.", personas.ticket(story.grace).messages.get())
    with pytest.raises(Refused, match="as the reason"):
        story.mark(SECRET, reason_code="because")


def test_a_text_that_changed_is_asked_about_again(story: Story) -> None:
    story.read()
    story.decide_all("keep")
    story.mark(SECRET)
    for column in ("text", "new_text", "excerpt"):
        setattr(story.answer, column, str(getattr(story.answer, column)).replace("birch", "alder"))
    story.answer.save()
    story.read()
    assert [hit.decision for hit in story.hits(kind="number")] == [""]
    assert story.hits(kind="number")[0].asked_again
    assert [hit.kind for hit in story.hits(row_id=story.answer.id, standing="doubtful")] == [
        "changed",
        "number",
    ]
    story.decide_all("hide")
    story.prepare()
    assert [hit.decision for hit in story.hits(row_id=story.answer.id, kind="changed")] == ["hide"]


def test_what_changed_since_the_release_stops_it(story: Story) -> None:
    story.read()
    story.decide_all("hide")
    approve_request(request_id=story.prepare().id, by=story.second.actor)
    reply(ticket=story.ticket, by=story.signe.actor, send=False, text="Or ask +46 70 555 99 99.")
    with pytest.raises(Refused, match="has changed since it was released"):
        story.complete()
    request = RightsRequest.objects.get()
    assert (request.state, request.steps.latest("at").what) == (RequestState.WORKING, "plan_changed")
    story.decide_all("hide") if story.read() else None
    assert not story.package().holds("555 99 99")


def test_the_answer_is_exactly_what_was_released_so_any_new_word_stops_it(story: Story) -> None:
    story.read()
    story.decide_all("hide")
    first = story.prepare().plan_hash
    approve_request(request_id=story.request.id, by=story.second.actor)
    reply(ticket=story.ticket, by=story.signe.actor, send=False, text="The weather is fine.")
    with pytest.raises(Refused, match=r"had (\d+) texts and files when it was prepared, and have (\d+) now"):
        story.complete()
    assert story.prepare().plan_hash != first
    approve_request(request_id=story.request.id, by=story.second.actor)
    assert story.complete().state == RequestState.DONE


def test_a_prepared_answer_is_decided_about_only_after_it_is_sent_back(story: Story) -> None:
    story.read()
    story.decide_all("hide")
    story.prepare()
    [hit] = story.hits(kind="person")
    with pytest.raises(Refused, match="before the answer is prepared"):
        story.decide(hit, "keep")
    send_back_request(request_id=story.request.id, reason="look at Grace again", by=story.second.actor)
    assert story.decide(hit, "keep") == 1


def test_nobody_decides_about_their_own_answer_or_where_nothing_is_handed_out(story: Story) -> None:
    own = open_request(kind="access", person_id=story.second.person_id, channel="cli", by=OPERATOR)
    vouch_identity(request_id=own.id, how="known", by=OPERATOR)
    with pytest.raises(Refused, match="their own request"):
        read_answer(request_id=own.id, by=story.second.actor)
    other = open_request(kind="review", person_id=story.ada.id, channel="cli", by=OPERATOR)
    vouch_identity(request_id=other.id, how="known", by=OPERATOR)
    with pytest.raises(Refused, match="nothing to hide"):
        read_answer(request_id=other.id, by=story.signe.actor)


def test_each_reading_and_decision_is_in_the_log_and_no_words_are_kept(story: Story) -> None:
    story.read()
    story.decide(story.hits(kind="number")[0], "hide")
    entries = Entry.objects.filter(type__in=("rights.answer_read", "rights.hit_decided")).order_by("number")
    assert [entry.type for entry in entries] == ["rights.answer_read", "rights.hit_decided"]
    assert entries[0].facts["hits"] == len(story.hits()) and entries[1].facts["decision"] == "hide"
    rests = str(list(AnswerHit.objects.values())) + str(list(AnswerReading.objects.values_list("salt")))
    assert "555" not in rests and "Grace" not in rests


def test_the_statements_of_a_reading_do_not_grow_with_the_answer(story: Story) -> None:
    def statements(answers: int) -> int:
        for number in range(answers):
            text = f"Ring +46 70 555 {number:02} 00, says nobody{number}@elsewhere.example."
            file = NewFile(name=f"{number}.txt", content_type="text/plain", content=text.encode())
            reply(ticket=story.ticket, by=story.signe.actor, send=False, text=text, files=[file])
        with CaptureQueriesContext(connections["default"]) as seen:
            story.read()
        return len(seen)

    assert statements(2) >= statements(30)
    assert len(story.hits()) > 90 and Attachment.objects.count() == 34
