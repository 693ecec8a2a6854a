"""Whoever got somebody's data outside of this program, by name, as it was noted (GDPR Art. 15(1)(c), CJEU C-154/21)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from aureole.kernel.errors import Refused
from aureole.kernel.text import one_line, storable
from aureole.privacy.export import ports
from aureole.privacy.export.ports import Receiver, Screen, as_it_is
from aureole.privacy.models import DisclosedTo, Disclosure, RequestKind, RequestState, RightsRequest
from aureole.privacy.ports import add_caution
from aureole.privacy.rights.matters import Matter, add_matters
from aureole.privacy.rights.place import day_of, start_of
from aureole.privacy.transfer.recipients import controllers
from aureole.vault.unlock import unlock

GETS, WHY = "your data or a part of it, on {day}", "passed on outside of this program, as was noted here"
LONGEST_NAME, LONGEST_WHY = 200, 1000
CHANGING = (RequestKind.RECTIFICATION, RequestKind.RESTRICTION, RequestKind.ERASURE)
"""What recipients have to hear of."""
_UNTOLD = "somebody who got their data has to be told of a correction or restriction (GDPR Art. 19)"


def name_of_recipient(text: str) -> str:
    """As it is kept. Raises Refused for none, and for one that is no name."""
    name = one_line(storable(text)).strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refused(
            "recipient_name",
            "Name who got it: whoever asks has to be told by name (GDPR Art. 15(1)(c)), in at most "
            f"{LONGEST_NAME} characters. Where that is impossible, say why. Nothing was changed.",
        )
    return name


def disclosures_of(person_id: uuid.UUID) -> list[Disclosure]:
    """In their order, names opened. One statement."""
    rows = Disclosure.objects.filter(person_id=person_id).order_by("disclosed_on", "id")
    return unlock(list(rows))


def noted(person_id: uuid.UUID) -> list[Receiver]:
    """Each by name; by its kind only where the note says why. Another controller that got a package is named by its
    transfer."""
    return [
        Receiver(
            kind=f"noted:{one.to}", name=str(one.name or DisclosedTo(one.to).label), gets=GETS, why=WHY,
            at=start_of(one.disclosed_on), unnamed=one.unnamed, reason=str(one.why or ""),
        )
        for one in disclosures_of(person_id)
    ]  # fmt: skip


def went_to(person_id: uuid.UUID) -> list[tuple[str, str]]:
    """(kind, name or "") of everybody who got data of theirs alone, each once: what a letter of Art. 14 says."""
    found = [(one.to, str(one.name or "")) for one in disclosures_of(person_id)]
    found += [(str(DisclosedTo.CONTROLLER), one.name) for one in controllers(person_id)]
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Notifiable:
    """Somebody outside who has to hear of what becomes of the data they got (GDPR Art. 19).

    words      name, kind and the day it went there
    settled    "told", "impossible" or "effort"; "" while it is to be done
    """

    id: uuid.UUID
    words: str
    settled: str


def notifiable(request: RightsRequest) -> list[Notifiable]:
    """Whom nobody but the officers can tell of this request; another instance hears of it by itself, and whoever
    cannot be named cannot be told. Empty for rights that change nothing of the data. One statement."""
    if request.kind not in CHANGING or request.person_id is None:
        return []
    return [
        Notifiable(one.id, _words(one), str(one.settled.get(str(request.id), "")))
        for one in disclosures_of(request.person_id)
        if one.name
    ]


def _words(one: Disclosure) -> str:
    return f"{one.name} ({DisclosedTo(one.to).label}), {one.disclosed_on.isoformat()}"


def _cautions(person_id: uuid.UUID) -> list[str]:
    """Who has not heard of their erasure yet."""
    named = [one for one in disclosures_of(person_id) if one.name]
    if not named:
        return []
    asked = RightsRequest.objects.filter(person_id=person_id, kind=RequestKind.ERASURE).values_list(
        "id", flat=True
    )
    erasures = {str(request_id) for request_id in asked}
    found = [_words(one) for one in named if not erasures & set(one.settled)]
    if not found:
        return []
    return [
        f"Their data went to {'; '.join(found)}. They have to be told of an erasure (GDPR Art. 19): do it before, "
        "because the names go with the person."
    ]


def _untold() -> list[Matter]:
    """People whose data was corrected or restricted, and who got it and has not heard of that: a line each. Two
    statements over requests that were carried out for somebody whose recipients are known by name."""
    done = RightsRequest.objects.filter(state=RequestState.DONE, kind__in=CHANGING)
    named = Disclosure.objects.filter(name__isnull=False)
    with_names = done.filter(Exists(named.filter(person_id=OuterRef("person_id"))))
    found = [
        (str(request_id), person_id, day_of(closed_at))
        for request_id, person_id, closed_at in with_names.values_list("id", "person_id", "closed_at")
        if person_id is not None and closed_at is not None
    ]
    settled: dict[uuid.UUID, list[tuple[date, Mapping[str, str]]]] = {}
    rows = named.filter(person_id__in={person_id for _, person_id, _ in found})
    for person_id, day, heard in rows.values_list("person_id", "disclosed_on", "settled"):
        settled.setdefault(person_id, []).append((day, heard))
    return [
        Matter(kind="recipients", person_id=person_id, since=closed_on, words=_UNTOLD)
        for request_id, person_id, closed_on in found
        if any(day <= closed_on and request_id not in heard for day, heard in settled.get(person_id, ()))
    ]


def register() -> None:
    ports.add_receivers_of(noted)
    add_caution(_cautions)
    add_matters(_untold)
    ports.add_screen(Screen(model=Disclosure, apply=as_it_is))
