"""What a reading of an answer finds and puts before a person."""

from __future__ import annotations

import pytest
import typst
from django.db import connections
from django.test.utils import CaptureQueriesContext

from aureole.channels.email.threading import remember
from aureole.desk.actions.reply import reply
from aureole.desk.models import Attachment
from aureole.desk.writing import NewFile
from aureole.privacy.models import HitStanding
from aureole.privacy.redaction.remarks import remarks_of
from aureole.privacy.redaction.tests.story import NUMBER, SECRET, Story, text_at
from aureole.testing.personas import Personas


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
    assert text_at(story.hits(kind="number")[0]) == NUMBER
    assert not [hit for hit in story.hits() if hit.row_id == story.ticket.messages.earliest("sent_at").id]


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
        (text_at(hit), hit.standing) for hit in story.hits(kind="person") if hit.row_id != story.answer.id
    ]
    assert known == [("Garden, Rose", "sure"), ("rose garden", "doubtful"), ("Rose", "sure")]
    before = len(seen)
    for number in range(20):
        personas.person(f"Rose Far{chr(97 + number)}", f"far{number}@far.example")
    with CaptureQueriesContext(connections["default"]) as seen:
        story.read()
    assert len(seen) <= before


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


@pytest.mark.parametrize(
    ("value", "asked"), [("old1@old.example", []), ("grace@navy.example", ["sure"])], ids=["an id", "hers"]
)
def test_an_id_in_a_header_is_no_address_unless_it_is_one_of_somebody_known(
    story: Story, value: str, asked: list[str]
) -> None:
    remember(value, message=story.ticket.messages.earliest("sent_at").id, person_id=story.ada.id)
    story.read()
    hits = [hit for hit in story.hits(table="email_message_identity") if text_at(hit) == value]
    assert [hit.standing for hit in hits] == asked
