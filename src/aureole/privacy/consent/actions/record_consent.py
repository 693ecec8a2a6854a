from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.text import one_line, storable
from aureole.ledger.record import record
from aureole.privacy.consent.sending import hold, known, refuse_erasing
from aureole.privacy.models import Consent, ConsentChannel, ConsentEnd, ConsentProof, Objection
from aureole.privacy.ports import directory
from aureole.privacy.rights.letters import LANGUAGES

LONGEST_WORDING = 4000


def record_consent(
    *,
    person_id: uuid.UUID,
    purpose: str,
    wording: str,
    version: str,
    language: str,
    channel: str,
    proof: str,
    by: Actor,
    given_at: datetime | None = None,
) -> Consent:
    """Note that the person said yes to one purpose. The same words twice are one; other words replace it.

    wording   the very words they agreed to; version  what that text is called
    channel   of ConsentChannel; proof  of ConsentProof
    A yes ends an objection to the same purpose. Raises NotFound, and Refused for a person whose data is restricted
    (a withdrawal or an objection of theirs is always taken), a child nobody has answered for, a purpose that does not
    rest on consent, missing words, or a moment in the future.
    """
    words, name = storable(wording).strip(), one_line(storable(version))
    _refuse_unusable(purpose, words, name, language, channel, proof)
    at = given_at or now()
    if at > now():
        raise Refused("consent_in_future", "A consent cannot be given in the future. Nothing was stored.")
    with transaction.atomic():
        directory().refuse_consent(person_id)  # before the hold, in the order of whoever sends
        hold(person_id)
        refuse_erasing(person_id)
        counts = Consent.objects.filter(person_id=person_id, purpose=purpose, ended_at=None)
        same = counts.filter(version=name, language=language).first()
        if same is not None:
            return same
        counts.update(ended_at=now(), end=ConsentEnd.REPLACED)
        Objection.objects.filter(person_id=person_id, purpose=purpose).delete()
        consent = Consent(
            person_id=person_id, purpose=purpose, wording=words, version=name, language=language,
            channel=channel, proof=proof, given_at=at,
        )  # fmt: skip
        consent.save(force_insert=True)
        record("consent.given", by=by, person=person_id, channel=channel, details={"purpose": purpose})
    return consent


def _refuse_unusable(purpose: str, words: str, version: str, language: str, channel: str, proof: str) -> None:
    if known(purpose).basis != "consent":
        raise Refused(
            "consent_not_needed",
            f"{purpose!r} does not rest on consent, so there is none to record. Nothing was stored.",
        )
    if not words or not version or len(words) > LONGEST_WORDING or len(version) > 40:
        raise Refused(
            "consent_words",
            f"A consent needs the words that were agreed to (at most {LONGEST_WORDING} characters) and what that "
            "text is called (at most 40). Nothing was stored.",
        )
    for value, choices, what in (
        (channel, ConsentChannel.values, "channel"),
        (proof, ConsentProof.values, "proof"),
        (language, LANGUAGES, "language"),
    ):
        if value not in choices:
            raise Refused(
                f"consent_{what}",
                f"That is no {what} of a consent. Known: {', '.join(choices)}. Nothing was stored.",
            )
