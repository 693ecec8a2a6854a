"""The people's side of the rights desk: addresses on file, and rights that change a person."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.actions.correct_person import correct_as_asked
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Correction, Identifier, IdentifierOrigin, MergedPerson, Person
from aureole.people.normalise import normalise
from aureole.people.queries import identifiers_of
from aureole.privacy.informing.notifying import Change, add_changes, notify_recipients
from aureole.privacy.models import NoticeEvent, RequestKind, RightsRequest
from aureole.privacy.rights import ports
from aureole.privacy.rights.place import day_of, start_of
from aureole.privacy.rights.ports import KnownAddress, Owner
from aureole.vault import blind_index
from aureole.vault.unlock import unlock

SETTLED = timedelta(days=1)  # an address younger than this could have been put there for the request
_WHY_NOT = {
    IdentifierOrigin.STAFF: "added_by_agent",
    IdentifierOrigin.IMPORT: "added_by_agent",
    IdentifierOrigin.MERGED: "came_by_merge",
    IdentifierOrigin.MENTIONED: "only_copied",
}


class Addresses:
    """Fills the rights desk's address book."""

    def owner_of(self, address: str) -> Owner | None:
        kind = "email" if "@" in address else "phone"
        try:
            compared = normalise(kind, address)
        except Refused:
            return None
        person_id = blind_index.find(kind=kind, value=compared)
        if person_id is None:
            return None
        same = (i.id for i in identifiers_of([person_id]) if i.kind == kind and i.value == compared)
        return Owner(person_id=person_id, identifier_id=next(same, None))

    def addresses(self, person_id: uuid.UUID) -> list[KnownAddress]:
        """Those that may prove something first, the longest on file first among them."""
        known = [_known(i) for i in identifiers_of([person_id]) if i.kind in ("email", "phone")]
        return sorted(known, key=lambda address: address.why_not != "")

    def vouches(self, identifier_id: uuid.UUID, *, person_id: uuid.UUID, since: datetime) -> bool:
        own = Identifier.objects.filter(pk=identifier_id, person_id=person_id).exclude(origin__in=_WHY_NOT)
        joined = MergedPerson.objects.filter(person_id=person_id, merged_at__gt=since)
        return own.exclude(Exists(joined)).exists()

    def note_control(self, identifier_id: uuid.UUID) -> None:
        Identifier.objects.filter(pk=identifier_id).update(verified_at=now())


def _known(identifier: Identifier) -> KnownAddress:
    why_not = _WHY_NOT.get(IdentifierOrigin(identifier.origin), "")
    if not why_not and now() - identifier.created_at < SETTLED:
        why_not = "too_new"
    if not why_not and ports.courier(identifier.kind) is None:
        why_not = "no_delivery"
    return KnownAddress(
        identifier_id=identifier.id, kind=identifier.kind, masked=mask(str(identifier.shown)), why_not=why_not
    )


def mask(address: str) -> str:
    """Enough to recognise one's own address, not enough to learn somebody else's."""
    local, at, domain = address.rpartition("@")
    if not at:
        return f"…{address[-2:]}"
    return f"{local[:1]}…@{domain}"


class Rectify:
    """Art. 16: what was asked to be corrected is set, in one go; whoever got it is told (Art. 19)."""

    def execute(
        self, request: RightsRequest, *, by: Actor, approved_by: Actor | None
    ) -> dict[str, int | str]:
        values = {k: str(v) for k, v in (request.correction or {}).items() if k != "statement"}
        statement = ["statement"] if (request.correction or {}).get("statement") else []
        if not values and not statement:
            raise Refused("correction_none", "The request does not say what is right. Nothing was changed.")
        assert request.person_id is not None, "identity was established"
        with transaction.atomic():
            person = unlock(Person.objects.filter(pk=request.person_id))[0]
            born = values.pop("birth_date", "")
            if values:
                correct_as_asked(person=person, by=by, request_id=request.id, **values)
            if born:
                mark_child(person=person, born=born, by=by, request_id=request.id)
            if statement:
                notify_recipients(
                    request.person_id, NoticeEvent.CORRECT, by=by, fields=statement, request_id=request.id
                )
        # A supplementary statement (Art. 16) stays with the request, and is exported.
        fields = len(values) + bool(born)
        return {"fields": fields} if fields else {"statement": 1}


class Restrict:
    """Art. 18: kept and not used, until it is lifted and the person was told before."""

    def execute(
        self, request: RightsRequest, *, by: Actor, approved_by: Actor | None
    ) -> dict[str, int | str]:
        assert request.person_id is not None, "identity was established"
        reason = f"request {request.number}"
        restrict_person(person_id=request.person_id, reason=reason, by=by, request_id=request.id)
        return {"restricted": 1}


def changes_since(person_id: uuid.UUID, day: date) -> list[Change]:
    """What was done without a request from that day on: what stood there and was put right, and a restriction."""
    moment = start_of(day)
    corrected = Correction.objects.filter(person_id=person_id, request_id=None, at__gte=moment)
    found = [(NoticeEvent.CORRECT, day_of(at)) for at in corrected.values_list("at", flat=True)]
    restricted = Person.objects.filter(pk=person_id, restricted_at__gte=moment)
    found += [
        (NoticeEvent.RESTRICT, day_of(at)) for at in restricted.values_list("restricted_at", flat=True) if at
    ]
    return found


def register() -> None:
    add_changes(changes_since)
    ports.fill_address_book(Addresses())
    ports.add_executor((RequestKind.RECTIFICATION,), Rectify())
    ports.add_executor((RequestKind.RESTRICTION,), Restrict())
