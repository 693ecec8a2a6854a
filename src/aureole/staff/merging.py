"""A colleague's record is not put together with anybody's: it carries an account and its permissions."""

from __future__ import annotations

from typing import Any

from aureole.kernel.errors import Refused
from aureole.privacy.merging.ports import Pair, Parting, add_merge_step
from aureole.staff.models import Agent


class Colleagues:
    name = "colleagues"

    def join(self, pair: Pair) -> dict[str, Any]:
        if Agent.objects.filter(person_id__in=(pair.goes, pair.stays)).exists():
            raise Refused(
                "merge_of_staff",
                "One of the two works here and has an account. A colleague's record is not merged with another. "
                "Nothing was changed.",
            )
        return {}

    def sort(self, parting: Parting) -> None:
        """Nobody who merged has an account."""

    def split(self, parting: Parting, kept: dict[str, Any]) -> None:
        """Nothing was done."""


def register() -> None:
    add_merge_step(Colleagues())
