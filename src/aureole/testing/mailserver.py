"""A real mail server on the loopback that keeps what it gets."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from aureole.channels.email import transport
from aureole.channels.email.smtp import SmtpTransport
from config.addresses import MailServer


class Mailserver:
    """`answer` is what it says to DATA, `on_rcpt` to RCPT; "drop" hangs up. `got` is what it took."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.answer = "250 taken"
        self.on_rcpt = "250 fine"
        self._letters: list[EmailMessage] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.on_rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer == "drop":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "451 gone"
        if self.answer.startswith("250"):
            self.got.append(envelope)
        return self.answer

    def forget(self) -> None:
        """As if nothing had come."""
        self.got.clear()
        self._letters.clear()

    @property
    def letters(self) -> list[EmailMessage]:
        """What it took, read; each once."""
        for envelope in self.got[len(self._letters) :]:
            content = _bytes(envelope.content)
            self._letters.append(email.message_from_bytes(content, policy=email.policy.default))
        return list(self._letters)

    @property
    def marks(self) -> list[tuple[str, ...]]:
        """Recipients and Message-ID of each mail it took."""
        return [
            (*e.rcpt_tos, str(letter["Message-ID"])) for e, letter in zip(self.got, self.letters, strict=True)
        ]


def _bytes(content: str | bytes | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""


@contextmanager
def listening() -> Iterator[tuple[Mailserver, str]]:
    """The server and its "host:port"."""
    handler = Mailserver()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield handler, f"127.0.0.1:{controller.port}"
    finally:
        controller.stop()


@contextmanager
def sending_to_a_mailserver(*, timeout: float = 30) -> Iterator[Mailserver]:
    """Everything the outbox sends inside the block goes to this server, by SMTP."""
    with listening() as (handler, address):
        host, _, port = address.partition(":")
        server = MailServer(host=host, port=int(port), user="", password="", tls="off")
        transport.use(SmtpTransport(server, timeout=timeout))
        try:
            yield handler
        finally:
            transport.use(None)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
