from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import ArrivedState, ArrivedTransfer
from aureole.privacy.rights.letters import tell_where_from
from aureole.privacy.transfer import documents
from aureole.privacy.transfer.arrivals import owners_of_arrival
from aureole.privacy.transfer.arriving import package_of
from aureole.privacy.transfer.closing import close_arrival, locked_arrival
from aureole.privacy.transfer.ports import taker


def take_in_arrival(*, arrival_id: uuid.UUID, by: Actor, same_as: uuid.UUID | None = None) -> ArrivedTransfer:
    """Take in what came from another instance; the person is told from where (GDPR Art. 14).

    same_as  somebody here who has one of its addresses, when whoever decides says it is them; nobody is put
             together by a file
    The caller has checked that `by` may. Taken in already, it is given again.
    Raises Refused when somebody here has an address of it and that was not confirmed, and when it does not fit.
    """
    with transaction.atomic():
        arrival = locked_arrival(arrival_id)
        if arrival.state == ArrivedState.TAKEN_IN:
            return arrival
        if arrival.state != ArrivedState.ARRIVED:
            raise Refused(
                "arrival_state", "This package is not all there, or was refused already. Nothing was changed."
            )
        owners = owners_of_arrival(arrival)
        _refuse_unconfirmed(owners, same_as)
        sender = documents.read_offer(arrival.offer).sender
        with package_of(arrival) as package:
            settled = taker().take_in(package, expected_key=sender, by=by)
        if settled.created != (not owners) or (owners and settled.person_id != owners[0]):
            _refuse_unconfirmed([settled.person_id], None)  # somebody came to have the address meanwhile
        close_arrival(arrival, event="taken_in", by=by, settled=settled)
        tell_where_from(settled.person_id, language=settled.language, source=arrival.peer.name)
    return arrival


def _refuse_unconfirmed(owners: list[uuid.UUID], same_as: uuid.UUID | None) -> None:
    if len(owners) > 1:
        raise Refused(
            "package_of_several",
            "The addresses in this package belong to several persons here. Nothing was taken in; "
            "find out first whether they are one, or refuse it.",
        )
    if owners and same_as != owners[0]:
        raise Refused(
            "arrival_known",
            "Somebody here has one of its addresses already. Nothing was taken in; say that it is the same person, "
            "or refuse it.",
        )
    if not owners and same_as is not None:
        raise Refused(
            "arrival_unknown",
            "The person you named has none of its addresses. Nothing was taken in; take it in as somebody new.",
        )
