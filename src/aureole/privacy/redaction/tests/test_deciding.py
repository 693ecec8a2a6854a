"""Deciding about what was found: by whom, until when, and what of it is in the log."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from aureole.desk.actions.reply import reply
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.models import AnswerHit, AnswerReading, RequestState, RightsRequest
from aureole.privacy.redaction.actions.decide_hit import decide_hit
from aureole.privacy.redaction.actions.read_answer import read_answer
from aureole.privacy.redaction.actions.take_back_decision import take_back_decision
from aureole.privacy.redaction.deciding import hash_of
from aureole.privacy.redaction.remarks import remarks_of
from aureole.privacy.redaction.tests.story import NUMBER, OPERATOR, Story
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.send_back_request import send_back_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import today


def test_the_answer_is_not_prepared_while_something_doubtful_is_undecided(story: Story) -> None:
    with pytest.raises(Refused, match="2 places in this answer may tell of other people") as refused:
        story.prepare()
    assert refused.value.code == "redaction_undecided"
    assert RightsRequest.objects.get().state == RequestState.WORKING
    assert len(story.hits(standing="doubtful")) == 2, "what was found can be looked at"
    story.decide_all("hide")
    assert story.prepare().plan_hash == hash_of(story.request.id)


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


def test_a_remark_that_is_overwritten_or_goes_stays_for_the_evidence_while_a_hold_covers_the_person(
    story: Story,
) -> None:
    story.read()
    first, second = (hit.pk for hit in story.hits()[:2])

    def remark(hit: uuid.UUID, words: str) -> None:
        decide_hit(request_id=story.request.id, hit_id=hit, decision="hide", remark=words, by=OPERATOR)

    def said() -> list[tuple[str, bool]]:
        return [(one["remark"], "until" in one) for one in remarks_of(story.request)]

    remark(first, "of nobody's concern")
    remark(first, "her neighbour")
    assert said() == [("her neighbour", False)], "without a hold the last words count"
    held = place_hold(
        person_id=story.ada.id, reason="a suit", review_on=today() + timedelta(days=30), by=OPERATOR
    )
    remark(first, "her neighbour")
    remark(first, "her sister")
    remark(second, "a code")
    AnswerHit.objects.filter(pk=second).update(value=b"x" * 32)  # its text says something else now
    story.read()
    take_back_decision(request_id=story.request.id, hit_id=first, by=OPERATOR)
    assert said() == [("her neighbour", True), ("a code", True), ("her sister", True)]
    release_hold(hold_id=held.id, reason="over", by=OPERATOR)
    remark(first, "her aunt")
    remark(first, "her niece")
    assert said()[0] == ("her niece", False) and len(said()) == 4
