"""What anonymising somebody would keep, what would go, and what stands in its way."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from aureole.kernel.errors import NotFound
from aureole.privacy.anonymising.ports import carriers, obstacles
from aureole.privacy.anonymising.singling_out import Finding, needed, singled_out, stays_together
from aureole.privacy.erasure.plan import Plan
from aureole.privacy.erasure.plan import plan_of as erasure_plan_of
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import Blocker, Count, directory

SINGLED_OUT, NOTHING_STAYS = "singled_out", "nothing_stays"
INSTEAD = "Erase them instead; the figures of their conversations stay then, too."


@dataclass(frozen=True, kw_only=True, slots=True)
class AnonymisingPlan(Plan):
    """A plan of an erasure with rows that stay under a pseudonym; those are not among what goes.

    apart   each conversation gets a pseudonym of its own
    needed  how many people must share what stays
    """

    stays: tuple[Count, ...]
    findings: tuple[Finding, ...]
    apart: bool
    needed: int

    @property
    def hash(self) -> str:
        content = [
            super(AnonymisingPlan, self).hash,
            [(c.place, c.count) for c in self.stays],
            self.apart,
            self.needed,
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def kept_rows(self) -> int:
        return sum(count.count for count in self.stays)

    def as_json(self) -> dict[str, object]:
        content = super(AnonymisingPlan, self).as_json()
        return content | {
            "stays": [asdict(c) for c in self.stays],
            "apart": self.apart,
            "needed": self.needed,
        }


def make_anonymising_plan(person_id: uuid.UUID) -> AnonymisingPlan:
    """The plan for this person as things stand. Raises NotFound when there is no such person."""
    known = directory().known_as(person_id)
    if known is None:
        raise NotFound("person_not_found", "There is no such person here; they may have been erased already.")
    return anonymising_plan_of(Subject(known))


def anonymising_plan_of(subject: Subject) -> AnonymisingPlan:
    """The plan for somebody who was just looked up."""
    whole = erasure_plan_of(subject)
    stays = [count for carrier in carriers() for count in carrier.count(subject) if count.count]
    findings = singled_out([subject.person_id])
    return AnonymisingPlan(
        person_id=whole.person_id,
        erase=tuple(_without(whole.erase, stays)),
        keep=whole.keep,
        blockers=(*whole.blockers, *obstacles(subject.person_id), *_verdict(stays, findings)),
        stays=tuple(stays),
        findings=tuple(findings),
        apart=not stays_together(subject.person_id),
        needed=needed(),
    )


def _without(goes: Iterable[Count], stays: Sequence[Count]) -> Iterable[Count]:
    staying = Counter[str]()
    for count in stays:
        staying[count.place] += count.count
    for count in goes:
        left = count.count - staying[count.place]
        if left > 0:
            yield replace(count, count=left)


def _verdict(stays: Sequence[Count], findings: Sequence[Finding]) -> list[Blocker]:
    if not stays:
        reason = f"Nothing of this person could stay without them: no conversation is theirs alone. {INSTEAD}"
        return [Blocker(code=NOTHING_STAYS, reason=reason)]
    return [Blocker(code=SINGLED_OUT, reason=f"{finding.sentence} {INSTEAD}") for finding in findings]
