"""What a person said yes and no to, purpose by purpose, with everything that was before."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass

from aureole.privacy.consent.sending import stoppable
from aureole.privacy.models import Consent, Objection
from aureole.privacy.vocabulary import Purpose, purposes
from aureole.vault.unlock import unlock


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One purpose. `consents` newest first; `current` is the one that counts, None for none."""

    purpose: Purpose
    consents: tuple[Consent, ...]
    objection: Objection | None

    @property
    def current(self) -> Consent | None:
        return next((one for one in self.consents if one.ended_at is None), None)

    @property
    def takes_consent(self) -> bool:
        return self.purpose.basis == "consent"

    @property
    def can_be_objected_to(self) -> bool:
        """A consent is withdrawn; against what rests on a contract or a law there is no objection (Art. 21(1))."""
        return stoppable(self.purpose) and not self.takes_consent and self.objection is None


def standings_of(person_id: uuid.UUID, *, is_staff: bool = False) -> list[Standing]:
    """Every purpose that is declared and may be theirs, those a person can stop first. Three queries, the keys with
    them.

    is_staff  whether they work here
    """
    given: dict[str, list[Consent]] = defaultdict(list)
    for one in unlock(Consent.objects.filter(person_id=person_id).order_by("-given_at", "-id")):
        given[one.purpose].append(one)
    objected = {one.purpose: one for one in Objection.objects.filter(person_id=person_id)}
    found = [
        Standing(purpose=p, consents=tuple(given[p.key]), objection=objected.get(p.key))
        for p in purposes()
        if is_staff or not p.staff
    ]
    return sorted(found, key=lambda line: (not line.takes_consent, not stoppable(line.purpose)))
