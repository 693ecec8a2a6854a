"""What letters about a request share: their words are made alike, and they go to every address of the person."""

from __future__ import annotations

from django.conf import settings

from aureole.privacy.export.sheet import Counted, written_day
from aureole.privacy.export.stored import DAYS
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.links import home, not_me_link, page_of
from aureole.privacy.rights.letters.outbox import own_addresses, queue_letter
from aureole.privacy.rights.letters.wording import ending_of, words
from aureole.privacy.rights.place import clock_of, today
from aureole.privacy.rights.ports import KnownAddress, others_hear

_TELLS_OF_OTHERS = ("done", "waiting")


def tell_requester(request: RightsRequest, kind: str, **values: str | Counted) -> None:
    """At every address they used themselves."""
    if request.person_id is None or request.is_own_decision:  # nobody asked, so nobody waits for an answer
        return
    for address in own_addresses(request.person_id):
        write_about(request, kind, address, **values)


def composed(request: RightsRequest, kind: str, **values: str | Counted) -> tuple[str, list[str]]:
    """Heading and paragraphs of a letter of that kind, in the person's language. It names nobody else: who got the data
    and whether they heard of this (GDPR Art. 19, sentence 2) stands behind a code, and the letter says so."""
    texts = words(request.language)
    filled = {
        "number": str(request.number),
        "kind": texts["kinds"][request.kind],
        "workspace": settings.AUREOLE_WORKSPACE,
        "due": written_day(clock_of(request).due_on(today()), request.language),
        "link": page_of(request),
        "not_me": not_me_link(request),
        "home": home(),
        "days": Counted(DAYS, request.language),
        **values,
    }
    body = texts[kind]["text"].format(**filled)
    others = [texts["recipients"]] if kind in _TELLS_OF_OTHERS and others_hear(request) else []
    return texts[kind]["heading"].format(**filled), [texts["greeting"], body, *others, ending_of(texts)]


def write_about(request: RightsRequest, kind: str, address: KnownAddress, **values: str | Counted) -> None:
    assert request.subject_id is not None, "letters go out before an erasure"
    heading, paragraphs = composed(request, kind, **values)
    queue_letter(request, request.subject_id, kind, address, heading, paragraphs)
