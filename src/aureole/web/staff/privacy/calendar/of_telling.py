"""How many people have to be told on a day at the latest where their data came from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext

from aureole.privacy.informing.listing import owed_by_day
from aureole.privacy.rights.place import today
from aureole.web.staff.privacy.calendar.entries import Happening


def entries_of_telling(first: date, last: date) -> Iterator[Happening]:
    for day, count in owed_by_day(first, last):
        words = ngettext("to be told: %(count)d person", "to be told: %(count)d people", count)
        yield Happening(
            day=day, words=words % {"count": count}, href=reverse("privacy:to_be_told"), is_late=day < today()
        )
