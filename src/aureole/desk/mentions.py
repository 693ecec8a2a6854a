"""Blacking out a person in messages and subjects that belong to somebody else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from aureole.desk import searching
from aureole.desk.attachment_text import text_of
from aureole.desk.file_mentions import FILES, held_among, replace_by_words
from aureole.desk.models import Attachment, Draft, Message, Ticket
from aureole.desk.parties import addresses_in
from aureole.kernel.compiled import Compiled
from aureole.kernel.html_words import html_words
from aureole.kernel.text import excerpt
from aureole.privacy.erasure.mentions import apart, still_there
from aureole.privacy.erasure.redactor import MARK, Redactor
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import Hold
from aureole.privacy.ports import Count, Redaction
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

SUBJECTS = "desk_ticket.subject (others' texts)"
MESSAGES = "desk_message (others' texts)"
FILE_NAMES = "desk_attachment.name (others' texts)"
DRAFTS = "desk_draft (others' texts)"


class TicketMentions:
    """Subjects."""

    kind = "ticket"
    table = Ticket._meta.db_table

    def redact(self, row_ids: Sequence[uuid.UUID], redactor: Redactor, *, dry: bool) -> list[Redaction]:
        return _redact_subjects(Ticket.objects.filter(pk__in=row_ids), redactor, dry)


def _redact_subjects(
    rows: QuerySet[Ticket], redactor: Redactor, dry: bool, *, sure: bool | None = None
) -> list[Redaction]:
    found = []
    rows = rows.filter(requester__isnull=False).select_related("requester")
    for ticket in unlock(rows if dry else still_there(rows)):
        spare = _name_of(ticket) if sure else ""
        subject, spans = redactor.redact(str(ticket.subject or ""), sure=sure, spare=spare)
        if not spans or isinstance(ticket.subject, Erased) or ticket.requester_id is None:
            continue
        found.append(Redaction(place=SUBJECTS, row_id=ticket.pk, person_id=ticket.requester_id, spans=spans))
        if not dry:
            ticket.subject = subject
            ticket.save(update_fields=["subject"])
            searching.index_ticket(ticket)
    return found


def _name_of(ticket: Ticket) -> str:
    person = next(iter(unlock([ticket.requester])), None)
    return str(person.name or "") if person is not None else ""


class DraftsOfOthers:
    """Drafts of answers to somebody else. Few and short-lived, so they are opened rather than indexed."""

    name = "desk.drafts"

    def count(self, subject: Subject) -> list[Count]:
        return [Count(place=DRAFTS, count=self._redact(subject, dry=True), label="Drafts", how="blacked out")]

    def run(self, subject: Subject) -> list[Count]:
        return [Count(place=DRAFTS, count=self._redact(subject, dry=False))]

    def _redact(self, subject: Subject, *, dry: bool) -> int:
        found = 0
        for draft in unlock(_drafts_of_others.objects(dry, person_id=subject.person_id)):
            text, spans = subject.redactor.redact(str(draft.text))
            found += bool(spans)
            if spans and not dry:
                draft.text = text
                draft.save(update_fields=["text"])
        return found


def _build_drafts(dry: bool, *, person_id: uuid.UUID) -> QuerySet[Draft]:
    rows = Draft.objects.exclude(person_id=person_id)
    return rows if dry else still_there(rows)


_drafts_of_others = Compiled[Draft](_build_drafts)


class MessageMentions:
    """Words, recipients, names and contents of attached files."""

    kind = "message"
    table = Message._meta.db_table

    def redact(self, row_ids: Sequence[uuid.UUID], redactor: Redactor, *, dry: bool) -> list[Redaction]:
        return _redact_messages(Message.objects.filter(pk__in=row_ids), redactor, dry)


def redact_all_in(ticket_ids: Sequence[uuid.UUID], subject: Subject) -> list[Redaction]:
    """Every message of tickets in which the person wrote: there a word of their name means them, also alone."""
    rows = Message.objects.filter(ticket_id__in=ticket_ids).exclude(person_id=subject.person_id)
    found = _redact_messages(rows, Redactor.of(subject.known), dry=False, wrote=subject.person_id)
    return apart(found)[0]


def redact_subjects(ticket_ids: Sequence[uuid.UUID], subject: Subject) -> list[Redaction]:
    """The same for what those tickets are called."""
    rows = Ticket.objects.filter(pk__in=ticket_ids).exclude(requester_id=subject.person_id)
    return _redact_subjects(rows, Redactor.of(subject.known), dry=False, sure=True)


def _redact_messages(
    rows: QuerySet[Message], redactor: Redactor, dry: bool, *, wrote: uuid.UUID | None = None
) -> list[Redaction]:
    """wrote  whose words of a name are looked for without a surer mark beside them, and spared for nobody's sake"""
    rows = rows.select_related("ticket", "person", "author")
    messages = list((rows if dry else still_there(rows)).prefetch_related("attachments"))
    people = (p for m in messages for p in (m.person, m.author))
    unlock(messages, people, (a for m in messages for a in m.attachments.all()))
    opened = [m for m in messages if not isinstance(m.text, Erased)]
    held = held_among([a for m in opened for a in m.attachments.all()])
    return [r for m in opened for r in _redact_message(m, redactor, dry, wrote, held)]


