from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.privacy.informing.deciding import refuse_gone
from aureole.privacy.informing.disclosing import disclosed
from aureole.privacy.informing.named import index_disclosure
from aureole.privacy.informing.notifying import owe_what_was_changed
from aureole.privacy.informing.recipients import LONGEST_WHY, disclosures_of, name_of_recipient
from aureole.privacy.models import DisclosedTo, Disclosure, Unnamed
from aureole.privacy.rights.place import today

_TO = tuple(one.value for one in DisclosedTo if one != DisclosedTo.CONTROLLER)
WHY_NOT = (Unnamed.UNKNOWN, Unnamed.EXCESSIVE)


def note_disclosure(
    *,
    person_id: uuid.UUID,
    to: str,
    name: str = "",
    unnamed: str = "",
    why: str = "",
    on: date | None = None,
    by: Actor,
) -> Disclosure:
    """Note that data of somebody went to another recipient outside this program: a file handed to an insurer, a
    carrier, a lawyer. They hear of it by name when they ask (GDPR Art. 15(1)(c), CJEU C-154/21). Whoever has yet to be
    told where their data came from has to know that day (Art. 14(3)(c)), so a letter leaves at once.

    to             one of `DisclosedTo`; another controller that got a package is named by its transfer
    name           who it was; sealed
    unnamed, why   in place of a name: `unknown` or `excessive`, and the facts it rests on, which they read; sealed
    on             the day it went there; default: today
    The caller has checked the permission. A restriction does not stand against noting what happened.
    Raises NotFound for nobody; Refused for somebody being erased, another kind, neither a name nor a reason, a day to
    come, and when it was noted before.
    """
    if to not in _TO:
        raise Refused("information_recipient", f"Known recipients: {', '.join(_TO)}. Nothing was changed.")
    said = storable(why).strip()[:LONGEST_WHY]
    given = "" if unnamed else name_of_recipient(name)
    if unnamed and (unnamed not in WHY_NOT or not said or name.strip()):
        raise Refused(
            "recipient_unnamed",
            f"Name the recipient, or say why you cannot ({' or '.join(WHY_NOT)}) and what shows it: the person reads "
            "that. Nothing was changed.",
        )
    day = on or today()
    if day > today():
        raise Refused("disclosure_day", "That day has not come yet. Nothing was changed.")
    with transaction.atomic():
        refuse_gone(person_id)
        _refuse_known(person_id, to, given, day)
        row = Disclosure.objects.create(
            person_id=person_id, to=to, name=given or None, unnamed=unnamed, why=said if unnamed else None,
            disclosed_on=day, noted_at=now(), noted_by=by.agent_id,
        )  # fmt: skip
        index_disclosure(row)
        owe_what_was_changed(row)
        if not disclosed(person_id, to=DisclosedTo(to), by=by):
            record("informing.disclosed", by=by, person=person_id, to=to, letters=0)
    return row


def _refuse_known(person_id: uuid.UUID, to: str, name: str, day: date) -> None:
    """The same recipient, of the same day. What has no name cannot be told from another."""
    known = [one for one in disclosures_of(person_id) if (one.to, one.disclosed_on) == (to, day)]
    if any(str(one.name or "").casefold() == name.casefold() for one in known):
        raise Refused(
            "information_disclosed",
            "It is noted already that their data went there that day. Nothing was changed.",
        )
