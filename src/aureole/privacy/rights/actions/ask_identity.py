from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.codes import make_code
from aureole.privacy.rights.letters import send_code
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import begin_pause
from aureole.privacy.rights.ports import KnownAddress, address_book

_WHY_NOT = {
    "added_by_agent": "it was entered by an agent, so it proves nothing about the person",
    "came_by_merge": "it came with a record that an agent merged, so it proves nothing about the person",
    "only_copied": "it was only ever seen in copies of other people's mail",
    "too_new": "it came on file too recently",
    "no_delivery": "nothing can be delivered to it from here",
}


def ask_identity(
    *, request_id: uuid.UUID, by: Actor, identifier_id: uuid.UUID | None = None
) -> RightsRequest:
    """Send a one-time code to an address on file; the clock waits until it comes back (Art. 12(6)).

    identifier_id  which address; default: the first that may prove anything
    Only an address the person used themselves before may prove who they are. Raises Refused otherwise.
    """
    with transaction.atomic():
        request = locked(request_id)
        address = address_for(request, identifier_id)
        code = make_code(request, address.identifier_id, "identity")
        begin_pause(request, "identity")
        move(request, "identity_asked", by=by)
        send_code(request, address, code)
    return request


def address_for(request: RightsRequest, wanted: uuid.UUID | None) -> KnownAddress:
    """The address on file that a code may go to. Raises Refused when none may prove anything."""
    if request.person_id is None:
        raise Refused(
            "request_unmatched",
            "It is not known yet whose request this is. Find the person first; nothing was sent.",
        )
    known = address_book().addresses(request.person_id)
    if wanted is not None:
        known = [address for address in known if address.identifier_id == wanted]
    usable = [address for address in known if not address.why_not]
    if usable:
        return usable[0]
    reason = _WHY_NOT.get(known[0].why_not, known[0].why_not) if known else "there is none"
    raise Refused(
        "identity_no_address",
        f"No address on file can prove who the person is: {reason}. Nothing was sent; establish identity another "
        "way, or refuse.",
    )
