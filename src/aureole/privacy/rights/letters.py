"""What a person is told, in their language, at every address they used themselves; never at one that proves nothing."""

from __future__ import annotations

import logging
import tomllib
import uuid
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing

from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.kernel.jobs import store_job
from aureole.privacy.export.sheet import Counted, written_day
from aureole.privacy.export.stored import DAYS
from aureole.privacy.models import LetterState, RequestLetter, RightsRequest
from aureole.privacy.retention.schedule import Schedule
from aureole.privacy.rights.codes import PAGES
from aureole.privacy.rights.place import authority, clock_of, day_of, today
from aureole.privacy.rights.ports import KnownAddress, address_book, courier

log = logging.getLogger(__name__)

LANGUAGES = ("en", "de", "fr", "es")
_WORDS = Path(__file__).parent / "words"
_NOT_ME, _RECEIPT = "rights.not_me", "rights.receipt"


@cache
def words(language: str) -> dict[str, Any]:
    """Texts of that language; English where there is none."""
    code = language.lower()[:2]
    return tomllib.loads((_WORDS / f"{code if code in LANGUAGES else 'en'}.toml").read_text("utf-8"))


def ending_of(texts: dict[str, Any]) -> str:
    """Where one may complain: by name, where the authority of the controller's place is on file."""
    found = authority()
    return f"{texts['ending']} {found.name}: https://{found.web}" if found else str(texts["ending"])


def page_of(request: RightsRequest) -> str:
    """Where the person follows it. The id says nothing and opens nothing without a code."""
    return f"{settings.AUREOLE_BASE_URL}{PAGES}{request.id}/"


def not_me_link(request: RightsRequest) -> str:
    token = signing.dumps(str(request.id), salt=_NOT_ME)
    return f"{settings.AUREOLE_BASE_URL}/portal/privacy/not-me/{token}/"


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
    return f"{settings.AUREOLE_BASE_URL}/portal/privacy/receipts/{token}/"


def request_of_receipt(token: str) -> uuid.UUID:
    """Raises NotFound for a link that is not ours."""
    return _signed_id(token, _RECEIPT)


def notify_receipt(request: RightsRequest) -> None:
    _tell_everywhere(request, "receipt")


def notify_extension(request: RightsRequest, reason: str) -> None:
    _tell_everywhere(request, "extension", reason=reason.strip())


def notify_refusal(request: RightsRequest, reason: str) -> None:
    _tell_everywhere(request, "refusal", reason=reason.strip(), ground=ground_of(request))


def ground_of(request: RightsRequest) -> str:
    """Why it was refused, in the person's language."""
    return str(words(request.language)["grounds"][request.refusal])


def notify_waiting(request: RightsRequest) -> None:
    assert request.execute_after is not None, "only what waits is announced"
    _tell_everywhere(request, "waiting", date=written_day(day_of(request.execute_after), request.language))


def notify_done(request: RightsRequest) -> None:
    """Nobody is told where nobody is left: an erasure says it before the addresses go."""
    _tell_everywhere(request, "ready" if "package" in (request.outcome or {}) else "done")


def notify_unproven(request: RightsRequest, *, days: int) -> None:
    _tell_everywhere(request, "unproven", wait=Counted(days, request.language))


def announce_lifting(person_id: uuid.UUID, *, language: str, reason: str) -> list[RequestLetter]:
    """GDPR Art. 18(3): that a restriction is going to be lifted, to every address of their own. In the caller's
    transaction; whoever lifts it waits until one has left."""
    heading, paragraphs = compose_lifting(language, reason)
    return [
        _queue(None, person_id, "lifting", address, heading, paragraphs)
        for address in own_addresses(person_id)
    ]


def compose_lifting(language: str, reason: str) -> tuple[str, list[str]]:
    """Heading and paragraphs of that letter; `reason` is what the person reads."""
    texts = words(language)
    filled = {"workspace": settings.AUREOLE_WORKSPACE, "reason": reason.strip()}
    body = texts["lifting"]["text"].format(**filled)
    return texts["lifting"]["heading"], [texts["greeting"], body, ending_of(texts)]


def own_addresses(person_id: uuid.UUID) -> list[KnownAddress]:
    """Every address they used themselves, new ones too: where a letter goes that hands nothing over."""
    return [a for a in address_book().addresses(person_id) if a.why_not in ("", "too_new")]


def write_to_officer(person_id: uuid.UUID, *, heading: str, paragraphs: list[str]) -> list[RequestLetter]:
    """To whoever works on requests, at their first address that can be reached; in the caller's transaction."""
    reachable = [a for a in address_book().addresses(person_id) if courier(a.kind) is not None]
    return [_queue(None, person_id, "reminder", a, heading, paragraphs) for a in reachable[:1]]


