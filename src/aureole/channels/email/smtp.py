"""SMTP with time limits, telling apart "surely not sent" and "perhaps sent"."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from aureole.channels.email.models import FailureReason
from aureole.channels.email.not_sent import NotSent, Uncertain

TIMEOUT = 30.0  # seconds for each step


class Server(Protocol):
    """Where and how to connect; tls is "on" (from the first byte), "starttls" or "off"."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def tls(self) -> str: ...


class SmtpTransport:
    def __init__(self, server: Server, *, timeout: float = TIMEOUT) -> None:
        self._server = server
        self._timeout = timeout

    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        with self._session() as smtp:
            self._envelope(smtp, sender, recipient, content)
            self._content(smtp, content)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        smtp = self._connect()
        try:
            yield smtp
        finally:
            with suppress(smtplib.SMTPException, OSError):  # the mail is settled, the farewell is a courtesy
                smtp.quit()
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        try:
            if server.tls == "on":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=self._timeout, context=ssl.create_default_context()
                )
            else:
                smtp = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        except ssl.SSLError as trouble:
            raise NotSent(FailureReason.NO_TLS, again=True) from trouble
        except (OSError, smtplib.SMTPException) as trouble:
            raise NotSent(FailureReason.UNREACHABLE, again=True) from trouble
        try:
            self._greet(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        try:
            if self._server.tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if self._server.user:
                smtp.login(self._server.user, self._server.password)
            else:
                smtp.ehlo_or_helo_if_needed()
        except smtplib.SMTPAuthenticationError as trouble:
            raise NotSent(FailureReason.SIGN_IN, again=True) from trouble
        except (smtplib.SMTPNotSupportedError, ssl.SSLError) as trouble:
            raise NotSent(FailureReason.NO_TLS, again=True) from trouble
        except (smtplib.SMTPException, OSError) as trouble:
            raise NotSent(FailureReason.UNREACHABLE, again=True) from trouble

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> None:
        """Up to DATA: whatever goes wrong here, nothing was sent."""
        options = [f"SIZE={len(content)}"] if smtp.has_extn("size") else []
        if not recipient.isascii():
            if not smtp.has_extn("smtputf8"):
                raise NotSent(FailureReason.RECIPIENT_REFUSED, again=False)
            options += ["SMTPUTF8", "BODY=8BITMIME"]
            smtp.command_encoding = "utf-8"
        try:
            _expect(smtp.mail(sender, options), FailureReason.REFUSED)
            _expect(smtp.rcpt(recipient), FailureReason.RECIPIENT_REFUSED)
            _expect(smtp.docmd("DATA"), FailureReason.REFUSED, wanted=3)
        except (smtplib.SMTPException, OSError) as trouble:
            raise NotSent(FailureReason.UNREACHABLE, again=True) from trouble

    def _content(self, smtp: smtplib.SMTP, content: bytes) -> None:
        """The content and the server's word for it. In between nobody knows (RFC 5321 §4.5.4.1)."""
        try:
            smtp.send(_stuffed(content))
            answer = smtp.getreply()
        except (smtplib.SMTPException, OSError) as trouble:
            raise Uncertain from trouble
        _expect(answer, FailureReason.REFUSED)


def _expect(answer: tuple[int, bytes], refusal: FailureReason, *, wanted: int = 2) -> None:
    code = answer[0]
    if code // 100 == wanted:
        return
    if code // 100 == 5:
        raise NotSent(refusal, again=False)
    raise NotSent(FailureReason.LATER, again=True)


def _stuffed(content: bytes) -> bytes:
    """Lines that begin with a dot get a second one; the end is a dot alone (RFC 5321 §4.5.2)."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return (
        b"".join(b"." + line + b"\r\n" if line.startswith(b".") else line + b"\r\n" for line in lines)
        + b".\r\n"
    )
