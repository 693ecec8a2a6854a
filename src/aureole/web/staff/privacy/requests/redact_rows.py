"""Rows of an answer, opened for the eyes of whoever decides: what is said in them, by whom, with the hits in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from aureole.desk.attachment_text import file_words
from aureole.desk.models import Attachment, Message, MessageKind, Ticket
from aureole.desk.queries import name_people
from aureole.kernel.reading_files.kinds import WHY
from aureole.people.queries import shown_name
from aureole.privacy.declare import declaration_of
from aureole.privacy.models import AnswerHit, Decision, HitStanding
from aureole.privacy.redaction.examining import Digests
from aureole.privacy.redaction.rows import rows_at
from aureole.privacy.redaction.showing import GONE, text_of_hit, words_of
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

LONGEST = 24_000  # characters of a text that are shown around a hit
KINDS = {
    "person": _l("known person"), "staff": _l("staff"), "party": _l("recipient"), "address": _l("e-mail address"),
    "number": _l("number"), "account": _l("bank account"), "name": _l("name in a greeting"),
    "marked": _l("marked by hand"), "changed": _l("text has changed"), "file": _l("file"), "unread": _l("not searched"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of text. state: "" for plain words; now, open, hide, keep for a hit. is_place: it takes the focus."""

    text: str
    state: str = ""
    is_place: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class HitLine:
    """One hit in the list. shape: a state of the component `state`; words: what stands there."""

    id: uuid.UUID
    words: str
    kind: str
    shape: str
    said: str
    count: int
    asked_again: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRow:
    """The row around the hit that is looked at."""

    table: str
    row_id: uuid.UUID
    heading: str
    about: str
    href: str
    reference: str
    when: datetime | None
    lines: tuple[tuple[str, str, bool], ...]
    pieces: tuple[Piece, ...]
    is_cut: bool
    unread: str
    file_href: str

    @property
    def is_marked(self) -> bool:
        """Whether what is looked at stands in the text, and takes the focus there; else the row takes it."""
        return any(piece.is_place for piece in self.pieces)


def hit_lines(hits: Sequence[AnswerHit], person_id: uuid.UUID, digests: Digests) -> list[HitLine]:
    """With what was found in each; one query for each table there is a hit in."""
    words = words_of(hits, person_id, digests)
    return [_line(hit, words[hit.pk]) for hit in hits]


def _line(hit: AnswerHit, words: str) -> HitLine:
    shape, said = state_of(hit)
    return HitLine(
        id=hit.id, words=_("(the text has changed)") if words == GONE else words,
        kind=str(KINDS.get(hit.kind, hit.kind)), shape=shape, said=said,
        count=hit.places, asked_again=hit.asked_again,
    )  # fmt: skip


def state_of(hit: AnswerHit) -> tuple[str, str]:
    if hit.decision == Decision.HIDE:
        return "done", _("hidden")
    if hit.decision == Decision.KEEP:
        return "open", _("kept")
    if hit.standing == HitStanding.DOUBTFUL:
        return "soon", _("to decide")
    return "wait", _("hidden by rule") if hit.standing == HitStanding.RULE else _("hidden unless kept")


def open_row(
    hit: AnswerHit, others: Iterable[AnswerHit], person_id: uuid.UUID, digests: Digests
) -> OpenRow | None:
    """The row of a hit with all hits of its text in it; None when it is gone. `others`: further hits of the row."""
    place = (hit.table, hit.row_id)
    row = rows_at([place], person_id).get(place)
    if row is None:
        return None
    unread = ""
    if hit.is_file and isinstance(row, Attachment):
        words = file_words(row)
        text, same, unread = words.text, [hit], WHY.get(words.unread, "")
    else:
        text = text_of_hit(hit, row, digests)
        same = [hit, *(o for o in others if bytes(o.text) == bytes(hit.text) and o.pk != hit.pk)]
    shown, offset = _window(text, hit.spans[0][0] if hit.spans else 0)
    is_party = hit.kind == "party"
    heading, about, when, ticket = _about(row)
    return OpenRow(
        table=hit.table, row_id=hit.row_id, heading=heading, about=about, when=when,
        href=reverse("desk:ticket", args=[ticket.number]) if ticket is not None else "",
        reference=str(ticket.number) if ticket is not None else "",
        lines=_header(row, text if is_party else ""),
        pieces=_pieces(str(row.text or ""), (), 0) if is_party and isinstance(row, Message)
        else _pieces(shown, _states(same, hit), offset),
        is_cut=len(shown) < len(text), unread=unread,
        file_href=reverse("desk:attachment", args=[row.pk]) if isinstance(row, Attachment) else "",
    )  # fmt: skip


