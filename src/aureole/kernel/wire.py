"""HTTP to another instance: no redirects, a limit on time and on what is read."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

TIMEOUT = 10.0


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def ask(
    address: str,
    *,
    body: bytes | None = None,
    kind: str = "text/plain; charset=utf-8",
    most: int,
    timeout: float = TIMEOUT,
) -> tuple[int, bytes]:
    """Status and the first `most` bytes of the answer, also of one that refuses. With a body it is a POST.

    The caller has checked the scheme. Raises OSError when there is no answer.
    """
    request = urllib.request.Request(  # noqa: S310  the caller has checked the scheme
        address, data=body, headers={"Content-Type": kind} if body is not None else {}
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=timeout) as answer:
            return answer.status, answer.read(most)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(most)
    except OSError:
        raise
    except Exception as trouble:  # http.client has errors of its own for answers that are none
        raise OSError("no answer that can be read") from trouble
