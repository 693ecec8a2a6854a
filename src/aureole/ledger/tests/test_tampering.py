"""Whoever has been at the log as the owner of the database is told of, and what he changed is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aureole.kernel.errors import Refused
from aureole.ledger import verifier
from aureole.ledger.audit import audit, record_audit
from aureole.ledger.kept import hashes_beside, write_hashes
from aureole.ledger.merkle import root_at
from aureole.ledger.models import Entry, Shard, SignedCheckpoint
from aureole.ledger.nodes import StoredNodes, leaves_of
from aureole.ledger.notes import sign_checkpoint
from aureole.ledger.sequencer import log_of
from aureole.ledger.tests.writing import as_owner, sign, words_of, write


def _edit(entries: list[Entry]) -> int:
    as_owner("UPDATE ledger_entry SET actor_kind = 'system' WHERE number = %s", entries[4].number)
    return 4


def _drop(entries: list[Entry]) -> int:
    as_owner("DELETE FROM ledger_entry WHERE number = %s", entries[5].number)
    return 5


def _drop_with_its_place(entries: list[Entry]) -> int:
    as_owner("DELETE FROM ledger_entry WHERE number = %s", entries[6].number)
    as_owner("DELETE FROM ledger_leaf WHERE entry_number = %s", entries[6].number)
    return 6


def _insert(entries: list[Entry]) -> int:
    as_owner(
        "INSERT INTO ledger_entry (uid, type, at, actor_kind, facts)"
        " VALUES (gen_random_uuid(), 'privacy.explained', now(), 'system', '{}')"
    )
    return -1


def _swap(entries: list[Entry]) -> int:
    a, b = entries[2], entries[3]
    as_owner("UPDATE ledger_leaf SET entry_number = -1 WHERE entry_number = %s", a.number)
    as_owner("UPDATE ledger_leaf SET entry_number = %s WHERE entry_number = %s", a.number, b.number)
    as_owner("UPDATE ledger_leaf SET entry_number = %s WHERE entry_number = -1", b.number)
    return 2


def _cut(entries: list[Entry]) -> int:
    for table in ("ledger_entry", "ledger_leaf"):
        column = "number" if table == "ledger_entry" else "entry_number"
        as_owner(f"DELETE FROM {table} WHERE {column} >= %s", entries[8].number)
    as_owner("DELETE FROM ledger_checkpoint")
    as_owner("UPDATE ledger_shard SET size = 8")
    return 8


def _write_anew(entries: list[Entry]) -> int:
    """Change one entry and everything in the database that commits to it; only the signature cannot be made."""
    entry = entries[7]
    as_owner("UPDATE ledger_entry SET actor_kind = 'system' WHERE number = %s", entry.number)
    entry.refresh_from_db()
    from aureole.ledger.leaf import hash_of

    as_owner("UPDATE ledger_leaf SET hash = %s WHERE entry_number = %s", hash_of(entry), entry.number)
    as_owner("DELETE FROM ledger_checkpoint")
    return 0


@pytest.mark.parametrize("tamper", [_edit, _drop, _drop_with_its_place, _insert, _swap, _cut, _write_anew])
def test_an_older_checkpoint_names_what_was_done_to_the_log(
    db: None, tamper: Callable[[list[Entry]], int]
) -> None:
    entries = write(10)
    old = sign()
    write(3)
    sign()
    index = tamper(entries)
    finding = audit(held_against=[old])
    assert not finding.ok
    assert index in [at for at, _ in words_of(finding)], words_of(finding)


def test_a_log_written_anew_between_two_checkpoints_is_narrowed_to_them(db: None) -> None:
    entries = write(10)
    first = sign()
    write(3)
    second = sign()
    entry = Entry.objects.order_by("-number")[1]
    as_owner("UPDATE ledger_entry SET actor_kind = 'system' WHERE number = %s", entry.number)
    entry.refresh_from_db()
    from aureole.ledger.leaf import hash_of

    as_owner("UPDATE ledger_leaf SET hash = %s WHERE entry_number = %s", hash_of(entry), entry.number)
    as_owner("DELETE FROM ledger_checkpoint")
    assert len(entries) == 10
    assert words_of(audit(held_against=[first, second])) == [
        (
            10,
            "The log was written anew: of the entries 10 to 12 at least one is not what the checkpoint of 13 entries "
            "signed. Which, only hashes kept beside a checkpoint can say. The 10 before stay proven.",
        )
    ]


def _resign_each_size() -> None:
    """So that the last entry alone seems to differ from what somebody kept."""
    as_owner("DELETE FROM ledger_checkpoint")
    origin, at = Shard.objects.get(pk="2026-03").origin, datetime.now(UTC)
    for size in (1, 5, 8, 9):
        root = root_at(size, StoredNodes("2026-03"))
        note = sign_checkpoint(verifier.Checkpoint(origin, size, root), log_of(origin))
        SignedCheckpoint.objects.create(shard_id="2026-03", size=size, note=note, made_at=at)


_SWAP = "UPDATE ledger_entry SET number = %s WHERE number = %s"
_ADD = (
    "INSERT INTO ledger_entry (number, uid, type, at, actor_kind, facts)"
    " SELECT %s, gen_random_uuid(), type, at, actor_kind, facts FROM ledger_entry LIMIT 1"
)
_ANEW: dict[str, tuple[Callable[[int], list[tuple[str, tuple[int, ...]]]], list[tuple[int, str]]]] = {
    "edit": (
        lambda first: [("UPDATE ledger_entry SET actor_kind = 'system' WHERE number = %s", (first + 7,))],
        [(7, "entry 7 is not the entry 7 that was kept outside.")],
    ),
    "edit the last": (
        lambda first: [("UPDATE ledger_entry SET actor_kind = 'system' WHERE number = %s", (first + 9,))],
        [(9, "entry 9 is not the entry 9 that was kept outside.")],
    ),
    "drop": (
        lambda first: [("DELETE FROM ledger_entry WHERE number IN (%s, %s)", (first + 2, first + 5))],
        [(2, "entry 2, as it was kept outside, was taken out."), (5, "entry 5, as it was kept outside, was")],
    ),
    "insert": (
        lambda first: [(_ADD, (first - 1,))],
        [(0, "entry 0 was put in; it is not among those kept outside.")],
    ),
    "swap": (
        lambda first: [
            (_SWAP, places)
            for places in ((-9, first + 3), (first + 3, first + 4), (first + 4, -9))
        ],
        [(3, "entry 3, as it was kept outside, was taken out."), (4, "The entry that stood at 3 was moved here.")],
    ),
    "nothing": (lambda first: [], []),
}  # fmt: skip


@pytest.mark.parametrize("what", _ANEW)
def test_with_the_hashes_kept_beside_a_checkpoint_an_entry_is_named_though_all_was_signed_anew(
    db: None, what: str, tmp_path: Path
) -> None:
    """By somebody who owns the database and the keys: what was said is changed, the tree grown and signed again."""
    entries = write(10)
    old = sign()
    kept = hashes_beside(tmp_path / "old.checkpoint", "2026-03")
    write_hashes(kept, lambda start: leaves_of("2026-03", start, 10))
    write(3)
    statements, named = _ANEW[what]
    for statement, values in statements(entries[0].number):
        as_owner(statement, *values)
    for table in ("checkpoint", "node", "leaf", "unplaced"):
        as_owner(f"DELETE FROM ledger_{table}")
    as_owner("UPDATE ledger_shard SET size = 0")
    as_owner("INSERT INTO ledger_unplaced SELECT number FROM ledger_entry")
    sign()
    assert audit().ok, "whoever owns the keys can sign another log"
    found = words_of(audit(held_against=[old], hashes=[kept.read_bytes()]))
    assert [at for at, _ in found] == [at for at, _ in named], found
    assert all(words in said for (_, said), (_, words) in zip(found, named, strict=True)), found
    _resign_each_size()
    blamed = words_of(audit(held_against=[old]))
    assert [at for at, _ in blamed] == ([0] if named else []), "what the key signed anew narrows nothing"
    if named:
        with pytest.raises(Refused, match="with which this log does not begin"):
            write_hashes(kept, lambda start: leaves_of("2026-03", start, 13))
    assert kept.stat().st_size == 320
    whole = kept.read_bytes()
    changed = whole[:-1] + bytes([whole[-1] ^ 1])
    assert "they were not used" in audit(held_against=[old], hashes=[changed]).unjudged[0].why


def test_a_checkpoint_that_was_changed_or_signed_by_others_is_not_believed(db: None) -> None:
    write(3)
    note = sign()
    for other in (note.replace("\n3\n", "\n4\n"), note.replace(note.partition("/")[0], "other.example")):
        found = audit(held_against=[note, other])
        assert "is not this log's" in found.problems[0].problem, (
            "so says one that was kept, whatever is done here"
        )
        assert found.unjudged == []
    cut = note.rpartition("\n\n")[0]
    found = audit(held_against=[note, "nonsense", cut])
    assert (found.ok, [one.place for one in found.unjudged]) == (True, [1, 2])
    assert (record_audit(found, 5).problems, record_audit(found, 5).unjudged) == ([], 2)
    as_owner(
        "UPDATE ledger_entry SET type = 'desk.ticket_opened' WHERE number = %s", Entry.objects.first().number
    )
    assert not audit(held_against=["nonsense"]).ok, "what was found in the log stays found"
