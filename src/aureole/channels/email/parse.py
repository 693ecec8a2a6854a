"""One message in, one ParsedMail out, whatever the bytes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aureole.channels.email.mime.addresses import addresses_in, parse_addresses
from aureole.channels.email.mime.automatic import recognise
from aureole.channels.email.mime.bodies import gather
from aureole.channels.email.mime.delivery_report import read_report
from aureole.channels.email.mime.entity import Entity, take_apart
from aureole.channels.email.mime.limits import DEFAULT, Limits
from aureole.channels.email.mime.words import clean_line, decode_words, header_text
from aureole.channels.email.parsed import Address, Automatic, ParsedMail, Reason, Unparseable

_ID = re.compile(r"<\s*([^<>\s]{1,900})\s*>")
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_,; ]|$)")
_MOST_REFERENCES = 100
_STUMBLES = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
_TROUBLE = (Unparseable, *_STUMBLES)
_SENDERS = ("from", "sender", "reply-to", "return-path", "x-sender", "envelope-from")


def parse(raw: bytes, limits: Limits = DEFAULT) -> ParsedMail:
    """Read one message.

    Raises Unparseable (and nothing else) for what is no mail, has nobody to answer to, or is beyond the limits.
    """
    if not raw.strip():
        raise Unparseable(Reason.EMPTY, "The mail has no content.")
    if len(raw) > limits.bytes:
        raise Unparseable(Reason.TOO_LARGE, f"The mail is larger than {limits.bytes // 2**20} MB.")
    try:
        return _read(raw, limits)
    except Unparseable:
        raise
    except _STUMBLES as error:
        raise Unparseable(Reason.BROKEN, f"The parser stumbled ({type(error).__name__}).") from error


def legible_texts(raw: bytes, limits: Limits = DEFAULT) -> list[str]:
    """Whatever can be read of a mail that `parse` may refuse: headers, words, names of files. Never raises."""
    try:
        root, _ = take_apart(raw, limits)
        gathered = gather(root, limits)
        names = [file.name for file in (*gathered.attachments, *gathered.inline)]
        return [_headers_text(root), gathered.text(), gathered.html(), *names]
    except _TROUBLE:
        return [raw.decode("utf-8", "replace")]


def _read(raw: bytes, limits: Limits) -> ParsedMail:
    root, notes = take_apart(raw, limits)
    if not root.headers:
        raise Unparseable(Reason.NOT_A_MAIL, "The file has no mail header.")
    sender = _sender(root)
    to, cc = _addresses(root, "to"), _addresses(root, "cc")
    if len(to) + len(cc) > limits.recipients:
        raise Unparseable(Reason.TOO_MANY_RECIPIENTS, "The mail names more recipients than any real one.")
    subject = _line(root, "subject")
    gathered = gather(root, limits)
    automatic = recognise(root, sender, subject)
    date, date_note = _date(root)
    headers_text = _headers_text(root)
    return ParsedMail(
        sender=sender,
        from_=_addresses(root, "from"),
        reply_to=_addresses(root, "reply-to"),
        to=to,
        cc=cc,
        delivered_to=_delivered_to(root),
        subject=subject,
        date=date,
        message_id=next(iter(_ids(root, "message-id")), ""),
        in_reply_to=_ids(root, "in-reply-to"),
        references=_ids(root, "references"),
        text=gathered.text(),
        html=gathered.html(),
        inline=tuple(gathered.inline),
        attachments=tuple(gathered.attachments),
        automatic=automatic,
        report=read_report(root, limits) if automatic is Automatic.REPORT else None,
        loop_marks=tuple(clean_line(v, 200) for v in root.all("x-loop")[:20]),
        language=_language(root),
        notes=tuple(sorted(notes | gathered.notes | date_note)),
        headers_text=headers_text,
        addresses_seen=addresses_in(headers_text),
    )


def _line(root: Entity, name: str) -> str:
    return clean_line(decode_words(root.first(name) or ""))


def _addresses(root: Entity, name: str) -> tuple[Address, ...]:
    return tuple(a for value in root.all(name)[:50] for a in parse_addresses(value))


def _sender(root: Entity) -> Address:
    """Who wrote it. Of several From addresses the one that Sender names, else the first (RFC 5322 §3.6.2)."""
    writers = _addresses(root, "from")
    if len(writers) > 1:
        sending = {a.address.lower() for a in _addresses(root, "sender")}
        return next((a for a in writers if a.address.lower() in sending), writers[0])
    for name in _SENDERS:
        found = _addresses(root, name)
        if found:
            return found[0]
    raise Unparseable(Reason.NO_SENDER, "The mail names no address it could come from.")


def _delivered_to(root: Entity) -> tuple[str, ...]:
    names = (
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "x-envelope-to",
        "x-delivered-to",
        "x-forwarded-to",
    )
    return tuple(dict.fromkeys(a.address for name in names for a in _addresses(root, name)))


def _ids(root: Entity, name: str) -> tuple[str, ...]:
    """Message identifiers without brackets, oldest first; of very many the first and the latest."""
    found: list[str] = []
    for value in root.all(name)[:20]:
        text = value[:100_000]
        found += _ID.findall(text) or [
            w for w in text.replace("<", " ").replace(">", " ").split() if "@" in w
        ]
    unique = list(dict.fromkeys(clean_line(i, 900) for i in found))
    return tuple(unique if len(unique) <= _MOST_REFERENCES else [unique[0], *unique[1 - _MOST_REFERENCES :]])


def _date(root: Entity) -> tuple[datetime | None, set[str]]:
    """Date, else the time of the latest Received; always aware."""
    moment = _moment(root.first("date") or "")
    if moment is not None:
        return moment, set()
    for value in root.all("received")[:1]:
        moment = _moment(value.rpartition(";")[2])
    return moment, {"date_missing" if moment is None else "date_from_received"}


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text[:200].strip())
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return moment if moment.year >= 1970 else None


def _language(root: Entity) -> str:
    found = _LANGUAGE.match(root.first("content-language") or "")
    return found.group(1).lower() if found else ""


def _headers_text(root: Entity) -> str:
    lines = (f"{name}: {decode_words(header_text(value))}" for name, value in root.headers)
    return "\n".join(lines).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
