"""One-time codes: sent to an address on file, good for a short while and few tries, kept as a slow hash."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from django.db import transaction
from django.db.models import Q

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.models import ChannelProof, ExportPackage, RequestState, RightsRequest
from aureole.privacy.rights.ports import address_book

DIGITS = 8
GOOD_FOR = timedelta(minutes=30)
MOST_TRIES = 5
ENTRY_STATES = (RequestState.RECEIVED, RequestState.IDENTITY)
MOST_SENT = 5  # codes for one request in a day
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # OWASP's floor for Argon2id


NO_ADDRESS = uuid.UUID(int=0)  # of a decoy

PAGES = "/portal/privacy/requests/"
_PAGE = re.compile(rf"{PAGES}([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})")
_NUMBER = re.compile(rf"(?<!\d)\d{{{DIGITS}}}(?!\d)", re.ASCII)
_MOST_PAGES, _MOST_NUMBERS = 3, 8  # of one mail: each look at a code is slow on purpose


def page_purpose(request: RightsRequest) -> str:
    """What a code for the request's page has to prove now."""
    if request.state in ENTRY_STATES:
        return "identity"
    waits = ExportPackage.objects.filter(request_id=request.id, expires_at__gt=now()).exists()
    return "delivery" if waits else "visit"


def make_code(request: RightsRequest, identifier_id: uuid.UUID, purpose: str) -> str:
    """A fresh code; earlier ones for this purpose no longer count. Raises Refused after five in a day."""
    _refuse_more(request)
    unused = ChannelProof.objects.filter(request=request, purpose=purpose, confirmed_at=None)
    unused.update(expires_at=now())
    return _new_code(request, identifier_id, purpose)


def make_decoy(request: RightsRequest, purpose: str) -> None:
    """A code nobody is told, so that a try for somebody unknown costs the same work as for anybody else.

    It does not end a code that was sent. Raises Refused after five in a day.
    """
    _refuse_more(request)
    _new_code(request, NO_ADDRESS, purpose)


def _refuse_more(request: RightsRequest) -> None:
    recent = ChannelProof.objects.filter(request=request, sent_at__gt=now() - timedelta(days=1)).count()
    if recent >= MOST_SENT:
        raise Refused(
            "code_too_many",
            "Five codes were sent for this request today. Nothing was sent; try again tomorrow.",
        )


def _new_code(request: RightsRequest, identifier_id: uuid.UUID, purpose: str) -> str:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    ChannelProof.objects.create(
        request=request, identifier_id=identifier_id, purpose=purpose, code=HASHER.hash(code),
        sent_at=now(), expires_at=now() + GOOD_FOR,
    )  # fmt: skip
    return code


def spend_quoted_codes(texts: Iterable[str], *, author_id: uuid.UUID) -> int:
    """End each code that somebody's mail holds: of a request of theirs, or one whose link the mail quotes.

    Whoever answers tickets reads that mail, and a code proves who somebody is: what others may have read proves
    nothing any more. Nothing else about the request changes. In the caller's transaction; returns how many ended.
    """
    text = "\n".join(texts)
    numbers = list(dict.fromkeys(_NUMBER.findall(text)))[:_MOST_NUMBERS]
    if not numbers:
        return 0
    pages = list(dict.fromkeys(_PAGE.findall(text)))[:_MOST_PAGES]
    asked = RightsRequest.objects.filter(Q(pk__in=pages) | Q(person_id=author_id))
    alive = ChannelProof.objects.filter(request__in=asked, confirmed_at=None, expires_at__gt=now())
    newest = alive.exclude(identifier_id=NO_ADDRESS).order_by("-sent_at")[:_MOST_PAGES]
    held = [proof.pk for proof in newest if any(_fits(proof, number) for number in numbers)]
    return ChannelProof.objects.filter(pk__in=held).update(expires_at=now()) if held else 0


def try_code(request: RightsRequest, code: str, purpose: str) -> ChannelProof:
    """The proof, now confirmed. Raises Refused, always with the same words; the try counts in any case."""
    proof = _counted_try(request, purpose)
    if not _fits(proof, code) or proof is None or proof.identifier_id == NO_ADDRESS:
        raise Refused(
            "code_wrong",
            "This code does not fit, or its time is over. Nothing was done; you can have a new one sent.",
        )
    with transaction.atomic():
        confirmed = ChannelProof.objects.filter(pk=proof.pk, confirmed_at=None).update(confirmed_at=now())
        if confirmed:
            address_book().note_control(proof.identifier_id)
    if not confirmed:
        raise Refused(
            "code_used", "This code was used already. Nothing was done; you can have a new one sent."
        )
    return proof


def _counted_try(request: RightsRequest, purpose: str) -> ChannelProof | None:
    """Counted and committed before the code is looked at, so that trying many at once gains nothing."""
    with transaction.atomic():
        proof = (
            ChannelProof.objects.select_for_update()
            .filter(
                request=request,
                purpose=purpose,
                confirmed_at=None,
                expires_at__gt=now(),
                tries__lt=MOST_TRIES,
            )
            .order_by("-sent_at")
            .first()
        )
        if proof is not None:
            proof.tries += 1
            proof.save(update_fields=["tries"])
    return proof


def _fits(proof: ChannelProof | None, code: str) -> bool:
    """Without a proof the same work is done, on a hash that nothing fits: the time taken tells nothing."""
    digits = "".join(c for c in code if c.isdecimal())
    try:
        return HASHER.verify(proof.code if proof else _unfitting(), digits)
    except VerificationError:
        return False


@cache
def _unfitting() -> str:
    return HASHER.hash(secrets.token_hex(16))
