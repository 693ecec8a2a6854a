from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.people import searching
from aureole.people.colleagues import refuse_sign_in, signs_in
from aureole.people.keeping import note_former
from aureole.people.models import Identifier, IdentifierKind, Person
from aureole.people.restriction import refuse_unless_active
from aureole.privacy.holds import guard
from aureole.privacy.informing.notifying import notify_recipients
from aureole.privacy.models import OPEN_STATES, ChannelProof, NoticeEvent, RequestKind, RightsRequest
from aureole.vault import blind_index
from aureole.vault.unlock import unlock


def remove_identifier(*, person_id: uuid.UUID, identifier_id: uuid.UUID, by: Actor) -> None:
    """Take an address or number off a record that it does not (any more) belong to (GDPR Art. 16).

    What stood there is kept as a `Correction`, so that an erasure still looks for it; nothing is sent to it any more,
    codes that were sent there count no more, and whoever has it next may be found by it. Controllers that got a package
    are told (Art. 19). Doing it twice is doing it once.
    Raises NotFound when it is somebody else's, Refused for a person who is restricted or being erased, of whom
    anything is held or who has an open request (its notices go to every address on file), and for colleagues.
    """
    with transaction.atomic():
        refuse_unless_active(person_id)
        rows = Identifier.objects.select_for_update(of=("self",)).filter(pk=identifier_id)
        identifier = next(iter(unlock(rows)), None)
        if identifier is None:
            return
        if identifier.person_id != person_id:
            raise NotFound("identifier_not_found", "This person has no such address or number.")
        _refuse_needed(identifier, by)
        _keep(identifier, by)
        blind_index.remove(kind=identifier.kind, value=str(identifier.value), person_id=person_id)
        ChannelProof.objects.filter(identifier_id=identifier.pk, expires_at__gt=now()).update(
            expires_at=now()
        )
        identifier.delete()
        searching.index_person(Person.objects.get(pk=person_id))
        Person.objects.filter(pk=person_id).update(twins_sought=False)
        record("people.corrected", by=by, person=person_id, field="identifier")
        notify_recipients(person_id, NoticeEvent.CORRECT, by=by, fields=["identifier"])


def _refuse_needed(identifier: Identifier, by: Actor) -> None:
    person_id = identifier.person_id
    refuse_sign_in(person_id, by)
    others = Identifier.objects.filter(person_id=person_id, kind=identifier.kind).exclude(pk=identifier.pk)
    if identifier.kind == IdentifierKind.EMAIL and signs_in(person_id) and not others.exists():
        raise Refused(
            "identifier_signs_in",
            "This is the only address this colleague signs in by. Add the new one first; nothing was changed.",
        )
    if guard.is_held(person_id):
        raise Refused(
            guard.CODE, "A legal hold covers data of this person, so nothing was taken off. Release it first."
        )
    open_requests = RightsRequest.objects.filter(person_id=person_id, state__in=OPEN_STATES)
    if open_requests.exclude(kind=RequestKind.RECTIFICATION).exists():
        raise Refused(
            "identifier_noticed",
            "A request of this person is open, and every address on file is told of it, so none is taken off until it "
            "is answered. Nothing was changed.",
        )


def _keep(identifier: Identifier, by: Actor) -> None:
    note_former(person_id=identifier.person_id, field=identifier.kind, before=str(identifier.shown), by=by)
