"""The person in other people's texts: the index says where to look, opening says what is there."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.ports import KnownAs, Redaction, directory, mention_places
from aureole.search.find import mentioning

_BATCH = 200


def candidates(known: KnownAs) -> dict[str, list[uuid.UUID]]:
    """Rows of others whose words include all of a name's, or exactly an address or number, by kind."""
    phrases = [*known.names, *known.emails, *known.phones, *known.others]
    found: dict[str, dict[uuid.UUID, None]] = defaultdict(dict)
    for hit in mentioning(phrases, exclude_person=known.person_id):
        found[hit.kind][hit.row_id] = None
    return {kind: list(rows) for kind, rows in found.items()}


def without_namesakes(known: KnownAs) -> KnownAs:
    """A name that another living person bears too is theirs as well: only addresses and numbers are sure then."""
    sole = tuple(n for n in known.names if not directory().bearers(n, besides=known.person_id))
    return KnownAs(
        person_id=known.person_id, names=sole, emails=known.emails, phones=known.phones, others=known.others
    )


def redact_mentions(known: KnownAs, *, dry: bool) -> list[Redaction]:
    """Black the person out wherever the index points. With `dry` only say where that would be."""
    sure = without_namesakes(known)
    redactor = Redactor.of(sure)
    done: list[Redaction] = []
    for kind, row_ids in candidates(sure).items():
        for place in mention_places():
            if place.kind == kind:
                done.extend(_in_batches(place.redact, row_ids, redactor, dry))
    return done


def _in_batches(
    redact: object, row_ids: Sequence[uuid.UUID], redactor: Redactor, dry: bool
) -> Iterable[Redaction]:
    for start in range(0, len(row_ids), _BATCH):
        yield from redact(row_ids[start : start + _BATCH], redactor, dry=dry)  # type: ignore[operator]
