from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.breaches.naming import said_without_names
from aureole.privacy.breaches.noting import note
from aureole.privacy.breaches.reminding import remind_of_breach
from aureole.privacy.law.limits import Duty
from aureole.privacy.models import Breach, BreachRole
from aureole.privacy.rights.place import day_of, limit_on

_ONE_AT_A_TIME = 4_406_033


def record_breach(
    *,
    title: str,
    facts: str,
    noticed_at: datetime,
    by: Actor,
    role: str = BreachRole.CONTROLLER,
    began_at: datetime | None = None,
    ended_at: datetime | None = None,
    disclosed: bool = False,
    altered: bool = False,
    lost: bool = False,
) -> Breach:
    """Enter a breach in the register and start its clock; every officer is written to. The caller has checked.

    noticed_at  the moment somebody here had a reasonable degree of certainty (EDPB Guidelines 9/2022, no. 31)
    Raises Refused without words, without a kind, for a moment to come, or where words name somebody.
    """
    _refuse_moments(noticed_at, began_at, ended_at)
    if not (disclosed or altered or lost):
        raise Refused(
            "breach_kind", "Say what happened to the data: disclosed, altered or lost. Nothing was recorded."
        )
    if role not in BreachRole.values:
        raise Refused("breach_role", f"Known roles: {', '.join(BreachRole.values)}. Nothing was recorded.")
    called, said = said_without_names(title)[:120], said_without_names(facts)
    if not called or not said:
        raise Refused("breach_words", "Give it a name and say what happened. Nothing was recorded.")
    limit = limit_on(Duty.NOTIFY, day_of(noticed_at))
    with transaction.atomic():
        breach = Breach.objects.create(
            number=_next_number(), title=called, role=role, recorded_at=now(), noticed_at=noticed_at,
            began_at=began_at, ended_at=ended_at, law=limit.law,
            hours=limit.within.hours if role == BreachRole.CONTROLLER else None,
            disclosed=disclosed, altered=altered, lost=lost, facts=said,
        )  # fmt: skip
        note(breach, "recorded", by=by, said={"title": called, "facts": said})
        remind_of_breach(breach, "recorded")
    return breach


def _refuse_moments(noticed_at: datetime, began_at: datetime | None, ended_at: datetime | None) -> None:
    if noticed_at > now():
        raise Refused("breach_noticed", "It cannot have been noticed in the future. Nothing was recorded.")
    if began_at is not None and began_at > noticed_at:
        raise Refused("breach_began", "It cannot have begun after it was noticed. Nothing was recorded.")
    if ended_at is not None and (ended_at > now() or (began_at is not None and ended_at < began_at)):
        raise Refused(
            "breach_ended", "Its end lies before its beginning or in the future. Nothing was recorded."
        )


def _next_number() -> int:
    """One at a time until the transaction ends, so that no number is given twice and none is left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    return int(Breach.objects.aggregate(last=Max("number"))["last"] or 0) + 1