def _redact_message(
    message: Message,
    redactor: Redactor,
    dry: bool,
    wrote: uuid.UUID | None,
    held: Mapping[uuid.UUID, Hold],
) -> list[Redaction]:
    attached = list(message.attachments.select_related("file"))
    sure = (
        wrote is not None
        or redactor.mentions(
            message.text, html_words(message.html), *searching.message_texts(message, attached)
        )
        or redactor.mentions(*addresses_in(message.parties))
    )
    around = [p for p in (message.person, message.author) if p is not None and p.pk != wrote]
    spare = " ".join(str(p.name or "") for p in around)
    words = _redact_words(message, redactor, sure, spare)
    files = [r for a in attached for r in _redact_attachment(a, redactor, sure, spare, dry, held.get(a.pk))]
    if not dry and (words or any(r.hold is None for r in files)):
        message.save()
        searching.index_message(message, message.ticket, attached)
    found = [Redaction(place=MESSAGES, row_id=message.pk, person_id=message.person_id, spans=words)]
    return [r for r in [*found, *files] if r.spans]


def _redact_words(message: Message, redactor: Redactor, sure: bool, spare: str) -> int:
    """Changes the message in memory; how many spans."""
    text, spans = redactor.redact(str(message.text or ""), sure=sure, spare=spare)
    new_text, _ = redactor.redact(str(message.new_text or ""), sure=sure, spare=spare)
    parties, in_parties = _redact_parties(message.parties, redactor)
    in_html = redactor.redact(html_words(message.html), sure=sure, spare=spare)[1]
    if spans:
        message.text = text
        message.new_text = new_text if message.new_text is not None else None
        message.excerpt = excerpt(message.own_words or text)
    if in_parties:
        message.parties = parties
    if spans or in_html:
        # Tags and entities can split a name; the plain text, blacked out, says the same.
        message.html = None
    return spans + in_parties + (in_html if not spans else 0)


def _redact_parties(parties: dict[str, Any] | None, redactor: Redactor) -> tuple[dict[str, Any] | None, int]:
    if not parties:
        return parties, 0
    total = 0
    changed: dict[str, Any] = {}
    for role, value in parties.items():
        several = value if isinstance(value, list) else [value] if value else []
        cleaned = [_redact_party(party, redactor) for party in several]
        total += sum(spans for _, spans in cleaned)
        kept = [party for party, _ in cleaned]
        changed[role] = kept if isinstance(value, list) else (kept[0] if kept else None)
    return changed, total


def _redact_party(party: dict[str, str], redactor: Redactor) -> tuple[dict[str, str], int]:
    """A recipient is one identity: her address takes the name beside it along, another's keeps it."""
    name, in_name = redactor.redact(party.get("name", ""), sure=False)
    address, in_address = redactor.redact(party.get("address", ""))
    if in_address:
        return {"name": MARK, "address": ""}, 1
    return {"name": name, "address": address}, in_name


def _redact_attachment(
    attachment: Attachment, redactor: Redactor, sure: bool, spare: str, dry: bool, hold: Hold | None
) -> list[Redaction]:
    name, in_name = redactor.redact(str(attachment.name), sure=sure, spare=spare)
    text = text_of(str(attachment.content_type), attachment.file)
    in_text = redactor.redact(text, sure=sure, spare=spare)[1] if text else 0
    is_changed = not dry and hold is None
    if is_changed and (in_name or in_text):
        attachment.name = name
        attachment.save()
    if is_changed and in_text:
        replace_by_words(attachment, redactor, spare)
    places = ((FILE_NAMES, in_name), (FILES, in_text))
    return [
        Redaction(place=place, row_id=attachment.pk, person_id=attachment.person_id, spans=spans, hold=hold)
        for place, spans in places
        if spans
    ]
