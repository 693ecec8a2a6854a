"""What the frame around every signed-in page needs to know; a context processor gives it as ``shell``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Presence = Literal["", "here", "typing", "vacant"]


@dataclass(frozen=True, kw_only=True)
class Face:
    """Somebody of the team: initials for the circle, name for the reader's ears."""

    initials: str
    name: str
    presence: Presence = ""


@dataclass(frozen=True, kw_only=True)
class Area:
    """One word of the top line. ``key`` is compared with a page's ``nav_current``; ``press`` is its chord."""

    key: str
    label: str
    href: str
    icon: str
    press: str = ""


@dataclass(frozen=True, kw_only=True)
class View:
    """One line of the rail."""

    label: str
    href: str
    count: int | str | None = None
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class ViewGroup:
    """Lines of the rail under one heading; no heading for the first group."""

    views: Sequence[View]
    heading: str = ""


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The frame: whose desk it is, who reads, where they can go. An empty address leaves its control out."""

    workspace: str
    home: str
    me: Face
    areas: Sequence[Area] = field(default_factory=tuple)
    team: Sequence[Face] = field(default_factory=tuple)
    finder_url: str = ""
    live_url: str = ""
    sign_out_url: str = ""
    account_url: str = ""
    notice: str = ""
