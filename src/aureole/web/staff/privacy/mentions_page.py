"""Where others' texts name the person: read before they are blacked out."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aureole.desk.attachment_text import file_words
from aureole.desk.file_mentions import FILES
from aureole.desk.models import Attachment, Message, Ticket
from aureole.desk.queries import name_people
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.people.queries import first_name, shown_name
from aureole.privacy.erasure.mentions import redact_mentions
from aureole.privacy.erasure.redactor import MARK, Redactor
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.informing.named import NAMES, REASONS
from aureole.privacy.models import Disclosure, HoldGround
from aureole.privacy.ports import Redaction
from aureole.staff.permissions import may, require
from aureole.vault.unlock import unlock
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import person_or_shell

MOST = 100
MOST_READ = 10  # documents whose words are shown: each is read anew, and may be long
_LINES = 5
_AROUND = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of text; `is_hit` will be blacked out."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One text of somebody else. Without pieces the mention is in a part that is not shown here.

    link      the number of the ticket, or what else `href` leads to
    document  its id, of one that gives way to its words or is held
    hold      under which it stays as it is; `law` is why
    """

    whose: str
    place: str
    link: str
    href: str
    when: datetime
    pieces: tuple[Piece, ...]
    document: uuid.UUID | None = None
    hold: uuid.UUID | None = None
    law: str = ""


@require_safe
def show_mentions(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """The first hundred, with what stands around each. Every one whose text is shown gets an entry in their log."""
    actor = actor_of(request)
    require(actor, "privacy.plan")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    found, redactor = _found(person)
    stays = sum(redaction.hold is not None for redaction in found)
    mentions = list(_opened(found[:MOST], redactor))
    _note(request, found[:MOST])
    context = {
        "nav_current": "privacy", "person_id": person.id, "first_name": first_name(person),
        "mentions": mentions, "total": len(found) - stays, "stays": stays, "is_cut": len(found) > MOST,
        "may_hold": may(actor, "privacy.hold"), "has_documents": any(mention.document for mention in mentions),
    }  # fmt: skip
    return render(request, "privacy/mentions.html", context)


def _found(person: Person) -> tuple[list[Redaction], Redactor]:
    subject = Subject.of(person.id)
    return redact_mentions(subject, dry=True), subject.redactor


def _note(request: HttpRequest, found: list[Redaction]) -> None:
    shown = Counter(redaction.person_id for redaction in found)
    with transaction.atomic():
        for person_id, count in shown.items():
            record("desk.read", by=actor_of(request), person=person_id, messages=count)


def _opened(found: list[Redaction], redactor: Redactor) -> Iterator[Mention]:
    """Five queries for the rows, whatever their number, and one for their keys."""
    ids = {redaction.row_id for redaction in found}
    noted = {
        redaction.row_id: redaction.person_id for redaction in found if redaction.place in (NAMES, REASONS)
    }
    owners = {person.pk: person for person in Person.objects.filter(pk__in=noted.values())}
    disclosures = Disclosure.objects.filter(pk__in=noted)
    messages = Message.objects.filter(pk__in=ids).select_related("ticket", "person")
    tickets = Ticket.objects.filter(pk__in=ids).select_related("requester")
    files = Attachment.objects.filter(pk__in=ids).select_related("message__ticket", "person", "file")
    rows: list[Message | Ticket | Attachment] = [*messages, *tickets, *files]
    told = {row.pk: row for row in disclosures}
    unlock([*rows, *told.values()])
    name_people((*(_owner(row) for row in rows), *owners.values()))
    by_id = {row.pk: row for row in rows}
    left = MOST_READ
    for redaction in found:
        owner, one = owners.get(redaction.person_id), told.get(redaction.row_id)
        if owner is not None and one is not None:
            yield _noted(owner, one, redaction, redactor)
            continue
        row = by_id.get(redaction.row_id)
        if row is not None:
            left -= redaction.place == FILES
            yield _mention(row, redaction, redactor, is_read=left >= 0)


def _noted(owner: Person, row: Disclosure, redaction: Redaction, redactor: Redactor) -> Mention:
    """Who got somebody's data, as it was noted."""
    return Mention(
        whose=shown_name(owner), place=_("Who else got their data"), link=_("Record"),
        href=reverse("people:requests", args=[owner.pk]), when=row.noted_at,
        pieces=cut_pieces(str((row.name if redaction.place == NAMES else row.why) or ""), redactor),
    )  # fmt: skip


def _owner(row: Message | Ticket | Attachment) -> Person | None:
    return row.requester if isinstance(row, Ticket) else row.person


def _mention(
    row: Message | Ticket | Attachment, redaction: Redaction, redactor: Redactor, *, is_read: bool
) -> Mention:
    ticket, place, text = _read(row, redaction)
    hold = redaction.hold
    is_document = isinstance(row, Attachment) and redaction.place == FILES
    if isinstance(row, Attachment) and is_document:
        text = _lines_with(file_words(row).text, redactor) if is_read else ""
    return Mention(
        whose=shown_name(_owner(row)), place=place, link=str(ticket.number),
        href=reverse("desk:ticket", args=[ticket.number]), when=ticket.last_message_at,
        pieces=cut_pieces(text, redactor), document=row.pk if is_document else None,
        hold=hold.pk if hold else None, law=str(HoldGround(hold.ground).label) if hold else "",
    )  # fmt: skip


def _lines_with(text: str, redactor: Redactor) -> str:
    """The first lines of a document that name the person."""
    naming = (line for line in text.splitlines() if redactor.redact(line, sure=True)[1])
    return "\n".join(islice(naming, _LINES))


def _read(row: Message | Ticket | Attachment, redaction: Redaction) -> tuple[Ticket, str, str]:
    if isinstance(row, Ticket):
        return row, _("Subject"), str(row.subject or "")
    if isinstance(row, Message):
        return row.ticket, _("Message"), str(row.text or "")
    if redaction.place == FILES:
        return row.message.ticket, _("Inside the file %(name)s") % {"name": row.name}, ""
    return row.message.ticket, _("Name of a file"), str(row.name)


def cut_pieces(text: str, redactor: Redactor) -> tuple[Piece, ...]:
    """The surroundings of each hit. Empty when the hit is not in this text (in a file, among the recipients)."""
    redacted, spans = redactor.redact(text, sure=True)
    if not spans:
        return ()
    kept = redacted.split(MARK)
    whole = re.fullmatch("(.+?)".join(f"({re.escape(piece)})" for piece in kept), text, re.DOTALL)
    if whole is None:
        return ()
    parts = whole.groups()
    last = len(parts) - 1
    return tuple(
        Piece(text=part if n % 2 else shorten(part, is_first=n == 0, is_last=n == last), is_hit=bool(n % 2))
        for n, part in enumerate(parts)
        if part
    )


def shorten(text: str, *, is_first: bool, is_last: bool) -> str:
    """What stands next to a hit: the end of what came before, the beginning of what follows."""
    if is_first:
        return text if len(text) <= _AROUND else f"…{text[-_AROUND:]}"
    if is_last:
        return text if len(text) <= _AROUND else f"{text[:_AROUND]}…"
    return text if len(text) <= 2 * _AROUND else f"{text[:_AROUND]} … {text[-_AROUND:]}"
