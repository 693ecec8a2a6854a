"""The core of every restore: bring data that came from an earlier day up to the fence list, and index it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.privacy.ports import Count, restore_steps
from aureole.privacy.replay.persons import erase_again, erased_with_rows, fence_again, resume_begun
from aureole.privacy.replay.rows import lines_newer_than, put_back
from aureole.privacy.replay.standing import put_standing_back
from aureole.search.rebuild import rebuild
from aureole.vault.blind_rebuild import rebuild_blind_index
from aureole.vault.fences.journal import note_replayed
from aureole.vault.intake import instance_subject

Progress = Callable[[str, int], None]


@dataclass(kw_only=True)
class Replayed:
    """What the replay came to.

    keys      keys that were alive in this key store although the list has them fenced
    persons   erased persons who were back, by number; `rows` what went of them, by table
    texts     rows of others put back as they rested after the erasure; `deleted`, gone again
    withheld  texts and files taken out because their blacked-out form could not be put back
    resumed   erasures that were decided and not finished, carried out now; `refused`, that could not be
    standing  holds, restrictions, objections and ends of consents newer than the data, put back; by table
    held      what was stopped so that it does not go on where the backup left off
    """

    keys: int = 0
    persons: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    deleted: int = 0
    withheld: int = 0
    resumed: int = 0
    refused: int = 0
    standing: Counter[str] = field(default_factory=Counter)
    held: list[Count] = field(default_factory=list)
    identifiers: int = 0
    indexed: int = 0


def replay(
    as_of: datetime | None, *, without_fences: str | None = None, progress: Progress = lambda *_: None
) -> Replayed:
    """Everything erased since `as_of` is erased again, then the indexes are built. Repeatable after a crash.

    as_of            time of the data's last log entry when it came; None when it has none
    without_fences   the reason an operator gave for restoring without a current fence list; logged

    The caller keeps everybody out until it returns.
    """
    done = Replayed()
    done.keys = fence_again()
    for person_id in erased_with_rows():
        erase_again(person_id, done.rows.update)
        done.persons += 1
        progress("Erasing again", done.persons)
    _put_rows_back(done, as_of, progress)
    done.standing = put_standing_back(as_of)  # before anything is sent, or erased by resume_begun
    for step in restore_steps():
        with transaction.atomic():
            done.held.extend(count for count in step.run() if count.count)
    done.identifiers = rebuild_blind_index(lambda count: progress("Indexing addresses", count))
    done.indexed = rebuild(lambda count: progress("Indexing words", count))
    done.resumed, done.refused = resume_begun()  # last: it looks for mentions in the index
    _record(done, without_fences)
    note_replayed(done.persons)
    return done


def _put_rows_back(done: Replayed, as_of: datetime | None, progress: Progress) -> None:
    for number, line in enumerate(lines_newer_than(as_of), start=1):
        counts = put_back(line)
        done.texts += counts["texts"]
        done.deleted += counts["rows"]
        done.withheld += counts["withheld"]
        progress("Blacking out again", number)


def _record(done: Replayed, without_fences: str | None) -> None:
    with transaction.atomic():
        record(
            "privacy.replayed",
            by=Actor.operator(),
            details={"reason": without_fences} if without_fences else None,
            details_of=instance_subject(),
            persons=done.persons,
            rows=sum(done.rows.values()),
            texts=done.texts,
            withheld=done.withheld,
            resumed=done.resumed,
            fences="missing" if without_fences else "current",
        )
