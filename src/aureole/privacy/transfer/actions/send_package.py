from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.export.stored import export_of
from aureole.privacy.informing.disclosing import disclosed
from aureole.privacy.models import (
    DisclosedTo,
    Erasure,
    ExportPackage,
    NoticeEvent,
    RequestKind,
    RequestState,
    RightsRequest,
    SentState,
    SentTransfer,
)
from aureole.privacy.ports import directory
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.releasing import prepared_by
from aureole.privacy.transfer.noticing import notify
from aureole.privacy.transfer.peers import peer_of
from aureole.privacy.transfer.sending import deliver_later, record_begun

_OPEN = (SentState.WAITING, SentState.DELIVERED, SentState.TAKEN_IN)


def send_package(*, request_id: uuid.UUID, peer_id: uuid.UUID, by: Actor) -> SentTransfer:
    """Send the package that answers a request straight to another controller, as the person asked (GDPR Art. 20(2)).

    The worker delivers it. Asked for again it is given again, and tried at once where it waits.
    The caller has checked that `by` may ("rights.release").
    Raises Refused unless it is an answered portability request whose package still waits, for somebody's own request,
    and where the policy wants a second person and this is the one who prepared the answer.
    """
    with transaction.atomic():
        request = locked(request_id)
        if by.person_id is not None and by.person_id == request.person_id:
            raise Refused("approved_own", "Nobody sends the answer to their own request. Nothing was sent.")
        if RIGHTS[request.kind].second_person and prepared_by(request) == (by.kind, by.agent_id):
            raise Refused(
                "approved_by_self",
                "Who prepared this may not send it: a second person has to. Nothing was sent.",
            )
        package = export_of(request.id) if request.state == RequestState.DONE else None
        if package is None:
            raise Refused(
                "transfer_no_package",
                "Nothing of this request waits to be sent: it is not answered yet, or its package has run out. "
                "Nothing was sent.",
            )
        return begin_transfer(request, package, peer_id, by=by)


def begin_transfer(
    request: RightsRequest, package: ExportPackage, peer_id: uuid.UUID, *, by: Actor
) -> SentTransfer:
    """In the caller's transaction, on a request it holds. A person restricted here may have this asked for (GDPR
    Art. 18(2)); the receiver is told of it with the package (Art. 19).

    Raises Refused, NotFound for a peer that was removed.
    """
    if request.kind != RequestKind.PORTABILITY:
        raise Refused(
            "transfer_kind",
            "Only an answer to a portability request (GDPR Art. 20) is sent on. Nothing was sent.",
        )
    if Erasure.objects.filter(person_id=request.person_id).exists():
        raise Refused("person_frozen", "This person is being erased. Nothing was sent.")
    peer = peer_of(peer_id)
    begun = SentTransfer.objects.filter(request_id=request.id, peer=peer, state__in=_OPEN).first()
    if begun is not None:
        if begun.state == SentState.WAITING:
            deliver_later(begun.id)  # whoever asks again wants it tried now
        return begun
    sent = SentTransfer.objects.create(
        peer=peer, person_id=request.person_id, request_id=request.id, package=package,
        created_at=now(), next_at=now(), until=package.expires_at,
    )  # fmt: skip
    record_begun(sent, by=by, number=request.number)
    if request.person_id is not None:
        disclosed(request.person_id, to=DisclosedTo.CONTROLLER, by=by)
        if directory().is_restricted(request.person_id):
            notify([sent], NoticeEvent.RESTRICT, by=by)
    move(request, "sent_on", by=by)
    deliver_later(sent.id)
    return sent
