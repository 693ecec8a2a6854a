"""Reads the letters that a person would find in their mailbox."""

from __future__ import annotations

import re
from email.message import EmailMessage

from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.mailserver import Mailserver

_CODE = re.compile(r"^[^\d\n]*:\s(\d{8})\s*$", re.MULTILINE)
_LINK = re.compile(r"https?://[^/\s]+(/portal/privacy/\S+)")


class Postbox:
    """What a real mail server took for whom, once the worker has done its work."""

    def __init__(self, server: Mailserver) -> None:
        self._server = server

    def letters(self, address: str) -> list[EmailMessage]:
        """Everything this address got, oldest first."""
        run_waiting_jobs()
        taken = zip(self._server.got, self._server.letters, strict=True)
        return [letter for envelope, letter in taken if address in envelope.rcpt_tos]

    def texts(self, address: str) -> list[str]:
        return [str(letter.get_content()) for letter in self.letters(address)]

    def code(self, address: str) -> str:
        """The newest code this address was sent; "" when there was none."""
        found = [match.group(1) for text in self.texts(address) if (match := _CODE.search(text))]
        return found[-1] if found else ""

    def link(self, address: str, part: str) -> str:
        """Path of the newest link whose path has `part` in it; "" when there is none."""
        links = [link for text in self.texts(address) for link in _LINK.findall(text) if part in link]
        return links[-1] if links else ""

    def everyone(self) -> set[str]:
        """All addresses that got anything."""
        run_waiting_jobs()
        return {address for envelope in self._server.got for address in envelope.rcpt_tos}
