"""How bytes leave. A port with one real filling (SMTP) and a fake for demos and tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings

from aureole.channels.email.smtp import SmtpTransport


class Transport(Protocol):
    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        """Returns once the mail server has taken responsibility. Raises NotSent or Uncertain."""
        ...


@dataclass
class FakeTransport:
    """Keeps what is sent; `trouble` is raised instead, once for each entry."""

    sent: list[tuple[str, str, bytes]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append((sender, recipient, content))


_transport: Transport | None = None


def use(transport: Transport | None) -> None:
    """Send through this one; None goes back to the configured mail server."""
    global _transport
    _transport = transport


def transport() -> Transport | None:
    """None when no mail server is configured."""
    if _transport is not None:
        return _transport
    if settings.AUREOLE_EMAIL is None:
        return None
    return SmtpTransport(settings.AUREOLE_EMAIL)
