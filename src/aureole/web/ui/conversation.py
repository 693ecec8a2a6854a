"""What the conversation components are given: list rows, and the entries of a thread in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aureole.web.ui.shell import Face

Channel = Literal["email", "chat", "phone", "form", "api", "privacy"]

CHANNEL_ICONS: dict[str, str] = {
    "email": "mail",
    "chat": "message-circle",
    "phone": "phone",
    "form": "file-text",
    "api": "workflow",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One conversation in the list. ``due`` is shown only while it is under 24 hours away.

    ``key`` tells rows apart, so that the one in focus is found again after a refresh.
    """

    href: str
    who: str
    what: str
    bit: str
    when: datetime
    channel: Channel = "email"
    channel_words: str = ""
    lang: str = ""
    is_unread: bool = False
    is_current: bool = False
    due: datetime | None = None
    typing: Face | None = None
    key: str = ""

    @property
    def icon(self) -> str:
        return CHANNEL_ICONS.get(self.channel, "")


@dataclass(frozen=True, kw_only=True)
class DayRule:
    """The line that starts a day. Put one before the first entry of each day."""

    when: datetime
    entry: str = "day"


@dataclass(frozen=True, kw_only=True)
class Changes:
    """System changes that followed each other, as one hairline: "3 changes", opened in place."""

    when: datetime
    sentences: Sequence[str]
    entry: str = "changes"


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file of a message. ``size`` in bytes; ``preview`` is the address of a small picture, or empty."""

    name: str
    href: str
    size: int
    preview: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message or a note. ``text`` is plain; ``html``, if given, must be sanitised and marked safe.

    ``formatted_url`` answers with the message as its sender laid it out, for a frame that can do nothing.
    """

    when: datetime
    who: str
    said: str = ""
    text: str = ""
    html: str = ""
    lang: str = ""
    quoted: str = ""
    formatted_url: str = ""
    files: Sequence[Attached] = ()
    is_note: bool = False
    is_folded: bool = False
    is_erased: bool = False
    erased_words: str = ""
    is_failed: bool = False
    failure: str = ""
    failure_rest: str = ""
    retry_url: str = ""
    undo_url: str = ""
    undo_seconds: int = 0
    anchor: str = ""
    entry: str = "letter"

    @property
    def quoted_lines(self) -> int:
        return len(self.quoted.splitlines())


Entry = DayRule | Changes | Letter


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody a reply goes to, or with ``choice`` (posted as ``copies``) may be sent a copy.

    ``warning`` is words such as "new address".
    """

    name: str
    address: str
    warning: str = ""
    choice: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Composer:
    """The answer form. ``token`` makes a second send of the same form harmless; the server must check it.

    ``done_url`` gives the bar on phones its third button.
    """

    action: str
    send_to: str
    token: str
    draft_url: str = ""
    draft: str = ""
    saved: str = ""
    kind: Literal["reply", "note"] = "reply"
    recipients: Sequence[Recipient] = ()
    can_reply: bool = True
    error: str = ""
    done_url: str = ""
