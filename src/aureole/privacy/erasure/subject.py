"""The person an erasure is about, and what is asked of the index about them: once, however many ask."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import Model

from aureole.privacy.erasure.places import PersonCounts, planned_counts
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.erasure.together import Keys
from aureole.privacy.marks import records_of
from aureole.privacy.ports import KnownAs, directory
from aureole.search.find import Mention, mentioning


@dataclass(frozen=True)
class Subject:
    """Holds personal data and what was true when it was first asked: keep it for one step of the work only.

    doomed  rows that an `ErasureStep` wants gone, by model: the engine deletes them together with the person's own,
            so that no row is changed on the way that goes right after
    """

    known: KnownAs
    doomed: dict[type[Model], Keys] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, person_id: uuid.UUID) -> Subject:
        """Somebody who is gone already is known by nothing."""
        return cls(directory().known_as(person_id) or KnownAs(person_id=person_id))

    @property
    def person_id(self) -> uuid.UUID:
        return self.known.person_id

    @cached_property
    def sure(self) -> KnownAs:
        """A name that another living person bears too is theirs as well: only addresses and numbers are sure then."""
        named = [hit.row_id for hit in self._hits if hit.kind == "person"]
        shared = {n for n in self.known.names if directory().bearers(n, besides=self.person_id, among=named)}
        return replace(self.known, names=tuple(name for name in self.known.names if name not in shared))

    @cached_property
    def records(self) -> list[uuid.UUID]:
        """Those that are the person's, the ones included that were merged."""
        return records_of(self.person_id)

    def count(self, counts: PersonCounts) -> tuple[int, ...]:
        """What a plan counts of the person, in the order of the places: asked once for all who plan."""
        return self._planned[counts]

    @cached_property
    def _planned(self) -> dict[PersonCounts, tuple[int, ...]]:
        return planned_counts(self.person_id)

    @cached_property
    def redactor(self) -> Redactor:
        """Of what is sure."""
        return Redactor.of(self.sure)

    @cached_property
    def candidates(self) -> dict[str, list[uuid.UUID]]:
        """Rows of others whose words include all of a sure name's, or exactly an address or number, by kind."""
        hits = self._hits if self.sure.names == self.known.names else _hits(self.sure)
        found: dict[str, list[uuid.UUID]] = defaultdict(list)
        for hit in hits:
            found[hit.kind].append(hit.row_id)
        return found

    @cached_property
    def _hits(self) -> Sequence[Mention]:
        return _hits(self.known)


def _hits(known: KnownAs) -> Sequence[Mention]:
    phrases = [*known.names, *known.emails, *known.phones, *known.others]
    return mentioning(phrases, exclude_person=known.person_id)
