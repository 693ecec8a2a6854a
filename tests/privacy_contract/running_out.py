"""Twelve years on, with everything closed: what retention and the nightly jobs leave of somebody, without an erasure.

Nothing of it lasts: both databases are as they were before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.test import override_settings

from aureole.desk.models import Ticket
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.checkpoints import bring_up_to_date
from aureole.people.retention import forget_undos
from aureole.privacy.export.stored import sweep_exports
from aureole.privacy.models import Breach, Hold, RequestState, RightsRequest
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.privacy.retention.plan import make_plan
from aureole.privacy.retention.run import run_retention
from aureole.privacy.rights.place import today
from aureole.staff.actions.end_employment import end_employment
from aureole.staff.retention import forget_sign_ins
from aureole.testing.canary import Canary

OPERATOR = Actor.operator()
YEARS = timedelta(days=12 * 366)
Counts = dict[str, int]


def run_out_all(canary: Canary, folder: Path, count: Callable[[], Counts]) -> tuple[Counts, Counts]:
    """What `count` says while she is a customer still, and once she is none and her employment is over."""
    with (
        override_settings(AUREOLE_FENCES=(str(folder / "other_fences"),)),
        transaction.atomic(using="keys"),
        transaction.atomic(),
    ):
        _close()
        _keep_customers(1200)
        with clock.at(now() + YEARS):
            _let_go()
            as_customer = count()
            _keep_customers(None)
            end_employment(agent=canary.staff, ended_on=today(), by=OPERATOR)
        with clock.at(now() + 2 * YEARS):
            _let_go()
            over = count()
        for alias in ("default", "keys"):
            transaction.set_rollback(True, using=alias)
    return as_customer, over


def _close() -> None:
    Hold.objects.filter(released_at=None).update(released_at=now())
    RightsRequest.objects.filter(closed_at=None).update(closed_at=now(), state=RequestState.DONE)
    Breach.objects.filter(closed_at=None).update(closed_at=now())
    Ticket.objects.update(status="closed", closed_at=now())


def _keep_customers(months: int | None) -> None:
    set_rule(class_key="customer", months=months, reason="as agreed", by=OPERATOR)


def _let_go() -> None:
    bring_up_to_date()
    run_retention(by=OPERATOR, approve=make_plan().hash)
    for job in (sweep_exports, forget_undos, forget_sign_ins):
        job()
