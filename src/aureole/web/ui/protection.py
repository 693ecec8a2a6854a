"""What the components of protection are given: facts with seals, provenance, plans, steps, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aureole.web.ui.shell import Face

Seal = Literal["open", "closed", "restricted", "held", "erased", "proven"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Somebody read it: when, who and what for, in words."""

    when: datetime
    who: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What opens behind a seal: the three questions. ``why`` names the law where one is the reason."""

    why: str
    until: str
    until_rest: str = ""
    readings: Sequence[Reading] = ()
    readings_rest: str = ""
    sealed_with: str = ""
    log_entry: str = ""
    correct_url: str = ""
    erase_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label, its value and its seal, in the panel beside a conversation. No ``key``, no seal."""

    label: str
    value: str
    key: str = ""
    seal: Seal = "open"
    provenance: Provenance | None = None
    provenance_url: str = ""


@dataclass(frozen=True, kw_only=True)
class DataRow:
    """One field of a person's record. A masked value shows ``Show…``: what it is needed for, one button
    each, posted to ``show_url`` as ``why``; ``reasons`` are code and words.

    ``href`` is the same page with this seal opened, for readers without script; ``value_url`` where the value
    leads, when it is a number of things.
    """

    key: str
    label: str
    value: str
    source: str
    purpose: str
    basis: str
    until: str
    seal: Seal = "open"
    is_masked: bool = False
    show_url: str = ""
    reasons: Sequence[tuple[str, str]] = ()
    provenance: Provenance | None = None
    provenance_url: str = ""
    href: str = ""
    value_url: str = ""
    is_opened: bool = False


@dataclass(frozen=True, kw_only=True)
class DataGroup:
    heading: str
    rows: Sequence[DataRow]

    @property
    def span(self) -> int:
        """Table rows the heading stands beside: each field has one more, for what opens under it."""
        return 2 * len(self.rows)


@dataclass(frozen=True, kw_only=True)
class Leaf:
    label: str
    goes: int = 0
    stays: int = 0
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One line of the account, with leaves under it. ``until`` is set in bold before ``how``, a link after it."""

    key: str
    label: str
    goes: int = 0
    stays: int = 0
    how: str = ""
    until: str = ""
    link: str = ""
    link_words: str = ""
    leaves: Sequence[Leaf] = ()
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Account:
    """What goes and what stays. The violet line stands after ``before``; what stays is ruled off in ink."""

    before: Sequence[Branch] = ()
    line: str = ""
    line_rest: str = ""
    goes: Sequence[Branch] = ()
    stays: Sequence[Branch] = ()
    together: str = ""
    together_rest: str = ""

    @property
    def total_goes(self) -> int:
        return sum(branch.goes for branch in (*self.before, *self.goes, *self.stays))

    @property
    def total_stays(self) -> int:
        return sum(branch.stays for branch in (*self.before, *self.goes, *self.stays))


StepState = Literal["done", "now", "next", "failed"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A real event on the way. ``proof`` is words of a link to its log entry."""

    label: str
    state: StepState = "next"
    words: str = ""
    when: datetime | None = None
    proof: str = ""
    proof_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A line to sign on: a face and a sentence when signed or asked, an empty ring while nobody is chosen."""

    who: str
    words: str
    face: Face
    is_signed: bool = False