def _about(row: Model) -> tuple[str, str, datetime | None, Ticket | None]:
    """Who and what, when, and the ticket it belongs to."""
    message = row.message if isinstance(row, Attachment) else row if isinstance(row, Message) else None
    if message is not None:
        prefetch_related_objects([message], "author", "ticket")
        unlock([message, message.author, message.ticket])
        name_people([message.author])
        who = shown_name(message.author) if message.author_id else _("The program")
        kind = str(MessageKind(message.kind).label)
        if isinstance(row, Attachment):
            named = "" if isinstance(row.name, Erased) else str(row.name)
            return _("File: %(name)s") % {"name": named}, _("attached by %(who)s, %(kind)s") % {
                "who": who, "kind": kind
            }, message.sent_at, message.ticket  # fmt: skip
        return who, kind, message.sent_at, message.ticket
    declared = declaration_of(type(row))
    ticket = row if isinstance(row, Ticket) else None
    at = getattr(row, "at", None) or getattr(row, "created_at", None)
    return (declared.label if declared else ""), "", at if isinstance(at, datetime) else None, ticket


def _header(row: Model, party: str) -> tuple[tuple[str, str, bool], ...]:
    """Sender and recipients as (label, words, whether it is the hit)."""
    if not isinstance(row, Message) or isinstance(row.parties, Erased) or not row.parties:
        return ()
    lines = []
    for key, label in (("from", _("From")), ("to", _("To")), ("cc", _("Copy")), ("reply_to", _("Answer to"))):
        value = row.parties.get(key)
        several = value if isinstance(value, list) else [value] if value else []
        for one in several:
            words = f"{one.get('name') or ''} {one.get('address') or ''}".strip()
            lines.append((label, words, bool(party) and party in (one.get("address"), one.get("name"))))
    return tuple(lines)


def _window(text: str, around: int) -> tuple[str, int]:
    """A text, or of a very long one what is around the hit, with where that begins."""
    if len(text) <= LONGEST:
        return text, 0
    start = max(0, min(around - LONGEST // 2, len(text) - LONGEST))
    return text[start : start + LONGEST], start


def _states(hits: Iterable[AnswerHit], current: AnswerHit) -> list[tuple[int, int, str]]:
    return [
        (start, end, "now" if hit.pk == current.pk else hit.decision or "open")
        for hit in hits
        for start, end in hit.spans
    ]


def _pieces(text: str, spans: Iterable[tuple[int, int, str]], offset: int) -> tuple[Piece, ...]:
    """What is looked at comes before what it overlaps."""
    pieces: list[Piece] = []
    taken: list[tuple[int, int, str]] = []
    for start, end, state in sorted(spans, key=lambda one: (one[2] != "now", one[0])):
        if not any(start < b and a < end for a, b, _state in taken):
            taken.append((start, end, state))
    position = 0
    for start, end, state in sorted(taken):
        first, last = max(start - offset, 0), min(end - offset, len(text))
        if last <= position:
            continue
        is_place = state == "now" and not any(piece.is_place for piece in pieces)
        found = Piece(text=text[first:last], state=state, is_place=is_place)
        pieces += [Piece(text=text[position:first]), found]
        position = last
    pieces.append(Piece(text=text[position:]))
    return tuple(piece for piece in pieces if piece.text)
