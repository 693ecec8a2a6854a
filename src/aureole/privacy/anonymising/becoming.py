"""Into whom a person's rows turn: fresh persons, of whom nothing leads back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aureole.kernel.clock import now
from aureole.kernel.ids import timeless_id
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.ports import directory


@dataclass(frozen=True, kw_only=True, slots=True)
class Becoming:
    """What a run needs to know of the other side; it is kept sealed under the person's last key and goes with it.

    person_id  the pseudonym
    staff_id   the pseudonym's staff account, should the person have one
    apart      each conversation gets a pseudonym of its own, because together they would single the person out
    redactor   blacks out the person's own texts
    """

    person_id: uuid.UUID
    staff_id: uuid.UUID
    apart: bool
    redactor: Redactor

    @classmethod
    def of(cls, subject: Subject, ids: Sequence[str], *, apart: bool) -> Becoming:
        person_id, staff_id = map(uuid.UUID, ids)
        described = directory().described(subject.person_id)
        redactor = Redactor.closely(subject.known, described)
        return cls(person_id=person_id, staff_id=staff_id, apart=apart, redactor=redactor)

    def for_one_conversation(self, of: uuid.UUID, since: datetime) -> uuid.UUID:
        """Whose it becomes; that pseudonym exists then, since the month of the conversation: that of the run would tell
        which of them it made."""
        return self._made(of, timeless_id() if self.apart else self.person_id, since)

    def for_staff(self, of: uuid.UUID) -> uuid.UUID:
        return self._made(of, self.person_id, now())

    def _made(self, of: uuid.UUID, pseudonym: uuid.UUID, since: datetime) -> uuid.UUID:
        directory().make_pseudonym(of, pseudonym, since)
        return pseudonym


def fresh_ids() -> list[str]:
    """For `Becoming.of`."""
    return [str(timeless_id()), str(timeless_id())]
