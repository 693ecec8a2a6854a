from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds on one message, checked before and while it is taken apart.

    bytes          of the whole message
    header_bytes   of one header block
    headers        in one header block
    depth          of parts within parts
    parts          in the whole message
    recipients     in To and Cc together
    body_chars     of text (and of HTML) kept as the message's own; what is longer becomes a file
    """

    bytes: int = 40 * 1024 * 1024
    header_bytes: int = 512 * 1024
    headers: int = 1000
    depth: int = 40
    parts: int = 1000
    recipients: int = 1000
    body_chars: int = 300_000


DEFAULT = Limits()
