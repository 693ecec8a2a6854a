"""Somebody invented to try a request on, while sample data is loaded. The sample desk says who."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from aureole.people.queries import first_name
from aureole.web.staff.people.finding import persons_by_id

_finders: list[Callable[[], uuid.UUID | None]] = []


def offer_sample_person(find: Callable[[], uuid.UUID | None]) -> None:
    """`find` gives the person's id, or None where there is no such person (any more)."""
    _finders[:] = [find]


def trying_context() -> dict[str, str]:
    """Where a request of the sample person is opened, and the words that lead there; empty without one."""
    person_id = next((found for find in _finders if (found := find()) is not None), None)
    person = persons_by_id([person_id]).get(person_id) if person_id else None
    if person is None or person.is_erased:
        return {"try_href": "", "try_words": ""}
    href = f"{reverse('privacy:open_request')}?person={person.id}&kind=access"
    return {
        "try_href": href,
        "try_words": _("Try one with sample person %(name)s") % {"name": first_name(person)},
    }
