from __future__ import annotations

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.text import one_line, storable
from aureole.ledger.record import record
from aureole.privacy.models import RetentionRule
from aureole.privacy.retention.ports import least, scopes, settable

LONGEST_MONTHS = 1200
LONGEST_REASON = 400
_MOST_NAMED = 40


def set_rule(
    *, class_key: str, months: int | None, reason: str, by: Actor, scope: str = "", value: str = ""
) -> RetentionRule | None:
    """Keep a class, or what is narrowed by `scope`, for another time from now on; None goes back to what is declared.

    reason  why, in words that name nobody: it is kept for good, beside who set it and when
    The caller has checked the permission. What counted before stays, with the day it ended. Setting the same again
    changes nothing. Raises Refused for a class, scope, value or period there is none of, and without a reason.
    """
    said = one_line(storable(reason))
    _refuse_unusable(class_key, months, said, scope, value)
    where = {"class_key": class_key, "scope": scope, "value": value if scope else ""}
    with transaction.atomic():
        before = RetentionRule.objects.select_for_update().filter(**where, ended_at=None).first()
        if before is not None and before.months == months:
            return before
        if before is not None:
            before.ended_at = now()
            before.save(update_fields=["ended_at"])
        if months is None:
            record("privacy.retention_rule_set", by=by)
            rule = None
        else:
            rule = RetentionRule.objects.create(
                **where, months=months, reason=said, changed_at=now(), changed_by=by.agent_id
            )
            record("privacy.retention_rule_set", by=by, months=months)
        live.touch("retention")
    return rule


def _refuse_unusable(class_key: str, months: int | None, reason: str, scope: str, value: str) -> None:
    if class_key not in settable():
        raise Refused("retention_class", f"Known classes: {', '.join(settable())}. Nothing was changed.")
    fitting = {name: one for name, one in scopes().items() if class_key in one.classes}
    if scope and (scope not in fitting or not fitting[scope].names([value])):
        known = "; ".join(f"{name}: {_few(list(one.choices()))}" for name, one in fitting.items())
        raise Refused(
            "retention_scope", f"There is nothing of that name. Known: {known}. Nothing was changed."
        )
    fewest = least(class_key)
    if months is not None and not fewest <= months <= LONGEST_MONTHS:
        raise Refused(
            "retention_months", f"Give whole months, {fewest} to {LONGEST_MONTHS}. Nothing was changed."
        )
    if not reason or len(reason) > LONGEST_REASON or "@" in reason:
        raise Refused(
            "retention_reason",
            f"Say why, in at most {LONGEST_REASON} characters and without anybody's address: it is kept for good. "
            "Nothing was changed.",
        )


def _few(values: list[str]) -> str:
    return ", ".join(values[:_MOST_NAMED]) + (" …" if len(values) > _MOST_NAMED else "")
