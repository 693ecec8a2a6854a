"""Purposes, legal bases and retention classes: named once, referred to by key in declarations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LegalBasis = Literal[
    "consent", "contract", "legal_duty", "vital_interests", "public_task", "legitimate_interest"
]
ARTICLES: dict[LegalBasis, str] = {
    "consent": "GDPR Art. 6(1)(a)",
    "contract": "GDPR Art. 6(1)(b)",
    "legal_duty": "GDPR Art. 6(1)(c)",
    "vital_interests": "GDPR Art. 6(1)(d)",
    "public_task": "GDPR Art. 6(1)(e)",
    "legitimate_interest": "GDPR Art. 6(1)(f)",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Purpose:
    """Why data is processed. One legal basis per purpose (GDPR Art. 6).

    marketing  direct marketing: an objection is never weighed (Art. 21(2), (3))
    staff      of those who work here only: nothing a customer agrees or objects to
    """

    key: str
    label: str
    basis: LegalBasis
    words: str
    marketing: bool = False
    staff: bool = False

    @property
    def article(self) -> str:
        return ARTICLES[self.basis]


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """How long: a period that begins with an event, in the manner of DIN 66398 deletion classes."""

    key: str
    label: str
    start: str
    months: int | None


_purposes: dict[str, Purpose] = {}
_retentions: dict[str, Retention] = {}


def declare_purpose(*purposes: Purpose) -> None:
    _purposes.update({p.key: p for p in purposes})


def declare_retention(*classes: Retention) -> None:
    _retentions.update({r.key: r for r in classes})


def purpose(key: str) -> Purpose:
    """Raises KeyError for a purpose nobody declared; the checks say so before it can happen."""
    return _purposes[key]


def retention(key: str) -> Retention:
    return _retentions[key]


def purposes() -> tuple[Purpose, ...]:
    return tuple(_purposes.values())


def retentions() -> tuple[Retention, ...]:
    return tuple(_retentions.values())


def is_purpose(key: str) -> bool:
    return key in _purposes


def is_retention(key: str) -> bool:
    return key in _retentions
