"""Telling how people exercised their rights, through the actions of the rights desk. No letter leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.ops.demo.cast import Cast
from aureole.ops.demo.marks import digest_of, made_from, mark, told
from aureole.ops.demo.story import Asking, Doing, Story
from aureole.ops.demo.timetable import timetable
from aureole.people.models import Person
from aureole.privacy.models import (
    AnswerHit,
    Decision,
    HitStanding,
    LetterState,
    RequestLetter,
    RequestState,
    RightsRequest,
)
from aureole.privacy.redaction.actions.decide_hit import decide_hit
from aureole.privacy.redaction.actions.read_answer import read_answer
from aureole.privacy.redaction.reading_answer import ANSWERS
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.assign_request import assign_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.prove_identity import prove_identity
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.codes import GOOD_FOR
from aureole.privacy.rights.releasing import carry_out_later
from aureole.vault.unlock import unlock

_CUSTOMER = Actor(kind="customer")
_CODE = re.compile(r"\b\d{8}\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One thing that happened to a request. `doing` is None for its receipt."""

    at: datetime
    asking: Asking
    doing: Doing | None = None


def moves_to_tell(story: Story, cast: Cast, now: datetime) -> Iterator[Move]:
    """The moves of requests that were never told, of each in rising time."""
    known = told(RightsRequest)
    threads = {thread.key: thread for thread in story.threads}
    for asking in story.askings:
        if digest_of(asking.key) in known or (asking.thread and asking.thread not in threads):
            continue
        if asking.thread:
            at = timetable(threads[asking.thread], now=now, is_staff=cast.is_staff)[0]
        else:
            at = datetime.combine((now - timedelta(days=asking.days_ago)).date(), asking.at or time(9), UTC)
        yield Move(at=at, asking=asking)
        for doing in asking.steps:
            at = now - doing.ago if doing.ago is not None else at + doing.after
            yield Move(at=at, asking=asking, doing=doing)


class Clerk:
    """Tells one move after the other, keeping the requests under way and the code each was sent last."""

    def __init__(self, story: Story, cast: Cast) -> None:
        self._threads = {thread.key: thread for thread in story.threads}
        self._cast = cast
        self._requests: dict[str, RightsRequest] = {}
        self._codes: dict[str, tuple[datetime, str]] = {}

    def tell(self, move: Move) -> None:
        """Do what the move says, unless whoever asked is not there (any more)."""
        with clock.at(move.at):
            if move.doing is None:
                self._receive(move)
            elif move.asking.key in self._requests:
                agent = self._cast.agent(move.doing.by, move.at) if move.doing.by else None
                self._do(move, move.doing, agent.actor if agent else _CUSTOMER)

    def _receive(self, move: Move) -> None:
        asking, thread = move.asking, self._threads.get(move.asking.thread)
        key = thread.requester if thread else asking.person
        person = self._cast.person(key, move.at) if key and made_from(Person, key) else None
        if key and person is None:
            return
        agent = self._cast.agent(asking.by, move.at) if asking.by else None
        made = open_request(
            kind=asking.kind, by=agent.actor if agent else _CUSTOMER, language=asking.language,
            channel="email" if thread else asking.channel, person_id=person.id if person else None,
            contact=asking.contact, words=thread.lines[0].text if thread else asking.words,
            correction=dict(asking.correction), received_at=move.at,
        )  # fmt: skip
        mark(made, asking.key)
        self._requests[asking.key] = made
        if person is not None and asking.channel == "portal" and thread is None:
            self._send_code(move, Actor.system())
        _settle_letters(made, move.at)

    def _do(self, move: Move, doing: Doing, by: Actor) -> None:
        request = self._requests[move.asking.key]
        if doing.do == "ask":
            self._send_code(move, by)
        elif doing.do == "code":
            if move.at - self._codes[move.asking.key][0] >= GOOD_FOR:
                self._send_code(move, _CUSTOMER)  # they come late, and have a new one sent
            proven = prove_identity(request_id=request.id, code=self._codes[move.asking.key][1], by=by)
            if proven.state == RequestState.IDENTITY:  # AUREOLE_STEP_UP: the story goes on all the same
                how = "Called back at the number on file."
                vouch_identity(request_id=request.id, how=how, by=Actor.operator())
        else:
            _DO[doing.do](request, doing, by)
        _settle_letters(request, move.at)

    def _send_code(self, move: Move, by: Actor) -> None:
        request = self._requests[move.asking.key]
        ask_identity(request_id=request.id, by=by)
        letter = RequestLetter.objects.filter(request=request, kind="code").latest("id")
        found = _CODE.search(str(unlock([letter])[0].text))
        assert found is not None, "a letter with a code has one"
        self._codes[move.asking.key] = (move.at, found.group())


def _settle_letters(request: RightsRequest, at: datetime) -> None:
    """Whoever is invented reads no mail: letters count as sent, and no job is left to send them."""
    waiting = RequestLetter.objects.filter(request=request, state=LetterState.WAITING)
    drop_jobs("letter_id", waiting.values_list("pk", flat=True))
    waiting.update(state=LetterState.SENT, sent_at=at, heading=None, text=None)


def drop_jobs(argument: str, ids: Iterable[object]) -> None:
    """Waiting jobs about these rows."""
    wanted = {f"args__{argument}__in": [str(one) for one in ids]}
    ProcrastinateJob.objects.filter(status="todo", **wanted)._raw_delete("default")


def _release(request: RightsRequest, doing: Doing, by: Actor) -> None:
    carry_out_later(approve_request(request_id=request.id, by=by))


def _prepare(request: RightsRequest, by: Actor) -> None:
    """What only looks like somebody else is kept first, as an officer would: the shop's own address is nobody's, and
    is not known for the shop's where the instance has a mailbox of its own."""
    if request.kind in ANSWERS:
        read_answer(request_id=request.id, by=by)
        doubtful = AnswerHit.objects.filter(request=request, decision="", standing=HitStanding.DOUBTFUL)
        for hit_id in list(doubtful.values_list("pk", flat=True)):
            decide_hit(request_id=request.id, hit_id=hit_id, decision=Decision.KEEP, by=by)
    prepare_request(request_id=request.id, by=by)


_DO: dict[str, Callable[[RightsRequest, Doing, Actor], object]] = {
    "take": lambda request, doing, by: assign_request(request_id=request.id, by=by),
    "vouch": lambda request, doing, by: vouch_identity(request_id=request.id, how=doing.words, by=by),
    "pause": lambda request, doing, by: pause_request(
        request_id=request.id, cause="clarification", reason=doing.words, by=by
    ),
    "read": lambda request, doing, by: read_answer(request_id=request.id, by=by),
    "prepare": lambda request, doing, by: _prepare(request, by),
    "release": _release,
    "complete": lambda request, doing, by: complete_request(request_id=request.id, by=by, reason=doing.words),
    "refuse": lambda request, doing, by: refuse_request(
        request_id=request.id, ground=doing.ground, reason=doing.words, by=by
    ),
}
