"""Attachments: downloaded, never shown in our own pages' origin, but for small raster pictures."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from aureole.desk.models import Attachment
from aureole.desk.queries import attachment_for
from aureole.ledger.record import record
from aureole.staff.permissions import require
from aureole.vault.files import open_range
from aureole.web.actor import actor_of
from aureole.web.sealed_download import sealed_answer

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
_PREVIEW_BYTES = 10 * 1024 * 1024
_MAGIC_BYTES = 12  # the longest beginning that tells a type
_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


@require_safe
def download(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponseBase:
    """The file as it came, to be saved. Its declared type is the sender's word, so it is not passed on."""
    attachment = _open(request, attachment_id)
    with transaction.atomic():
        record("desk.read", by=actor_of(request), person=attachment.person_id, messages=1)
    response = _shielded(sealed_answer(request, attachment.file, kind="application/octet-stream"))
    header = content_disposition_header(as_attachment=True, filename=str(attachment.name))
    response.headers["Content-Disposition"] = header or "attachment"
    return response


@require_safe
def preview(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponseBase:
    """A picture, judged by its first bytes and not by its name; 404 for anything else.

    No entry in the log: it is drawn inside a conversation, whose reading was written down.
    """
    file = _open(request, attachment_id).file
    if file.size > _PREVIEW_BYTES:
        raise Http404
    kind = raster_type(b"".join(open_range(file, 0, min(_MAGIC_BYTES, file.size))))
    if kind is None:
        raise Http404
    response = _shielded(sealed_answer(request, file, kind=kind))
    response.headers["Content-Disposition"] = "inline"
    return response


def raster_type(first: bytes) -> str | None:
    """The type of a picture a browser may draw, by its magic bytes."""
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC.items() if first.startswith(magic)), None)


def _open(request: HttpRequest, attachment_id: uuid.UUID) -> Attachment:
    actor = actor_of(request)
    require(actor, "desk.read")
    return attachment_for(actor, attachment_id)


def _shielded(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
