"""The desk's part of an export: conversations as letters, and others in them kept out (GDPR Art. 15(4))."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Count, Model, Prefetch, QuerySet, prefetch_related_objects

from aureole.desk.attachment_text import file_words
from aureole.desk.brands import every_address, leaves_as
from aureole.desk.models import Attachment, Direction, Message, MessageKind, Participant, Ticket
from aureole.kernel.compiled import Compiled
from aureole.kernel.text import excerpt
from aureole.people.models import Identifier, Person
from aureole.people.queries import identifiers_of
from aureole.privacy.export import ports
from aureole.privacy.export.ports import Held, Letter, LetterFile, Other, Party, Receiver, Screen, Withheld
from aureole.privacy.export.shield import AGENT_OF, Shield
from aureole.privacy.export.spans import cover, part_of
from aureole.privacy.ports import KnownAs
from aureole.privacy.redaction.reasons import OTHERS_REASON
from aureole.staff.models import Agent
from aureole.vault.erased import Erased
from aureole.vault.files import open_file
from aureole.vault.models import SealedFile
from aureole.vault.unlock import unlock

MAX_OTHERS = 300
MAX_STAFF = 500
_BATCH = 200
_FILES = "files_in_letter"
_READABLE_BYTES = 1024 * 1024
HTML_REASON = "the HTML form of words by others; the same words are given as text"
SUBJECT_REASON = "the subject of another person's conversation (GDPR Art. 15(4))"
LETTERS_REASON = "written by or to another person in a conversation you are part of (GDPR Art. 15(4))"
NOTE_FILE_REASON = (
    "added by staff to a note, and a program cannot tell whether it shows other people (GDPR Art. 15(4)); "
    "ask us and a person will look"
)


# -- who else is around


class DeskCompany:
    """Everyone in the person's conversations, and the staff."""

    def others(self, person_id: uuid.UUID) -> Iterator[Other]:
        staff = set(Agent.objects.order_by("pk").values_list("person_id", flat=True)[:MAX_STAFF])
        nearby = _nearby(person_id) - staff - {person_id}
        for known in _known_as(staff - {person_id}):
            yield Other(known=known, is_staff=True)
        for known in _known_as(nearby):
            yield Other(known=known, is_staff=False)


def _tickets_of(person_id: uuid.UUID) -> QuerySet[Ticket]:
    """Conversations the person asked for, wrote in or was copied on.

    A union of three look-ups: joined by OR, the server would walk through all tickets there are.
    """
    asked = Ticket.objects.filter(requester_id=person_id).values("pk")
    written = Message.objects.filter(person_id=person_id).values("ticket_id")
    copied = Participant.objects.filter(person_id=person_id).values("ticket_id")
    return Ticket.objects.filter(pk__in=asked.union(written, copied))


def _nearby(person_id: uuid.UUID) -> set[uuid.UUID]:
    recent = list(_tickets_of(person_id).order_by("-last_message_at").values_list("pk", flat=True)[:1000])
    found: dict[uuid.UUID | None, None] = {}
    for rows, column in (
        (Message.objects.filter(ticket__in=recent), "author_id"),
        (Participant.objects.filter(ticket__in=recent), "person_id"),
        (Ticket.objects.filter(pk__in=recent), "requester_id"),
    ):
        ids: Iterable[Any] = rows.order_by().values_list(column, flat=True).distinct()[: MAX_OTHERS + 1]
        found.update(dict.fromkeys(ids))
    return {person for person in islice(found, MAX_OTHERS) if person is not None}


def _known_as(person_ids: set[uuid.UUID]) -> Iterator[KnownAs]:
    identifiers: dict[uuid.UUID, list[Identifier]] = {}
    for identifier in identifiers_of(person_ids):
        identifiers.setdefault(identifier.person_id, []).append(identifier)
    for person in unlock(Person.objects.filter(pk__in=person_ids)):
        if not person.is_erased:
            yield _as_known(person, identifiers.get(person.id, []))


def _as_known(person: Person, identifiers: Sequence[Identifier]) -> KnownAs:
    def of_kind(kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v for i in identifiers if i.kind == kind for v in (i.value, i.shown)))

    return KnownAs(
        person_id=person.id, names=(str(person.name),) if person.name else (),
        emails=of_kind("email"), phones=of_kind("phone"), others=of_kind("external"),
    )  # fmt: skip


# -- rows


