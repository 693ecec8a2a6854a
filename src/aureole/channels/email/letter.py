"""An answer as the bytes that leave: RFC 5322 headers, text and HTML, attachments."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, localtime

from aureole.channels.email.mime.words import clean_line
from aureole.channels.email.models import MessageIdentity, OutboundMail
from aureole.channels.email.reply_address import reply_address
from aureole.desk.brands import leaves_as
from aureole.desk.models import Attachment, Channel, Message, Ticket
from aureole.privacy.informing.words import as_text
from aureole.vault.files import read_file
from aureole.vault.unlock import unlock

_MOST_REFERENCES = 20
_RE = re.compile(r"\s*(?:re|aw|sv|antw|rif|res|vs|odp|ynt|回复|回覆|답장)\s*(?:\[\d+\])?\s*[:：]", re.I)
_LINK = re.compile(r"https?://[^\s<>\"']{1,500}[^\s<>\"'.,;:!?)\]]")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")


Told = Sequence[tuple[str, str]]


def write_letter(outbound: OutboundMail, told: Told = ()) -> bytes:
    """The mail to one recipient, ready for SMTP. Headers hold no line breaks, whatever they are made from.

    told  (heading, words) of what stands below the answer and apart from it (`privacy.informing`)
    """
    message = outbound.message
    attachments = list(Attachment.objects.filter(message=message).select_related("file").order_by("position"))
    unlock([message, outbound], [message.ticket], attachments)
    letter = EmailMessage(policy=_policy(outbound, message))
    _write_headers(letter, outbound, message)
    text = str(message.text or "")
    letter.set_content(f"{text}{as_text(list(told))}", cte="quoted-printable")
    letter.add_alternative(as_html(text, told), subtype="html", cte="quoted-printable")
    for attachment in attachments:
        _attach(letter, attachment)
    return letter.as_bytes()


def _policy(outbound: OutboundMail, message: Message) -> EmailPolicy[EmailMessage]:
    """Addresses beyond ASCII travel as they are (RFC 6532); everything else stays in seven bits."""
    addresses = [str(outbound.address), *(p["address"] for p in _parties(message, "to", "cc"))]
    return SMTP.clone(utf8=not all(a.isascii() for a in addresses), cte_type="7bit")


def _write_headers(letter: EmailMessage, outbound: OutboundMail, message: Message) -> None:
    ticket = message.ticket
    own, earlier = _identifiers(message)
    name, address = leaves_as(ticket)
    letter["From"] = _address(name, address)
    letter["To"] = [_address(p["name"], p["address"]) for p in _parties(message, "to") if p["address"]]
    copies = [_address(p["name"], p["address"]) for p in _parties(message, "cc") if p["address"]]
    if copies:
        letter["Cc"] = copies
    is_first = ticket.channel == Channel.STAFF and not earlier
    letter["Subject"] = _plain(str(ticket.subject or ""), 300) if is_first else subject_of_answer(ticket)
    letter["Date"] = format_datetime(localtime(message.sent_at))
    letter["Message-ID"] = f"<{own}>"
    if earlier:
        letter["In-Reply-To"] = f"<{earlier[-1]}>"
        letter["References"] = " ".join(f"<{i}>" for i in earlier[-_MOST_REFERENCES:])
    letter["Reply-To"] = _address(
        name,
        reply_address(number=ticket.number, ticket_id=ticket.id, person_id=outbound.person_id),
    )


def _identifiers(message: Message) -> tuple[str, list[str]]:
    """Our Message-ID, and those of the conversation so far with the person it concerns, oldest first."""
    rows = MessageIdentity.objects.filter(
        message__ticket_id=message.ticket_id,
        person_id=message.person_id,
        message__created_at__lte=message.created_at,
    ).exclude(message__kind="note")
    every = unlock(rows.order_by("message__created_at", "id"))
    own = next(str(row.value) for row in every if row.message_id == message.id)
    return own, [str(row.value) for row in every if row.message_id != message.id and _fits(str(row.value))]


def _fits(message_id: str) -> bool:
    return message_id.isascii() and len(message_id) <= 250 and not set(message_id) & set("<> \r\n\t")


def subject_of_answer(ticket: Ticket) -> str:
    subject = _plain(str(ticket.subject or ""), 300)
    return subject if _RE.match(subject) else f"Re: {subject}"


def _address(name: str, address: str) -> Address:
    """Raises ValueError for an address that cannot stand in a header."""
    shown, bare = _plain(name, 200), clean_line(address, 320)
    local, _, domain = bare.rpartition("@")
    if not local or not domain or set(domain) & set(' ()<>,;:\\"'):
        raise ValueError("not an address")
    return Address(display_name="" if shown == bare else shown, username=local, domain=domain)


def _plain(text: str, length: int) -> str:
    """One line, and nothing the header writer would decode: an encoded word may hold line breaks."""
    return clean_line(text, length).replace("=?", "= ?")


def _parties(message: Message, *roles: str) -> list[dict[str, str]]:
    return [party for role in roles for party in (message.parties or {}).get(role) or []]


def _attach(letter: EmailMessage, attachment: Attachment) -> None:
    declared = str(attachment.content_type or "").lower()
    kind = (
        declared if _TYPE.fullmatch(declared) and not declared.startswith(("multipart/", "message/")) else ""
    )
    maintype, _, subtype = (kind or "application/octet-stream").partition("/")
    letter.add_attachment(
        read_file(attachment.file), maintype=maintype, subtype=subtype,
        filename=_plain(str(attachment.name), 150) or "attachment",
    )  # fmt: skip


def as_html(text: str, told: Told = ()) -> str:
    """Paragraphs and line breaks; addresses of pages become links. Nothing else: our answers are words."""
    paragraphs = [p for p in re.split(r"\n\s*\n", text.strip()) if p.strip()]
    below = [f"<hr>\n<p><b>{html.escape(heading)}</b><br>\n{_linked(said)}</p>" for heading, said in told]
    body = "\n".join([*(f"<p>{_linked(p)}</p>" for p in paragraphs), *below])
    return f"<!doctype html>\n<html><body>\n{body}\n</body></html>\n"


def _linked(paragraph: str) -> str:
    pieces, position = [], 0
    for found in _LINK.finditer(paragraph):
        pieces.append(html.escape(paragraph[position : found.start()]))
        target = html.escape(found.group(0), quote=True)
        pieces.append(f'<a href="{target}">{target}</a>')
        position = found.end()
    pieces.append(html.escape(paragraph[position:]))
    return "".join(pieces).replace("\n", "<br>\n")
