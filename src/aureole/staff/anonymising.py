"""The staff account of somebody who is anonymised: figures of their work stay, the account opens no door."""

from __future__ import annotations

from collections import Counter

from aureole.kernel.clock import now
from aureole.privacy.anonymising.becoming import Becoming
from aureole.privacy.anonymising.copying import anonymous_copy, first_of_month
from aureole.privacy.anonymising.ports import Carried, add_carrier
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import Count
from aureole.staff.models import Agent

_PLACE = f"{Agent._meta.db_table}.person"
"""Of the account it is the owner that changes; the person's own row goes besides, and is counted there."""


class Account:
    """The pseudonym gets an account of the same role, without password, address or team. Modules above hand it the
    work; the person's own account goes with them."""

    name = "staff.account"

    def count(self, subject: Subject) -> list[Count]:
        accounts = Agent.objects.filter(person_id=subject.person_id).count()
        return [
            Count(place=_PLACE, count=accounts, label="Staff account", how="kept as a pseudonym's, closed")
        ]

    def carry(self, subject: Subject, becoming: Becoming) -> Carried:
        account = Agent.objects.filter(person_id=subject.person_id).first()
        if account is None or Agent.objects.filter(pk=becoming.staff_id).exists():
            return Carried()
        pseudonym = becoming.for_staff(subject.person_id)
        made = {
            "person": pseudonym, "password": "", "is_active": False, "created_at": first_of_month(now()),
            "id": becoming.staff_id,
        }  # fmt: skip
        copy = anonymous_copy(account, redactor=becoming.redactor, made=made)
        copy.set_unusable_password()
        copy.save(force_insert=True)
        return Carried(counts=Counter({_PLACE: 1}), pseudonyms={pseudonym})


def register() -> None:
    add_carrier(Account())
