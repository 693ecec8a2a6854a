"""A mail as its sender laid it out: cleaned, in a frame that can do nothing, remote pictures left out."""

from __future__ import annotations

import base64
import uuid

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aureole.channels.email.sanitise import clean_html
from aureole.desk.models import Attachment, Message
from aureole.desk.queries import message_for
from aureole.ledger.record import record
from aureole.staff.permissions import require
from aureole.vault.erased import Erased
from aureole.vault.files import read_file
from aureole.web.actor import actor_of
from aureole.web.staff.desk.files import raster_type

# No script, no form, no plugin, nothing loaded from anywhere: pictures of the mail itself travel as data:.
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_MOST_INLINE = 4 * 1024 * 1024


@require_safe
def show_formatted(request: HttpRequest, number: int, message_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "desk.read")
    message = message_for(actor, number=number, message_id=message_id)
    if message.html is None or isinstance(message.html, Erased):
        raise Http404
    with transaction.atomic():
        record("desk.read", by=actor, person=message.person_id, messages=1)
    clean = clean_html(str(message.html), inline_pictures(message))
    response = render(request, "desk/formatted.html", {"clean": clean, "language": message.language})
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def inline_pictures(message: Message) -> dict[str, str]:
    """The mail's own pictures by Content-ID, as data: addresses, for the frame has no session."""
    found: dict[str, str] = {}
    left = _MOST_INLINE
    for attachment in message.attachments.all():
        if attachment.content_id and attachment.file.size <= left:
            address = _as_data(attachment)
            left -= attachment.file.size if address else 0
            found |= {str(attachment.content_id).strip("<>"): address} if address else {}
    return found


def _as_data(attachment: Attachment) -> str:
    content = read_file(attachment.file)
    kind = raster_type(content)
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if kind else ""