def _screen_message(message: Message, values: dict[str, Any], shield: Shield) -> dict[str, Any]:
    """The person's own words as they wrote them; in words by others, others are covered."""
    own = message.author_id == shield.person.person_id
    screened = values | _screen_words(values, shield, message.author_id, own=own)
    if values.get("html") and (not own or shield.has_marks()):
        screened["html"] = None
        shield.note(HTML_REASON)
    parties = values.get("parties")
    screened["parties"] = shield.own_value(parties) if own else _screen_parties(parties, shield)
    if not own and message.direction == Direction.OUT and screened["parties"] and not message.is_by_a_program:
        screened["parties"]["from"] = {"name": _staff(message, parties or {}, shield), "address": ""}
    return screened


def _staff(message: Message, parties: dict[str, Any], shield: Shield) -> str:
    """Whose staff wrote it: ours, or that of the instance the person came from, as its package said. Nobody else's
    name stands there."""
    said = str((parties.get("from") or {}).get("name") or "")
    elsewhere = message.is_by_a_former_agent and said.startswith(AGENT_OF)
    return said if elsewhere else shield.agent_words


def _screen_words(
    values: dict[str, Any], shield: Shield, author: uuid.UUID | None, *, own: bool
) -> dict[str, Any]:
    """The text and its other forms. Where a passage was marked by hand, they follow the text: half of it could
    stand in what is new, or at the end of the excerpt, and would not be found there."""
    screened = {name: values.get(name) for name in ("text", "new_text", "excerpt")}
    whole = screened["text"] or ""
    for name in screened:
        known = screened[name]
        screened[name] = shield.own_value(known) if own else shield.value(known, author=author)
    if not shield.has_marks():
        return screened
    spans = shield.to_cover(whole, author=author, own=own)
    if values.get("new_text"):
        parts = part_of(whole, values["new_text"], spans)
        screened["new_text"] = (
            None if parts is None else cover(values["new_text"], parts, lambda reason: None)
        )
    screened["excerpt"] = excerpt(screened["new_text"] or screened["text"] or "")
    return screened


def _screen_parties(parties: dict[str, Any] | None, shield: Shield) -> dict[str, Any] | None:
    if not isinstance(parties, dict):
        return None
    return {
        key: [shield.party(party) for party in value] if isinstance(value, list) else shield.party(value)
        for key, value in parties.items()
    }


def _screen_attachment(attachment: Attachment, values: dict[str, Any], shield: Shield) -> dict[str, Any]:
    author = attachment.message.author_id
    if author == shield.person.person_id:
        return shield.own_values(values)
    screened = {
        name: shield.value(value, author=author) for name, value in values.items() if name != "content_id"
    }
    content_id = values.get("content_id")
    return screened | {"content_id": shield.identifier(content_id) if content_id else content_id}


# -- letters


class DeskLetters:
    """Messages that concern the person, as letters."""

    models: tuple[type[Model], ...] = (Message, Attachment, SealedFile)

    def letters(self, person_id: uuid.UUID, shield: Shield, held: Held) -> Iterator[Letter]:
        for batch in _messages(person_id, held.of(Message)):
            attachments = [a for message in batch for a in _files_of(message) if a.person_id == person_id]
            unlock(batch, (message.ticket for message in batch), attachments)
            shield.look_up(_opened(message.text) for message in batch)
            shield.look_up(_opened(attachment.name) for attachment in attachments)
            for message in batch:
                yield _letter(message, shield)

    def withheld(self, person_id: uuid.UUID) -> Iterator[Withheld]:
        for number, count in _letters_of_others.rows(person_id=person_id):
            yield Withheld(path=f"mail/{number}", reason=LETTERS_REASON, count=count)


def _counted_letters_of_others(person_id: uuid.UUID) -> QuerySet[Message, Any]:
    others = Message.objects.filter(ticket__in=_tickets_of(person_id)).exclude(person_id=person_id)
    counted = others.order_by().values_list("ticket__number").annotate(count=Count("id"))
    return counted.order_by("ticket__number")


_letters_of_others = Compiled[Message](_counted_letters_of_others)


def _messages(person_id: uuid.UUID, held: list[Message] | None) -> Iterator[list[Message]]:
    """By ticket and then by time, with tickets and files. Each ticket comes as one object for all its messages."""
    if held is not None:
        prefetch_related_objects(held, *_around_messages())
        yield sorted(held, key=lambda m: (m.ticket.created_at, m.ticket_id, m.sent_at, m.id))
        return
    rows = Message.objects.filter(person_id=person_id).defer("new_text", "excerpt")
    rows = rows.order_by("ticket__created_at", "ticket_id", "sent_at", "id")
    stream = rows.prefetch_related(*_around_messages()).iterator(chunk_size=_BATCH)
    while batch := list(islice(stream, _BATCH)):
        yield batch


def _around_messages() -> tuple[Any, ...]:
    """Files go into a list of their own: a prefetched manager makes a query set for each message, asked or not."""
    return "ticket__brand", Prefetch("attachments", Attachment.objects.select_related("file"), to_attr=_FILES)


