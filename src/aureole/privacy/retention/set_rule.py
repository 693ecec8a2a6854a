from __future__ import annotations

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.privacy.models import RetentionRule
from aureole.privacy.retention.ports import scopes
from aureole.privacy.vocabulary import retention, retentions

LONGEST_MONTHS = 1200


def set_rule(
    *, class_key: str, months: int | None, by: Actor, scope: str = "", value: str = ""
) -> RetentionRule | None:
    """Keep a class, or its tickets of one type or channel, for another time; None goes back to what is declared.

    The caller has checked the permission. Raises Refused for a class, scope, value or period there is none of.
    """
    if class_key not in {r.key for r in retentions()} or retention(class_key).months is None:
        raise Refused("retention_class", f"Known classes: {', '.join(r.key for r in retentions())}.")
    if scope and value not in scopes().get(scope, ()):
        known = "; ".join(f"{name}: {', '.join(values)}" for name, values in scopes().items())
        raise Refused("retention_scope", f"There is nothing of that name. Known: {known}.")
    if months is not None and not 0 <= months <= LONGEST_MONTHS:
        raise Refused("retention_months", f"Give whole months, 0 to {LONGEST_MONTHS}. Nothing was changed.")
    where = {"class_key": class_key, "scope": scope, "value": value if scope else ""}
    with transaction.atomic():
        if months is None:
            RetentionRule.objects.filter(**where).delete()
            record("privacy.retention_rule_set", by=by)
            return None
        rule, _ = RetentionRule.objects.update_or_create(
            class_key=class_key, scope=scope, value=where["value"],
            defaults={"months": months, "changed_at": now()},
        )  # fmt: skip
        record("privacy.retention_rule_set", by=by, months=months)
    return rule
