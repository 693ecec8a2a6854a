"""The person a page is about, or what is left to say when there is none any more."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from aureole.kernel.errors import NotFound
from aureole.kernel.ids import id_in
from aureole.people.models import MergedPerson, Person, PersonStatus
from aureole.people.queries import person_for
from aureole.privacy.models import Erasure
from aureole.staff.permissions import may
from aureole.vault.keystore.models import PersonKey
from aureole.vault.keystore.router import KEYS
from aureole.vault.unlock import unlock
from aureole.web.actor import actor_of


def person_or_shell(request: HttpRequest, person_id: uuid.UUID) -> Person | HttpResponse:
    """The person, or the page that stands in their place. Raises NotFound where there never was one."""
    erasure = Erasure.objects.filter(person_id=person_id).defer("known_as", "plan", "certificate").first()
    if erasure is not None:
        return _shell(request, {"erasure": erasure})
    try:
        person = person_for(actor_of(request), person_id)
    except NotFound:
        return _merged(person_id) or _erased(request, person_id)
    is_leaving = person.status == PersonStatus.ERASING or person.is_erased
    return _shell(request, {"is_leaving": True}) if is_leaving else person


def person_in(request: HttpRequest, text: str) -> Person | HttpResponse:
    """Of an id that an address holds: `person_or_shell`. Raises NotFound also for what is no id."""
    person_id = id_in(text)
    if person_id is None:
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    return person_or_shell(request, person_id)


def _merged(person_id: uuid.UUID) -> HttpResponse | None:
    """Where the record went that ended in another one."""
    goes_on_as = MergedPerson.objects.filter(pk=person_id).values_list("person_id", flat=True).first()
    return redirect("people:record", person_id=goes_on_as) if goes_on_as else None


def persons_by_id(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, Person]:
    """Those of them that are still here, names and addresses at hand. Three queries."""
    wanted = {one for one in ids if one is not None}
    found = list(Person.objects.filter(pk__in=wanted).prefetch_related("identifiers"))
    unlock(found, (i for person in found for i in person.identifiers.all()))
    return {person.id: person for person in found}


def _erased(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """The key store remembers whom it fenced: that a person was here, and when the last key went."""
    keys = PersonKey.objects.using(KEYS).filter(person_id=person_id, erased_at__isnull=False)
    last = keys.order_by("-erased_at").first()
    if last is None:
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    return _shell(request, {"erased_at": last.erased_at}, status=410)


def _shell(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    more = {"nav_current": "people", "may_follow": may(actor_of(request), "privacy.plan")}
    return render(request, "people/gone.html", context | more, status=status)
