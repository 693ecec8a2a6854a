"""What a person marks by hand in an answer."""

from __future__ import annotations

from typing import Any

import pytest

from aureole.desk.actions.reply import reply
from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.redaction.actions.take_back_decision import take_back_decision
from aureole.privacy.redaction.examining import Examination
from aureole.privacy.redaction.tests.story import SECRET, Story, text_at
from aureole.testing.personas import Personas


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
    assert [(hit.standing, text_at(hit)) for hit in asked] == [("doubtful", "Nils")]
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
