"""A refusal or an extension as a letter on paper: PDF, in the person's language (GDPR Art. 12(3) and (4))."""

from __future__ import annotations

import uuid

from django.conf import settings

from aureole.kernel.errors import Refused
from aureole.privacy.export.sheet import Chapter, Sheet, as_pdf, sheet_of
from aureole.privacy.models import RequestStep, RightsRequest
from aureole.privacy.ports import directory
from aureole.privacy.rights.letters import composed, ground_of
from aureole.privacy.rights.queue import request_named, steps_of

_STEP_OF = {"refusal": "refused", "extension": "extended"}


def letter_pdf(request_id: uuid.UUID) -> bytes:
    """The letter of a request that was refused, else of one that was extended. The caller has checked who asks.

    Raises NotFound; Refused when there is neither, or nobody left to write to.
    """
    return as_pdf(letter_sheet(request_named(str(request_id))))


def letter_sheet(request: RightsRequest) -> Sheet:
    """What it says, for a page too. Raises Refused when there is no such letter, or nobody left to write to."""
    if request.person_id is None or request.subject_id is None:
        raise Refused("letter_nobody", "Nobody is known who could get this letter. Nothing was written.")
    kind, step = _told(request)
    values = {"reason": str(step.reason or "").strip()}
    if kind == "refusal":
        values["ground"] = ground_of(request)
    heading, paragraphs = composed(request, kind, **values)
    known = directory().known_as(request.person_id)
    sentences = [line for paragraph in paragraphs for line in paragraph.splitlines() if line.strip()]
    return sheet_of(
        [Chapter(sentences=tuple(sentences))], title=heading, sender=settings.AUREOLE_WORKSPACE,
        name=next(iter(known.names), "") if known else "", at=step.at, language=request.language,
    )  # fmt: skip


def _told(request: RightsRequest) -> tuple[str, RequestStep]:
    """The kind of letter and the step it tells of: the last one that has a letter."""
    by_step = {step: kind for kind, step in _STEP_OF.items()}
    found = [step for step in steps_of(request) if step.what in by_step]
    if not found:
        raise Refused(
            "letter_none", "This request was neither refused nor extended, so there is no such letter."
        )
    return by_step[found[-1].what], found[-1]