def _files_of(message: Message) -> list[Attachment]:
    found: list[Attachment] = getattr(message, _FILES)
    return found


def _letter(message: Message, shield: Shield) -> Letter:
    own = message.author_id == shield.person.person_id
    names = ("text", "html", "parties")
    shield.at(message)
    values = _screen_message(message, {name: _opened(getattr(message, name)) for name in names}, shield)
    parties = values["parties"] or {}
    return Letter(
        id=message.id,
        conversation=str(message.ticket.number),
        title=_title(message, shield),
        at=message.sent_at,
        kind=message.kind,
        words=str(MessageKind(message.kind).label),
        own=own,
        sender=_sender(message, parties, shield),
        to=_all(parties.get("to")),
        cc=_all(parties.get("cc")),
        text=values["text"] or "",
        html=values["html"] or "",
        files=tuple(_file(a, message, shield) for a in sorted(_files_of(message), key=lambda a: a.position)),
    )


def _opened(value: Any) -> Any:
    return None if isinstance(value, Erased) else value


def _title(message: Message, shield: Shield) -> str:
    """The subject belongs to whoever asked."""
    ticket = message.ticket
    if ticket.requester_id == shield.person.person_id and _opened(ticket.subject):
        shield.at(ticket)
        return shield.own_text(str(ticket.subject))
    shield.note(SUBJECT_REASON)
    return f"Conversation {ticket.number}"


def _sender(message: Message, parties: dict[str, Any], shield: Shield) -> Party:
    if message.author_id == shield.person.person_id:
        known = shield.person
        given = _all([parties.get("from")])
        return (
            given[0]
            if given
            else Party(name=next(iter(known.names), ""), address=next(iter(known.emails), ""))
        )
    if message.is_by_a_program:
        return Party(name="the program")
    if message.direction == Direction.IN:
        shield.note(OTHERS_REASON)
        return Party(name="another person")
    said = str((parties.get("from") or {}).get("name") or shield.agent_words)
    return Party(name=said, address=leaves_as(message.ticket)[1] if said == shield.agent_words else "")


def _all(parties: list[dict[str, str] | None] | None) -> tuple[Party, ...]:
    return tuple(Party(name=p.get("name") or "", address=p.get("address") or "") for p in parties or () if p)


def _file(attachment: Attachment, message: Message, shield: Shield) -> LetterFile:
    values = {
        "name": _opened(attachment.name) or "file",
        "content_type": _opened(attachment.content_type) or "application/octet-stream",
        "content_id": _opened(attachment.content_id) or "",
    }
    attachment.message = message
    shield.at(attachment)
    shown = _screen_attachment(attachment, values, shield)
    own = message.author_id == shield.person.person_id
    withheld = _why_withheld(attachment, shield, own=own, is_note=message.kind == MessageKind.NOTE)
    return LetterFile(file_id=attachment.file_id, withheld=withheld, row=attachment.file, **shown)


def _why_withheld(attachment: Attachment, shield: Shield, *, own: bool, is_note: bool) -> str:
    """What a person decided about the file; where nobody does, files of notes are withheld unless harmless.

    What the person sent themselves is read only where words were marked by hand: they know it.
    """
    if shield.examiner is None:
        return NOTE_FILE_REASON if is_note and not _is_harmless(attachment, shield) else ""
    if own and not shield.has_marks_anywhere():
        return ""
    return shield.why_withheld(attachment.file, file_words(attachment), own=own)


def _is_harmless(attachment: Attachment, shield: Shield) -> bool:
    """Whether a file that only staff have seen is plain text in which nobody else is named."""
    text = _readable(attachment)
    return text is not None and shield.names_nobody(text)


def _readable(attachment: Attachment) -> str | None:
    """The words of a plain text file, None for any other."""
    if attachment.file.size > _READABLE_BYTES:
        return None
    try:
        text = b"".join(open_file(attachment.file)).decode()
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


# -- receivers


def receivers() -> list[Receiver]:
    """The mail server that carries our answers, by name."""
    server = getattr(settings, "AUREOLE_EMAIL", None)
    if server is None:
        return []
    return [
        Receiver(
            kind="mail_out",
            name=str(server.host),
            gets="our answers to you",
            why="to carry them to your own mail server",
        )
    ]


def register() -> None:
    ports.add_company(DeskCompany())
    ports.add_letter_place(DeskLetters())
    ports.add_receivers(receivers)
    ports.add_own_addresses(every_address)
    ports.add_screen(Screen(model=Message, apply=_screen_message))
    ports.add_screen(Screen(model=Attachment, apply=_screen_attachment, related=("message",)))
    for model in (Person, Identifier, Ticket):
        ports.add_screen(Screen(model=model, apply=ports.as_it_is))
