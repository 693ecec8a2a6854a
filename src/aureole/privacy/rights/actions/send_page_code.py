from __future__ import annotations

import uuid
from contextlib import suppress

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.actions.ask_identity import address_for, ask_identity
from aureole.privacy.rights.codes import make_code, make_decoy, page_purpose
from aureole.privacy.rights.letters import send_code
from aureole.privacy.rights.moving import locked


def send_page_code(*, request_id: uuid.UUID, by: Actor, identifier_id: uuid.UUID | None = None) -> None:
    """Send a code that opens the page of a request, to an address on file that may prove something.

    identifier_id  the address to prefer; another one is taken when this one may prove nothing
    Never raises Refused: where no code can be sent a decoy takes its place, so that whoever asks learns nothing from
    what follows. More than five a day are silently not sent.
    """
    with suppress(Refused):  # enough were sent today, or it is closed by now: nobody learns that from here
        if _sent(request_id, by, identifier_id) or (identifier_id and _sent(request_id, by, None)):
            return
        with transaction.atomic():
            request = locked(request_id)
            make_decoy(request, page_purpose(request))


def _sent(request_id: uuid.UUID, by: Actor, identifier_id: uuid.UUID | None) -> bool:
    """False when no address may prove anything. Raises Refused when enough were sent today."""
    try:
        with transaction.atomic():
            request = locked(request_id)
            purpose = page_purpose(request)
            if purpose == "identity":
                ask_identity(request_id=request_id, by=by, identifier_id=identifier_id)
            else:
                _send(request, purpose, identifier_id)
    except Refused as refusal:
        if refusal.code in ("identity_no_address", "request_unmatched"):
            return False
        raise
    return True


def _send(request: RightsRequest, purpose: str, identifier_id: uuid.UUID | None) -> None:
    address = address_for(request, identifier_id)
    send_code(request, address, make_code(request, address.identifier_id, purpose))
