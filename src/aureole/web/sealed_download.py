"""A sealed file as an answer: opened piece by piece on its way out, whole or the range that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from time import monotonic

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from aureole.kernel.errors import NotFound
from aureole.vault.files import open_file, open_range
from aureole.vault.models import SealedFile

# One range of bytes (RFC 9110 §14.1.2). Several at once, or another unit, may be answered by the whole.
_RANGE = re.compile(r"bytes=[ \t]*(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))[ \t]*\Z")
ASKED_AGAIN = 1.0  # second


def sealed_answer(request: HttpRequest, file: SealedFile, *, kind: str) -> HttpResponseBase:
    """200 with everything, 206 with a range, or 416. The caller has asked for permission and adds headers.

    The first piece is opened before anything is sent, so a damaged file is an error page. If damage shows later, or the
    file goes meanwhile (an erasure, "this was not me", its time), the answer breaks off short of its Content-Length:
    nobody takes it for whole. 404 when the key is destroyed.
    """
    asked = _asked(request, file)
    if asked is None:
        return _answer(file, open_file(file), kind, 0, file.size)
    start, end = asked
    if start >= end:
        refusal = HttpResponse(status=416)
        refusal.headers["Content-Range"] = f"bytes */{file.size}"
        return refusal
    answer = _answer(file, open_range(file, start, end), kind, start, end)
    answer.status_code = 206
    answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    return answer


def _answer(
    file: SealedFile, pieces: Iterator[bytes], kind: str, start: int, end: int
) -> StreamingHttpResponse:
    first = next(pieces, None)
    if first is None:
        raise Http404
    answer = StreamingHttpResponse(_while_there(file, chain((first,), pieces)), content_type=kind)
    answer.headers["Content-Length"] = str(end - start)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = _tag(file)
    return answer


def _while_there(file: SealedFile, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A download under way holds the file's key, so it asks, now and then, whether there still is such a file."""
    asked = monotonic()
    for piece in pieces:
        if monotonic() - asked > ASKED_AGAIN:
            if not SealedFile.objects.filter(pk=file.pk).exists():
                raise NotFound("file_gone", "This file was taken away while it was on its way.")
            asked = monotonic()
        yield piece


def _tag(file: SealedFile) -> str:
    """A file's content never changes; a redacted one is another file."""
    return f'"{file.pk}"'


def _asked(request: HttpRequest, file: SealedFile) -> tuple[int, int] | None:
    """The range [start, end) to answer with, empty when it lies behind the end; None for the whole."""
    found = _RANGE.match(request.headers.get("Range", ""))
    if found is None or request.headers.get("If-Range", _tag(file)) != _tag(file):
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        return max(0, file.size - int(suffix)), file.size if int(suffix) else 0
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, file.size) if last else file.size
