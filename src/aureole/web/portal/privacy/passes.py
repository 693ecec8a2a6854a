"""What opens a request's page in one browser: a cookie that names the code which was given back there.

The cookie is only a signed id. Whether it still opens anything is asked of the proof's row each time, so an erasure,
which deletes the proofs, closes every open page; and of the address the code went to, each time, whether it is theirs.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.privacy.models import ChannelProof, RequestState, RightsRequest
from aureole.privacy.rights.ports import address_book

_NAME, _SALT = "aureole_request", "portal.pass"
VISIT = timedelta(minutes=30)
FRESH = timedelta(minutes=10)


def request_for_outsiders(request_id: uuid.UUID) -> RightsRequest:
    """Only what anybody with the link may learn is read. A joined request leads to the one it joined.

    Two statements in any case. Raises NotFound.
    """
    rows = RightsRequest.objects.only("number", "kind", "state", "joins_id", "refusal", "person_id")
    named = rows.filter(pk=request_id).first()
    if named is None:
        raise NotFound("request_not_found", "There is no such request here.")
    return rows.filter(pk=named.joins_id or named.pk).get()


def proof_in(request: HttpRequest, of: RightsRequest) -> ChannelProof | None:
    """The proof this browser gave for the request, while it still counts."""
    try:
        proof_id = uuid.UUID(signing.loads(request.COOKIES.get(_name(), ""), salt=_SALT))
    except (signing.BadSignature, ValueError):
        return None
    if is_disowned(of):
        return None
    given = ChannelProof.objects.filter(pk=proof_id, request_id=of.pk, confirmed_at__gt=now() - VISIT).first()
    return given if given is not None and _still_says_who(given, of) else None


def _still_says_who(given: ChannelProof, of: RightsRequest) -> bool:
    """An address that was taken off the record since, or a record that is not the one person's alone any more, opens
    nothing: the code spoke for how things were."""
    if of.person_id is None or given.confirmed_at is None:
        return False
    return address_book().vouches(given.identifier_id, person_id=of.person_id, since=given.confirmed_at)


def is_disowned(of: RightsRequest) -> bool:
    """Whether somebody at an address on file said "this was not me": it opens to nobody any more."""
    return of.state == RequestState.REFUSED and of.refusal == "not_the_person"


def is_fresh(proof: ChannelProof) -> bool:
    """Whether it was asked for in order to fetch the answer, and given back just now."""
    return bool(proof.purpose == "delivery" and proof.confirmed_at and proof.confirmed_at > now() - FRESH)


def is_recent(proof: ChannelProof) -> bool:
    """Whether any code was given back just now."""
    return bool(proof.confirmed_at and proof.confirmed_at > now() - FRESH)


def give_pass(response: HttpResponseBase, request_id: uuid.UUID, proof: ChannelProof) -> None:
    response.set_cookie(
        _name(), signing.dumps(str(proof.pk), salt=_SALT), max_age=int(VISIT.total_seconds()),
        path=_path(request_id), secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip


def take_pass(response: HttpResponseBase, request_id: uuid.UUID) -> None:
    response.delete_cookie(_name(), path=_path(request_id), samesite="Lax")


def _path(request_id: uuid.UUID) -> str:
    """The cookie is sent to this request's pages only."""
    return reverse("portal:request", args=[request_id])


def _name() -> str:
    return f"__Secure-{_NAME}" if settings.SESSION_COOKIE_SECURE else _NAME
