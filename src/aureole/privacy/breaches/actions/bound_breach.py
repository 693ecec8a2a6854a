from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.jobs import store_job
from aureole.ledger.ports import confidant
from aureole.privacy.breaches.noting import note, open_breach
from aureole.privacy.models import Breach, BreachPerson, BreachScope
from aureole.privacy.ports import directory


def bound_breach(
    *,
    breach_id: uuid.UUID,
    scope: str,
    by: Actor,
    account: Actor | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    persons: Collection[uuid.UUID] = (),
    sealed_only: bool = False,
) -> Breach:
    """Say how those affected are found; the worker looks for them. Said anew, it is looked for anew.

    scope        of BreachScope: "reads" takes account, since and until; "persons" takes persons
    sealed_only  nothing but ciphertext without its keys was taken (a disk, a dump, a backup)
    The caller checked the permission. Raises NotFound, Refused; also once persons were told, because the list then
    says whom.
    """
    if scope not in BreachScope.values:
        raise Refused("breach_scope", f"Known ways: {', '.join(BreachScope.values)}. Nothing was changed.")
    if scope == BreachScope.READS and not _is_window(account, since, until):
        raise Refused(
            "breach_window",
            "Give the account, and from when to when it was in wrong hands. Nothing was changed.",
        )
    if scope == BreachScope.PERSONS and not all(
        directory().exists(one) for one in persons or [uuid.UUID(int=0)]
    ):
        raise Refused("breach_persons", "Give persons who are on file. Nothing was changed.")
    reads = scope == BreachScope.READS
    with transaction.atomic():
        breach = open_breach(breach_id)
        if breach.telling == "told":
            raise Refused("breach_told", "Those affected are being told; the list stays as it is.")
        BreachPerson.objects.filter(breach=breach).delete()
        breach.scope, breach.sealed_only, breach.finding = scope, sealed_only, "waiting"
        breach.scope_agent = account.agent_id if reads and account else None
        breach.scope_mark = (
            confidant().pseudonym(account.person_id) if reads and account and account.person_id else None
        )
        breach.scope_since, breach.scope_until = (since, until) if reads else (None, None)
        breach.persons_found, breach.persons_gone, breach.records, breach.categories = None, 0, {}, []
        breach.save()
        if scope == BreachScope.PERSONS:
            BreachPerson.objects.bulk_create(
                BreachPerson(breach=breach, person_id=one) for one in sorted(set(persons))
            )
        note(breach, "bounded", by=by, said={"scope": scope, "sealed_only": sealed_only}, scope=scope)
        store_job("privacy.find_affected", breach_id=breach.id)
    return breach


def _is_window(account: Actor | None, since: datetime | None, until: datetime | None) -> bool:
    if account is None or account.person_id is None or since is None or until is None:
        return False
    return since < until
