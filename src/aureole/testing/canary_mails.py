"""Mails by and about the canary, as they come over the wire."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

from aureole.testing.canary_words import ADDRESS, NAME, SECOND, mark

_DATE = "Mon, 09 Mar 2026 10:00:00 +0100"
_OURS = "support@nordlys.example"


def mail(
    *, sender: str, subject: str, body: str, to: str = _OURS, attach: str = "", name: str = "x"
) -> bytes:
    """One plain mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = _DATE
    message["Message-ID"] = f"<{abs(hash((sender, subject, body)))}@canary.example>"
    message.set_content(body)
    message.add_alternative(f"<p>{body}</p>", subtype="html")
    if attach:
        message.add_attachment(attach.encode(), maintype="text", subtype="plain", filename=f"{name}.txt")
    return message.as_bytes()


def first_mail() -> bytes:
    """She introduces herself; by this she becomes a person."""
    message = EmailMessage()
    message["From"], message["To"] = f"{NAME} <{ADDRESS}>", _OURS
    message["Subject"] = f"About {mark('desk_ticket.subject')}"
    message["Date"] = _DATE
    message["Message-ID"] = f"<{mark('email_message_identity.value')}@canary.example>"
    message.set_content(f"I am {NAME}.")
    message.add_alternative(f"<p>I am <b>{NAME}</b>, {mark('desk_message.html')}.</p>", subtype="html")
    return message.as_bytes()


def second_mail() -> bytes:
    """Every header and every kind of part; the people it names are all herself."""
    message = EmailMessage()
    message["From"] = f"{mark('desk_message.parties.from')} <{ADDRESS}>"
    message["To"] = f"{_OURS}, {mark('desk_message.parties.to')} <{SECOND}>"
    message["Cc"] = f"{mark('desk_message.parties.cc')} <{SECOND}>"
    message["Reply-To"] = f"{mark('desk_message.parties.reply_to')} <{SECOND}>"
    message["Subject"] = f"Re: About {mark('desk_ticket.subject')}"
    message["Date"] = _DATE
    message["Message-ID"] = "<second@canary.example>"
    message["In-Reply-To"] = f"<{mark('In-Reply-To')}@canary.example>"
    message["References"] = f"<{mark('email_message_identity.value')}@canary.example>"
    message["X-Canary"] = f"{mark('X-Header')} of {NAME}"
    message["Received"] = f"from {mark('Received')}.example by mx.nordlys.example; {_DATE}"
    message.set_content(
        f"{mark('desk_message.excerpt')} and {mark('desk_message.new_text')}.\n\n"
        f"On Mon, 9 Mar 2026 at 09:00, Support <{_OURS}> wrote:\n> You said {mark('desk_message.text')}.\n"
    )
    message.add_alternative(
        f'<p>{mark("desk_message.excerpt")}<img src="cid:{mark("desk_attachment.content_id")}"></p>',
        subtype="html",
    )
    _add_files(message)
    return message.as_bytes()


def _add_files(message: EmailMessage) -> None:
    message.add_attachment(
        mark("vault_sealed_file.inline").encode(), maintype="application",
        subtype=f"x-{mark('desk_attachment.content_type')}", filename=f"{mark('desk_attachment.name')}.bin",
    )  # fmt: skip
    message.add_attachment(
        f"<p>{mark('an HTML file')}</p>".encode(), maintype="text", subtype="html", filename="page.html"
    )
    message.add_attachment(
        b"GIF89a" + mark("a picture in the HTML").encode(), maintype="image", subtype="gif",
        cid=f"<{mark('desk_attachment.content_id')}>", disposition="inline", filename="dot.gif",
    )  # fmt: skip
    inner = EmailMessage()
    inner["From"], inner["Subject"] = ADDRESS, mark("an attached mail")
    inner.set_content("Forwarded.")
    message.add_attachment(inner)
    message.add_attachment(_zip(), maintype="application", subtype="zip", filename="packed.zip")


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{mark('a file name in a ZIP')}.txt", f"{NAME} {mark('a ZIP file')} " * 20)
    return packed.getvalue()


def mail_without_sender() -> bytes:
    """Names her and nobody it could come from, so it is set apart with its bytes."""
    return (
        f"Subject: About {NAME}\r\nDate: {_DATE}\r\n\r\n{NAME} <{ADDRESS}> left {mark('set apart')}.\r\n"
    ).encode()
