"""What an authority is told of a breach (GDPR Art. 33(3)): its fields, and the notification as a sheet to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from aureole.kernel.clock import now
from aureole.privacy.breaches.register import clock_of
from aureole.privacy.export.sheet import Chapter, Sheet, sheet_of
from aureole.privacy.models import Breach, BreachRisk, BreachRole, BreachTelling

MISSING = {
    "effects": "likely consequences",
    "measures": "measures",
    "contact": "who answers questions",
    "persons": "who is affected",
    "risk": "the risk",
}
_TO_FOLLOW = "Not known yet; it follows in a further report (GDPR Art. 33(4))."


def missing_of(breach: Breach) -> list[str]:
    """Keys of MISSING that a complete report needs."""
    there = {
        "effects": breach.effects,
        "measures": breach.measures,
        "contact": breach.contact,
        "persons": breach.finding == "found",
        "risk": breach.risk,
    }
    return [key for key in MISSING if not there[key]]


def kinds_of(breach: Breach) -> list[str]:
    """Of "confidentiality", "integrity" and "availability" (EDPB Guidelines 9/2022, no. 17)."""
    named = (
        ("confidentiality", breach.disclosed),
        ("integrity", breach.altered),
        ("availability", breach.lost),
    )
    return [name for name, is_it in named if is_it]


def fields_of(breach: Breach) -> dict[str, Any]:
    """Art. 33(3)(a) to (d), the moments, and the reasons for a delay (33(1)). Names nobody."""
    due = clock_of(breach).due_at
    return {
        "number": breach.number,
        "controller": settings.AUREOLE_WORKSPACE,
        "role": breach.role,
        "law": breach.law,
        "noticed_at": breach.noticed_at.isoformat(),
        "due_at": due.isoformat() if due else None,
        "began_at": _moment(breach.began_at),
        "ended_at": _moment(breach.ended_at),
        "kinds": kinds_of(breach),
        "facts": breach.facts,
        "persons": breach.persons_found,
        "records": breach.records,
        "categories": breach.categories,
        "sealed_only": breach.sealed_only,
        "contact": breach.contact,
        "effects": breach.effects,
        "measures": breach.measures,
        "risk": breach.risk,
        "risk_reason": breach.risk_reason,
        "telling": breach.telling,
        "telling_reason": breach.telling_reason,
        "delay_reason": breach.delay_reason,
        "missing": missing_of(breach),
    }


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None


def notification_sheet(breach: Breach) -> Sheet:
    """The draft as a letter: PDF, page and text are made of it."""
    told = fields_of(breach)
    return sheet_of(
        [
            Chapter(sentences=(_opening(breach),), lines=tuple(_moments(told))),
            Chapter(
                heading="Nature of the breach (Art. 33(3)(a))",
                sentences=(breach.facts,),
                lines=tuple(_extent(told)),
            ),
            Chapter(heading="Contact (Art. 33(3)(b))", sentences=(breach.contact or _TO_FOLLOW,)),
            Chapter(heading="Likely consequences (Art. 33(3)(c))", sentences=_consequences(breach)),
            Chapter(heading="Measures (Art. 33(3)(d))", sentences=(breach.measures or _TO_FOLLOW, *_telling(breach))),
            *_delay(breach),
        ],
        title=f"Notification of a personal data breach, no. {breach.number}", sender=settings.AUREOLE_WORKSPACE,
        name="", at=now(), language="en",
    )  # fmt: skip


def _opening(breach: Breach) -> str:
    if breach.role == BreachRole.PROCESSOR:
        return "As your processor we tell you of a breach of personal data (GDPR Art. 33(2))."
    return f"We notify you of a breach of personal data ({breach.law} Art. 33(1))."


def _moments(told: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    named = (("Noticed", "noticed_at"), ("Began", "began_at"), ("Ended", "ended_at"), ("Due", "due_at"))
    return [
        (label, f"{told[key][:16].replace('T', ' ')} {told[key][-6:]}") for label, key in named if told[key]
    ]


def _extent(told: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    persons = told["persons"]
    lines = [
        ("Breach of", ", ".join(told["kinds"])),
        ("Persons affected", _TO_FOLLOW if persons is None else f"{persons:,}"),
        ("Categories of data", ", ".join(told["categories"]) or _TO_FOLLOW),
    ]
    records = [(label, f"up to {count:,}") for label, count in sorted(told["records"].items())]
    sealed = "Only ciphertext was taken; the keys are kept elsewhere and were not."
    return [*lines, *records, *([("Protection", sealed)] if told["sealed_only"] else [])]


def _consequences(breach: Breach) -> tuple[str, ...]:
    judged = str(BreachRisk(breach.risk).label) if breach.risk else ""
    risk = f"We judge it: {judged}. {breach.risk_reason}" if judged else ""
    return tuple(text for text in (breach.effects or _TO_FOLLOW, risk) if text)


def _telling(breach: Breach) -> tuple[str, ...]:
    if not breach.telling:
        return ()
    words = f"Persons affected: {BreachTelling(breach.telling).label}."
    return tuple(text for text in (words, breach.telling_reason) if text)


def _delay(breach: Breach) -> Sequence[Chapter]:
    if not breach.delay_reason:
        return ()
    return (Chapter(heading="Reasons for the delay (Art. 33(1))", sentences=(breach.delay_reason,)),)
