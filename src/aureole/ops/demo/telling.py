"""Telling threads through the desk's own actions, in the order in which things happened."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.assign_ticket import assign_ticket
from aureole.desk.actions.open_ticket import open_ticket
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.actions.reply import reply
from aureole.desk.actions.set_status import set_status
from aureole.desk.actions.set_tags import set_tags
from aureole.desk.models import Channel, Tag, Ticket, TicketType
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.ops.demo.cast import Cast
from aureole.ops.demo.making import make_file
from aureole.ops.demo.marks import mark
from aureole.ops.demo.quoting import own_words
from aureole.ops.demo.story import Line, Story, Thread
from aureole.ops.demo.timetable import settled_at, timetable
from aureole.people.models import Person, PersonSource
from aureole.privacy.informing.actions.note_information import note_information
from aureole.privacy.informing.owing import note_told, owed_to
from aureole.privacy.models import Settled
from aureole.staff.models import Agent

_PROGRAM = Actor.system()
_LABELLED_AFTER = timedelta(minutes=1)
_TYPES = {
    "returns": TicketType.RETURN,
    "orders": TicketType.ORDER,
    "advice": TicketType.QUESTION,
    "privacy": TicketType.PRIVACY,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that happened. `line` is None for the last one, in which the ticket is settled."""

    at: datetime
    thread: Thread
    line: Line | None
    is_first: bool = False


def steps_of(thread: Thread, cast: Cast, now: datetime) -> Iterator[Step]:
    """The thread's messages and its end, rising in time."""
    moments = timetable(thread, now=now, is_staff=cast.is_staff)
    for index, (moment, line) in enumerate(zip(moments, thread.lines, strict=True)):
        yield Step(at=moment, thread=thread, line=line, is_first=index == 0)
    yield Step(at=settled_at(thread, moments[-1], now=now), thread=thread, line=None)


class Narrator:
    """Tells one step after the other, keeping the tickets that are under way."""

    def __init__(self, story: Story, cast: Cast) -> None:
        self._story = story
        self._cast = cast
        self._tickets: dict[str, Ticket] = {}
        self._told: set[uuid.UUID] = set()
        self._labels = set(Tag.objects.values_list("name", flat=True))

    def tell(self, step: Step) -> int:
        """Do what the step says; returns how many messages that made."""
        with clock.at(step.at):
            if step.is_first:
                self._open(step)
            ticket = self._tickets.get(step.thread.key)
            if ticket is None:  # its requester was erased here before: they stay out
                return 0
            if step.line is None:
                self._settle(ticket, step)
                return 0
            return self._say(ticket, step.line, step)

    def _open(self, step: Step) -> None:
        thread = step.thread
        requester = self._cast.person(thread.requester, step.at)
        if requester is None:
            return
        brand = self._cast.brand(thread.brand)
        ticket = open_ticket(
            requester=requester, subject=thread.subject, by=_PROGRAM, channel=Channel.EMAIL,
            type=_TYPES[thread.team], priority=thread.priority, team=self._cast.team(thread.team),
            brand_id=brand.pk if brand else None, at=step.at,
        )  # fmt: skip
        mark(ticket, thread.key)
        self._tickets[thread.key] = ticket
        self._label(ticket, step)

    def _label(self, ticket: Ticket, step: Step) -> None:
        set_tags(ticket=ticket, tags=step.thread.tags, by=_PROGRAM, at=step.at + _LABELLED_AFTER)
        new = {tag.casefold() for tag in step.thread.tags} - self._labels
        for tag in Tag.objects.filter(name__in=new) if new else ():
            mark(tag, tag.name)
        self._labels |= new

    def _say(self, ticket: Ticket, line: Line, step: Step) -> int:
        if not self._cast.is_staff(line.by):
            return self._receive(ticket, line, step)
        agent = self._cast.agent(line.by, step.at)
        if agent is None:
            return 0
        self._take_on(ticket, agent, step)
        self._enter_and_tell(line, agent, step)
        files = [make_file(self._story.files[key], self._story, step.at) for key in line.files]
        if line.note:
            add_note(ticket=ticket, text=line.text, by=agent.actor, files=files, at=step.at)
        else:
            copies = self._copied(step)
            reply(
                ticket=ticket, text=line.text, by=agent.actor, files=files, copies=copies,
                at=step.at, send=False,
            )  # fmt: skip
            self._first_mail_tells([ticket.requester, *copies])
        return 1

    def _enter_and_tell(self, line: Line, agent: Agent, step: Step) -> None:
        """What an agent does besides writing: note somebody down by hand, tell somebody by phone that they are."""
        for key in line.enters:
            self._cast.person(key, step.at, source=PersonSource.STAFF)
        for key in line.tells:
            person = self._cast.person(key, step.at, source=PersonSource.STAFF)
            if person is not None and owed_to(person.id).source:
                note_information(person_id=person.id, way=Settled.PHONE, by=agent.actor)

    def _first_mail_tells(self, recipients: Sequence[Person | None]) -> None:
        """No mail leaves here; one that had left would have told them, below the answer, as every first one does."""
        for person in recipients:
            if person is None or person.id in self._told:
                continue
            self._told.add(person.id)
            owed = owed_to(person.id)
            note_told(
                person.id,
                how=Settled.MESSAGE,
                by=_PROGRAM,
                source=bool(owed.source),
                objection=owed.objection,
            )

    def _take_on(self, ticket: Ticket, agent: Agent, step: Step) -> None:
        """Whoever answers first has the ticket, unless the thread names somebody."""
        if ticket.assignee is None:
            named = step.thread.assignee
            assignee = self._cast.agent(named, step.at) if named else agent
            assign_ticket(ticket=ticket, assignee=assignee, by=agent.actor, at=step.at)

    def _receive(self, ticket: Ticket, line: Line, step: Step) -> int:
        author = self._cast.person(line.by, step.at)
        if author is None:
            return 0
        copied = self._copied(step)
        receive_message(
            ticket=ticket, author=author, text=line.text, new_text=own_words(line.text), by=_PROGRAM,
            parties=self._parties(line, step), language=self._story.people[line.by].language,
            files=[make_file(self._story.files[key], self._story, step.at) for key in line.files],
            participants=[person.id for person in copied], sent_at=step.at,
        )  # fmt: skip
        return 1

    def _copied(self, step: Step) -> list[Person]:
        found = (self._cast.person(key, step.at, source=PersonSource.MENTIONED) for key in step.thread.copied)
        return [person for person in found if person is not None]

    def _parties(self, line: Line, step: Step) -> dict[str, object]:
        author = self._story.people[line.by]
        house = self._story.brands.get(step.thread.brand)
        name, address = (
            (house.name, house.addresses[0]) if house else (self._story.workspace, self._story.mailbox)
        )
        others = [self._story.people[key] for key in step.thread.copied if key != line.by]
        return {
            "from": {"name": author.name, "address": line.address or author.emails[0]},
            "to": [{"name": name, "address": address}],
            "cc": [{"name": other.name, "address": other.emails[0]} for other in others],
        }

    def _settle(self, ticket: Ticket, step: Step) -> None:
        named = self._cast.agent(step.thread.assignee, step.at) if step.thread.assignee else None
        if named is not None and named != ticket.assignee:
            assign_ticket(ticket=ticket, assignee=named, by=_PROGRAM, at=step.at)
        if step.thread.status != ticket.status:
            by = ticket.assignee.actor if ticket.assignee else _PROGRAM
            set_status(ticket=ticket, status=step.thread.status, by=by, at=step.at)
