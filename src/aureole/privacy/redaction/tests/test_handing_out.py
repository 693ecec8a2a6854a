"""What is in the package after the decisions, and that it is what was released."""

from __future__ import annotations

import pytest

from aureole.desk.actions.reply import reply
from aureole.kernel.errors import Refused
from aureole.people.models import Person
from aureole.privacy.export.sheet import letter_words
from aureole.privacy.models import RequestState, RightsRequest
from aureole.privacy.redaction.reasons import REASONS
from aureole.privacy.redaction.tests.story import NUMBER, SECRET, Story
from aureole.privacy.rights.actions.approve_request import approve_request


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


def test_the_notice_in_place_of_a_file_is_in_the_language_of_the_person(story: Story) -> None:
    Person.objects.filter(pk=story.ada.id).update(language="de")
    story.read()
    story.decide_all("hide")
    assert story.package().holds("Diese Datei fehlt in Ihrer Kopie: nennt eine andere Person")


def test_everything_can_be_kept(story: Story) -> None:
    story.read()
    for hit in story.hits():
        story.decide(hit, "keep")
    package = story.package()
    for kept in (NUMBER, SECRET, "Grace Hopper", "Signe", f"The smith: {NUMBER}"):
        assert package.holds(kept), kept
    assert package.manifest["decisions"]["reasons"] == []


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
