"""The shapes of the content: who is in the story, what they wrote, what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffMember:
    key: str
    name: str
    email: str
    role: str
    teams: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """A brand of the shop. Where `months` is given, its conversations are kept for so long."""

    key: str
    name: str
    addresses: tuple[str, ...]
    months: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """`emails[0]` is the address they usually write from."""

    key: str
    name: str
    language: str
    emails: tuple[str, ...]
    phone: str = ""
    organisation: str = ""
    address: str = ""
    pronouns: str = ""
    time_zone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """A business customer with its sites as (name, country code)."""

    key: str
    name: str
    sites: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRecipe:
    """How to make a file when it is needed. kind: picture, invoice, event, text."""

    key: str
    name: str
    kind: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One message. `after` counts from the message before; `by` is a customer's or staff member's key.

    enters, tells  persons (keys) whom its author enters by hand then, or tells by phone where we have their data from
    """

    by: str
    text: str
    after: timedelta = timedelta()
    note: bool = False
    files: tuple[str, ...] = ()
    address: str = ""
    enters: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """One ticket: its course and what became of it.

    days_ago, at  when the first message came, before the moment of loading
    fresh         how long before the moment of loading the last message came, if that matters
    """

    key: str
    subject: str
    requester: str
    team: str
    language: str
    status: str
    lines: tuple[Line, ...]
    days_ago: int
    at: time
    fresh: timedelta | None = None
    assignee: str = ""
    priority: str = "normal"
    tags: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    brand: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """A step of a request. do: ask, code, take, vouch, pause, read, prepare, release, complete, refuse.

    after, ago  counted from the step before; or, where `ago` is given, back from the moment of loading
    by          a staff member's key; "" for whoever asked
    """

    do: str
    by: str = ""
    after: timedelta = timedelta()
    ago: timedelta | None = None
    words: str = ""
    ground: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """A person exercising a right: by the first message of a thread, or on a day and in words of its own.

    thread, person  one of them, as a key; neither for somebody whom nobody recognises
    """

    key: str
    kind: str
    language: str
    steps: tuple[Doing, ...]
    thread: str = ""
    person: str = ""
    contact: str = ""
    days_ago: int = 0
    at: time | None = None
    channel: str = "portal"
    by: str = ""
    words: str = ""
    correction: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """All of it. `people`, `staff`, `companies` and `files` are looked up by key."""

    mailbox: str
    workspace: str
    teams: dict[str, str]
    brands: dict[str, House]
    staff: dict[str, StaffMember]
    people: dict[str, Customer]
    companies: dict[str, Company]
    files: dict[str, FileRecipe]
    threads: tuple[Thread, ...]
    askings: tuple[Asking, ...]
