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
    """One message. `after` counts from the message before; `by` is a customer's or staff member's key."""

    by: str
    text: str
    after: timedelta = timedelta()
    note: bool = False
    files: tuple[str, ...] = ()
    address: str = ""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """All of it. `people`, `staff`, `companies` and `files` are looked up by key."""

    mailbox: str
    workspace: str
    teams: dict[str, str]
    staff: dict[str, StaffMember]
    people: dict[str, Customer]
    companies: dict[str, Company]
    files: dict[str, FileRecipe]
    threads: tuple[Thread, ...]
