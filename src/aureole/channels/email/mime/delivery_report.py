"""What a mail server says became of a mail (RFC 3464), as codes and addresses."""

from __future__ import annotations

import re

from aureole.channels.email.mime.addresses import addresses_in, clean_address
from aureole.channels.email.mime.entity import Entity
from aureole.channels.email.mime.header_block import read_header_block
from aureole.channels.email.mime.limits import Limits
from aureole.channels.email.mime.transfer import undo
from aureole.channels.email.mime.words import clean_line, header_text
from aureole.channels.email.parsed import DeliveryReport, RecipientStatus, Unparseable

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*<?([^<>\s]{1,900})", re.I | re.M)
_MOST = 200


def read_report(root: Entity, limits: Limits) -> DeliveryReport:
    """The report; empty lists where the server wrote for people only."""
    leaves = list(_leaves(root))
    recipients: list[RecipientStatus] = []
    for leaf in leaves:
        if leaf.type.value in ("message/delivery-status", "message/global-delivery-status"):
            recipients += _recipients(_plain(leaf), limits)
    failed = addresses_in(root.first("x-failed-recipients") or "")
    if not recipients:
        recipients = [RecipientStatus(address=a, action="failed", status="") for a in sorted(failed)]
    return DeliveryReport(recipients=tuple(recipients[:_MOST]), original_message_id=_original(leaves))


def _leaves(entity: Entity) -> list[Entity]:
    if not entity.children:
        return [entity]
    return [leaf for child in entity.children for leaf in _leaves(child)]


def _plain(leaf: Entity) -> bytes:
    return undo(leaf.body, leaf.first("content-transfer-encoding") or "")[0]


def _recipients(text: bytes, limits: Limits) -> list[RecipientStatus]:
    """One block of fields per recipient, after one for the message (RFC 3464 §2.1)."""
    found = []
    for block in re.split(rb"\r\n(?:[ \t]*\r\n)+|\n(?:[ \t]*\n)+", text.strip())[: _MOST + 1]:
        try:
            headers, _, _ = read_header_block(block, 0, len(block), limits)
        except Unparseable:
            continue
        fields = {name: header_text(value) for name, value in reversed(headers)}
        address = _address(fields)
        if address and ("action" in fields or "status" in fields):
            found.append(_status(address, fields))
    return found


def _address(fields: dict[str, str]) -> str:
    """`rfc822; someone@example.org`"""
    written = fields.get("final-recipient") or fields.get("original-recipient") or ""
    return clean_address(written.rpartition(";")[2])


def _status(address: str, fields: dict[str, str]) -> RecipientStatus:
    code = _STATUS.search(fields.get("status", ""))
    action = clean_line(fields.get("action", ""), 20).lower()
    known = action if action in ("failed", "delayed", "delivered", "relayed", "expanded") else ""
    return RecipientStatus(address=address, action=known, status=code.group(0) if code else "")


def _original(leaves: list[Entity]) -> str:
    for leaf in leaves:
        if leaf.type.value in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global",
        ):
            found = _MESSAGE_ID.search(_plain(leaf)[:100_000])
            if found:
                return found.group(1).decode("utf-8", "replace")
    return ""
