"""The register of all breaches (GDPR Art. 33(5)), their clocks, and what the law still wants of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.privacy.breaches.clock import BreachClock
from aureole.privacy.models import Breach, BreachRisk, BreachRole

TO_DO = {
    "describe": "say what it can lead to, what is done about it, and who answers questions",
    "bound": "find out who is affected",
    "assess": "judge the risk",
    "report": "hand in the report",
    "complete": "hand in the last report",
    "tell": "tell the persons affected, or say why not",
    "close": "close it with what was done",
}
"""What can be left to do, in the order of the law's questions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """key of TO_DO; whether it was done, and whether the law wants it of this breach at all."""

    key: str
    is_done: bool
    is_asked: bool


def breaches(*, closed: bool = False) -> QuerySet[Breach]:
    """Open ones, the first noticed first; with `closed` the others, the last closed first."""
    if closed:
        return Breach.objects.exclude(closed_at=None).order_by("-closed_at")
    return Breach.objects.filter(closed_at=None).order_by("noticed_at")


def breach_numbered(number: int) -> Breach:
    """Raises NotFound."""
    found = Breach.objects.filter(number=number).first()
    if found is None:
        raise NotFound("breach_not_found", "There is no breach with this number in the register.")
    return found


def clock_of(breach: Breach) -> BreachClock:
    return BreachClock(noticed_at=breach.noticed_at, hours=breach.hours)


def is_ticking(breach: Breach) -> bool:
    """Whether its hours still count: nothing was handed in, and it is not judged to be without risk."""
    return breach.closed_at is None and breach.notified_at is None and breach.risk != BreachRisk.NONE


def ticking() -> list[Breach]:
    """Those whose hours count, the most urgent first."""
    rows = breaches().filter(notified_at=None).exclude(risk=BreachRisk.NONE)
    return sorted(rows, key=lambda breach: clock_of(breach).due_at or breach.noticed_at)


def is_late(breach: Breach, moment: datetime | None = None) -> bool:
    return is_ticking(breach) and clock_of(breach).is_late(moment or now())


def duties(breach: Breach) -> Sequence[Duty]:
    """In the order of TO_DO. A breach without risk is recorded and not notified; persons are told of a high risk."""
    reports, judged = breach.risk != BreachRisk.NONE, bool(breach.risk)
    tells = breach.role == BreachRole.CONTROLLER and breach.risk == BreachRisk.HIGH
    done = {
        "describe": all((breach.facts, breach.effects, breach.measures, breach.contact)),
        "bound": breach.finding == "found",
        "assess": judged,
        "report": breach.notified_at is not None,
        "complete": breach.completed_at is not None,
        "tell": bool(breach.telling),
        "close": breach.closed_at is not None,
    }
    asked = {"describe": reports, "bound": reports, "report": reports, "complete": reports, "tell": tells}
    return [Duty(key=key, is_done=done[key], is_asked=asked.get(key, True)) for key in TO_DO]


def open_duties(breach: Breach) -> list[str]:
    """Keys of TO_DO that the law wants and that are not done."""
    return [duty.key for duty in duties(breach) if duty.is_asked and not duty.is_done]