def liftings_announced(person_id: uuid.UUID, *, since: datetime) -> list[RequestLetter]:
    return list(
        RequestLetter.objects.filter(subject_id=person_id, kind="lifting", created_at__gte=since).defer(
            "heading", "text"
        )
    )


def notify_directed(request: RightsRequest, *, peer: str) -> None:
    """That the answer will go straight to another controller; a person who did not ask for that can stop it."""
    _tell_everywhere(request, "directed", peer=peer)


def tell_moved(request: RightsRequest, event: str, *, peer: str) -> None:
    """What another controller did with the package that was sent to it: taken_in or refused."""
    _tell_everywhere(request, f"moved_{event}", peer=peer)


def tell_where_from(person_id: uuid.UUID, *, language: str, source: str) -> int:
    """GDPR Art. 14: that their data came from another controller. Also at addresses that came with it, because the
    letter says nothing but that. In the caller's transaction; returns how many letters."""
    texts = words(language)
    filled = {
        "workspace": settings.AUREOLE_WORKSPACE,
        "source": source,
        "months": Counted(Schedule.now().months("customer"), language),
        "home": f"{settings.AUREOLE_BASE_URL}/portal/privacy/",
    }
    heading, body = (texts["moved_here"][name].format(**filled) for name in ("heading", "text"))
    paragraphs = [texts["greeting"], body, ending_of(texts)]
    return len(write_everywhere(person_id, "moved_here", heading, paragraphs))


def write_everywhere(
    person_id: uuid.UUID, kind: str, heading: str, paragraphs: list[str]
) -> list[RequestLetter]:
    """To every address that can be reached, also one that proves nothing: for what hands nothing over. In the caller's
    transaction."""
    reached = [a for a in address_book().addresses(person_id) if courier(a.kind) is not None]
    return [_queue(None, person_id, kind, address, heading, paragraphs) for address in reached]


def tell_breach(person_id: uuid.UUID, *, language: str, said: str, number: int) -> int:
    """GDPR Art. 34: what happened to their data, in the officer's words, at every address of their own. In the caller's
    transaction; returns how many letters, 0 when nothing reaches them."""
    texts = words(language)
    heading = texts["breach"]["heading"].format(workspace=settings.AUREOLE_WORKSPACE)
    ending = texts["breach"]["ending"].format(number=number)
    paragraphs = [texts["greeting"], texts["breach"]["text"], said.strip(), ending, ending_of(texts)]
    reached = own_addresses(person_id)
    return len([_queue(None, person_id, "breach", address, heading, paragraphs) for address in reached])


def send_code(request: RightsRequest, address: KnownAddress, code: str) -> None:
    _write(request, "code", address, code=code)


def _tell_everywhere(request: RightsRequest, kind: str, **values: str | Counted) -> None:
    if request.person_id is None or request.is_own_decision:  # nobody asked, so nobody waits for an answer
        return
    for address in own_addresses(request.person_id):
        _write(request, kind, address, **values)


def composed(request: RightsRequest, kind: str, **values: str | Counted) -> tuple[str, list[str]]:
    """Heading and paragraphs of a letter of that kind, in the person's language."""
    texts = words(request.language)
    filled = {
        "number": str(request.number),
        "kind": texts["kinds"][request.kind],
        "workspace": settings.AUREOLE_WORKSPACE,
        "due": written_day(clock_of(request).due_on(today()), request.language),
        "link": page_of(request),
        "not_me": not_me_link(request),
        "home": f"{settings.AUREOLE_BASE_URL}/portal/privacy/",
        "days": Counted(DAYS, request.language),
        **values,
    }
    body = texts[kind]["text"].format(**filled)
    return texts[kind]["heading"].format(**filled), [texts["greeting"], body, ending_of(texts)]


def _write(request: RightsRequest, kind: str, address: KnownAddress, **values: str | Counted) -> None:
    assert request.subject_id is not None, "letters go out before an erasure"
    heading, paragraphs = composed(request, kind, **values)
    _queue(request, request.subject_id, kind, address, heading, paragraphs)


def _queue(
    request: RightsRequest | None,
    subject_id: uuid.UUID,
    kind: str,
    address: KnownAddress,
    heading: str,
    paragraphs: list[str],
) -> RequestLetter:
    body = "\n\n".join(paragraphs)
    letter = RequestLetter.objects.create(
        request=request, kind=kind, identifier_id=address.identifier_id, channel=address.kind,
        subject_id=subject_id, heading=heading,
        text=f"{body}\n\n{settings.AUREOLE_WORKSPACE}\n", state=LetterState.WAITING, created_at=now(),
    )  # fmt: skip
    store_job("privacy.send_request_letter", letter_id=letter.id)
    return letter
