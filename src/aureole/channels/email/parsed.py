"""The shapes a parsed mail has. Everything is decoded, bounded and storable as UTF-8."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Unparseable(Exception):
    """This message is not read: why, as a code for scripts and a sentence without personal data."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(f"{reason}: {sentence}")
        self.reason_code = str(reason)
        self.sentence = sentence


class Reason(StrEnum):
    """Why a message cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    HEADERS_TOO_LONG = "headers_too_long"
    TOO_MANY_HEADERS = "too_many_headers"
    TOO_DEEP = "too_deep"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_MANY_RECIPIENTS = "too_many_recipients"
    NOT_A_MAIL = "not_a_mail"
    NO_SENDER = "no_sender"
    BROKEN = "parser_broken"


class Automatic(StrEnum):
    """What kind of machine wrote it, if one did (RFC 3834)."""

    NO = "no"
    REPLY = "auto_reply"
    REPORT = "delivery_report"
    LIST = "list"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Address:
    """`address` as written, white space removed; `name` decoded, may be empty."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """An attachment or an inline image.

    name          safe to show and to save: no path, control or invisible characters; never empty
    content_type  type/subtype in lower case, as the sender claims
    cid           Content-ID without brackets, for inline images; "" where there is none
    """

    name: str
    content_type: str
    content: bytes
    cid: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipientStatus:
    """What became of one recipient (RFC 3464 §2.3)."""

    address: str
    action: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryReport:
    """A report about a mail we sent; `original_message_id` without brackets, "" if it does not say."""

    recipients: tuple[RecipientStatus, ...]
    original_message_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedMail:
    """One message, read.

    sender        the address that wrote it: From, else Sender, Reply-To, Return-Path
    message_id    without brackets, as are `in_reply_to` and `references` (oldest first)
    date          aware, or None where the header is missing or nonsense
    text          what to show as text: the plain parts, or made from the HTML
    html          raw and hostile, "" where there is none; goes through sanitise.clean_html before use
    delivered_to  addresses of Delivered-To, X-Original-To, Envelope-To
    loop_marks    identities of instances that already handled it (X-Loop)
    language      primary language tag the sender declares, "" mostly
    notes         codes of what had to be mended ("charset_guessed", "boundary_missing" …)
    headers_text  every header decoded, one per line, for finding addresses and names
    addresses_seen  every e-mail address anywhere in the headers, lower case
    """

    sender: Address
    from_: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    subject: str
    date: datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str
    inline: tuple[File, ...]
    attachments: tuple[File, ...]
    automatic: Automatic
    report: DeliveryReport | None
    loop_marks: tuple[str, ...]
    language: str
    notes: tuple[str, ...]
    headers_text: str
    addresses_seen: frozenset[str]
