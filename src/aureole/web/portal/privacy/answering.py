"""What a person can do with their open request: answer a question, take it back."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.text import storable
from aureole.privacy.models import RequestState, RightsRequest
from aureole.privacy.rights.actions.resume_request import resume_request
from aureole.privacy.rights.actions.take_back_request import take_back_request
from aureole.privacy.rights.queue import steps_of
from aureole.web.portal.language import language_of, texts
from aureole.web.portal.page import portal_view, say_refusal
from aureole.web.portal.privacy.forms import MOST_WORDS
from aureole.web.portal.privacy.passes import proof_in, request_for_outsiders
from aureole.web.portal.privacy.request_page import closed_page, opened_page


@portal_view
@require_POST
def take_back(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    found = request_for_outsiders(request_id)
    proof = proof_in(request, found)
    if proof is None:
        return closed_page(request, request_id)
    t = texts(language_of(request))
    if found.state != RequestState.WITHDRAWN:  # else it was pressed twice
        try:
            take_back_request(request_id=found.pk, by=_person(found))
        except Refused as refusal:
            errors = [(say_refusal(refusal, language_of(request)), "")]
            return opened_page(request, request_id, found, proof, errors=errors)
    return opened_page(request, request_id, found, proof, said=t["request"]["taken_back"])


@portal_view
@sensitive_post_parameters("answer")
@require_POST
def answer(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    """The answer lies sealed in the timeline, and the clock goes on. Sent twice it counts once; another one, for which
    nobody waits any more, stands on the page again, to be copied."""
    found = request_for_outsiders(request_id)
    proof = proof_in(request, found)
    t, words = texts(language_of(request)), request.POST.get("answer", "").strip()
    if proof is None:
        return closed_page(request, request_id, said=t["gate"]["kept"] if words else "")
    if not words or len(words) > MOST_WORDS:
        sentence = t["errors"]["too_long" if words else "answer_missing"].format(most=MOST_WORDS)
        return opened_page(request, request_id, found, proof, errors=[(sentence, "answer")])
    try:
        resume_request(request_id=found.pk, by=_person(found), reason=words)
    except Refused as refusal:
        if not _has_answered(found, words):
            errors = [(say_refusal(refusal, language_of(request)), "")]
            return opened_page(request, request_id, found, proof, errors=errors)
    return opened_page(request, request_id, found, proof, said=t["request"]["answered"])


def _has_answered(found: RightsRequest, words: str) -> bool:
    resumed = [step for step in steps_of(found) if step.what == "resumed"]
    return bool(resumed) and resumed[-1].reason == storable(words).strip()


def _person(found: RightsRequest) -> Actor:
    return Actor(kind="customer", person_id=found.person_id)
