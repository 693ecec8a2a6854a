"""Links in letters. What they open without a code is signed, and says nothing of anybody."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core import signing

from aureole.kernel.errors import NotFound
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.codes import PAGES

_NOT_ME, _RECEIPT = "rights.not_me", "rights.receipt"


def home() -> str:
    """The privacy centre."""
    return f"{settings.AUREOLE_BASE_URL}/portal/privacy/"


def page_of(request: RightsRequest) -> str:
    """Where the person follows it. The id says nothing and opens nothing without a code."""
    return f"{settings.AUREOLE_BASE_URL}{PAGES}{request.id}/"


def not_me_link(request: RightsRequest) -> str:
    token = signing.dumps(str(request.id), salt=_NOT_ME)
    return f"{home()}not-me/{token}/"


def request_disowned_by(token: str) -> uuid.UUID:
    """The request that a "this was not me" link is about. Raises NotFound for a link that is not ours."""
    return _signed_id(token, _NOT_ME)


def _signed_id(token: str, salt: str) -> uuid.UUID:
    try:
        return uuid.UUID(signing.loads(token, salt=salt))
    except (signing.BadSignature, ValueError):
        raise NotFound(
            "link_unknown", "This link is not one of ours, or it was cut. Nothing was done."
        ) from None


def receipt_link(request: RightsRequest) -> str:
    """Where the receipt of an erasure is. Only the last letter has it: afterwards no address is left to send a code to.

    The receipt names nobody; the token keeps it from whoever else knows the request's id.
    """
    token = signing.dumps(str(request.id), salt=_RECEIPT)
    return f"{home()}receipts/{token}/"


def request_of_receipt(token: str) -> uuid.UUID:
    """Raises NotFound for a link that is not ours."""
    return _signed_id(token, _RECEIPT)
