"""The tree: grows, proves, and tells when somebody who owns the database has been at it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger import verifier
from aureole.ledger.audit import Finding, audit
from aureole.ledger.checkpoints import bring_up_to_date, latest_checkpoint, log_key
from aureole.ledger.kept import hashes_beside, write_hashes
from aureole.ledger.merkle import root_at
from aureole.ledger.models import Entry, Leaf, Shard, SignedCheckpoint, Unplaced
from aureole.ledger.nodes import StoredNodes, leaves_of
from aureole.ledger.notes import sign_checkpoint
from aureole.ledger.proofs import prove_entry, prove_growth
from aureole.ledger.record import record
from aureole.ledger.retention import closed_months, let_month_go
from aureole.ledger.sequencer import log_of, place_entries

OPERATOR = Actor.operator()
MARCH = datetime(2026, 3, 9, 10, tzinfo=UTC)


def _write(count: int, at: datetime = MARCH) -> list[Entry]:
    with clock.at(at), transaction.atomic():
        return [record("privacy.explained", by=OPERATOR) for _ in range(count)]


def _sign(at: datetime = MARCH) -> str:
    with clock.at(at):
        bring_up_to_date()
    return latest_checkpoint().note


def _as_owner(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")


def _words(finding: Finding) -> list[tuple[int, str]]:
    return [(p.index, p.problem) for p in finding.problems]


def test_every_entry_can_be_proven_to_the_newest_checkpoint_with_the_public_verifier(db: None) -> None:
    entries = _write(300)
    _sign()
    for entry in (entries[0], entries[255], entries[256], entries[299]):
        text = verifier.write_proof(prove_entry(entry.uid))
        found, checkpoint = verifier.verify_proof(text, log_key())
        assert str(entry.uid).encode() in found
        assert checkpoint.size == 300


def test_a_later_checkpoint_is_the_continuation_of_every_earlier_one(db: None) -> None:
    notes = []
    for count in (1, 2, 5, 250, 300):
        _write(count)
        notes.append(verifier.read_checkpoint(verifier.read_note(_sign())))
    for old in notes:
        for new in notes:
            if old.size <= new.size:
                proof = prove_growth("2026-03", old.size, new.size)
                verifier.verify_consistency(
                    old_size=old.size, new_size=new.size, old_root=old.root, new_root=new.root, proof=proof
                )


def test_an_untouched_log_verifies_and_counts_its_entries(db: None) -> None:
    _write(20)
    old = _sign()
    _write(7)
    _sign()
    finding = audit(held_against=[old])
    assert finding.ok
    assert finding.entries == Entry.objects.count()


def test_an_entry_written_in_a_transaction_that_fails_gets_no_place(transactional_db: None) -> None:
    _write(1)
    with transaction.atomic():
        _write(1)
        transaction.set_rollback(True)
    assert place_entries() == 1
    assert Unplaced.objects.count() == 0


def test_entries_committed_out_of_their_order_all_get_a_place(transactional_db: None) -> None:
    started, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with clock.at(MARCH), transaction.atomic():
            record("privacy.explained", by=OPERATOR)
            started.set()
            finish.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(10)
    _write(3)
    assert place_entries() == 3
    finish.set()
    thread.join(10)
    assert place_entries() == 1
    with clock.at(MARCH):
        bring_up_to_date()
    assert audit().ok
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == [0, 1, 2, 3]


def test_two_sequencers_at_once_give_each_entry_one_place(transactional_db: None) -> None:
    _write(40)

    def place() -> None:
        place_entries()
        connections.close_all()

    threads = [threading.Thread(target=place) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(Leaf.objects.values_list("index", flat=True)) == list(range(40))


# ------------------------------------------------------------------ tampering, as the owner of the database


def _edit(entries: list[Entry]) -> int:
    _as_owner("UPDATE ledger_entry SET actor_kind = 'system' WHERE number = %s", entries[4].number)
    return 4


def _drop(entries: list[Entry]) -> int:
    _as_owner("DELETE FROM ledger_entry WHERE number = %s", entries[5].number)
    return 5


def _drop_with_its_place(entries: list[Entry]) -> int:
    _as_owner("DELETE FROM ledger_entry WHERE number = %s", entries[6].number)
    _as_owner("DELETE FROM ledger_leaf WHERE entry_number = %s", entries[6].number)
    return 6


def _insert(entries: list[Entry]) -> int:
    _as_owner(
        "INSERT INTO ledger_entry (uid, type, at, actor_kind, facts)"
        " VALUES (gen_random_uuid(), 'privacy.explained', now(), 'system', '{}')"
    )
    return -1


def _swap(entries: list[Entry]) -> int:
    a, b = entries[2], entries[3]
    _as_owner("UPDATE ledger_leaf SET entry_number = -1 WHERE entry_number = %s", a.number)
    _as_owner("UPDATE ledger_leaf SET entry_number = %s WHERE entry_number = %s", a.number, b.number)
    _as_owner("UPDATE ledger_leaf SET entry_number = %s WHERE entry_number = -1", b.number)
    return 2


def _cut(entries: list[Entry]) -> int:
    for table in ("ledger_entry", "ledger_leaf"):
        column = "number" if table == "ledger_entry" else "entry_number"
        _as_owner(f"DELETE FROM {table} WHERE {column} >= %s", entries[8].number)
    _as_owner("DELETE FROM ledger_checkpoint")
    _as_owner("UPDATE ledger_shard SET size = 8")
    return 8


def _write_anew(entries: list[Entry]) -> int:
    """Change one entry and everything in the database that commits to it; only the signature cannot be made."""
    entry = entries[7]
    _as_owner("UPDATE ledger_entry SET actor_kind = 'system' WHERE number = %s", entry.number)
    entry.refresh_from_db()
    from aureole.ledger.leaf import hash_of

    _as_owner("UPDATE ledger_leaf SET hash = %s WHERE entry_number = %s", hash_of(entry), entry.number)
    _as_owner("DELETE FROM ledger_checkpoint")
    return 0


@pytest.mark.parametrize("tamper", [_edit, _drop, _drop_with_its_place, _insert, _swap, _cut, _write_anew])
def test_an_older_checkpoint_names_what_was_done_to_the_log(
    db: None, tamper: Callable[[list[Entry]], int]
) -> None:
    entries = _write(10)
    old = _sign()
    _write(3)
    _sign()
    index = tamper(entries)
    finding = audit(held_against=[old])
    assert not finding.ok
    assert index in [at for at, _ in _words(finding)], _words(finding)


def test_a_log_written_anew_between_two_checkpoints_is_narrowed_to_them(db: None) -> None:
    entries = _write(10)
    first = _sign()
    _write(3)
    second = _sign()
    entry = Entry.objects.order_by("-number")[1]
    _as_owner("UPDATE ledger_entry SET actor_kind = 'system' WHERE number = %s", entry.number)
    entry.refresh_from_db()
    from aureole.ledger.leaf import hash_of

    _as_owner("UPDATE ledger_leaf SET hash = %s WHERE entry_number = %s", hash_of(entry), entry.number)
    _as_owner("DELETE FROM ledger_checkpoint")
    assert len(entries) == 10
    assert _words(audit(held_against=[first, second])) == [
        (
            10,
            "The log was written anew: of the entries 10 to 12 at least one is not what the checkpoint of 13 entries "
            "signed. Which, only hashes kept beside a checkpoint can say. The 10 before stay proven.",
        )
    ]


def _resign_each_size() -> None:
    """So that the last entry alone seems to differ from what somebody kept."""
    _as_owner("DELETE FROM ledger_checkpoint")
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
    entries = _write(10)
    old = _sign()
    kept = hashes_beside(tmp_path / "old.checkpoint", "2026-03")
    write_hashes(kept, lambda start: leaves_of("2026-03", start, 10))
    _write(3)
    statements, named = _ANEW[what]
    for statement, values in statements(entries[0].number):
        _as_owner(statement, *values)
    for table in ("checkpoint", "node", "leaf", "unplaced"):
        _as_owner(f"DELETE FROM ledger_{table}")
    _as_owner("UPDATE ledger_shard SET size = 0")
    _as_owner("INSERT INTO ledger_unplaced SELECT number FROM ledger_entry")
    _sign()
    assert audit().ok, "whoever owns the keys can sign another log"
    found = _words(audit(held_against=[old], hashes=[kept.read_bytes()]))
    assert [at for at, _ in found] == [at for at, _ in named], found
    assert all(words in said for (_, said), (_, words) in zip(found, named, strict=True)), found
    _resign_each_size()
    blamed = _words(audit(held_against=[old]))
    assert [at for at, _ in blamed] == ([0] if named else []), "what the key signed anew narrows nothing"
    if named:
        with pytest.raises(Refused, match="with which this log does not begin"):
            write_hashes(kept, lambda start: leaves_of("2026-03", start, 13))
    assert kept.stat().st_size == 320
    changed = kept.read_bytes()[:-1] + b"?"
    assert "they were not used" in audit(held_against=[old], hashes=[changed]).problems[0].problem


def test_a_checkpoint_that_was_changed_or_signed_by_others_is_not_believed(db: None) -> None:
    _write(3)
    note = _sign()
    assert "cannot be used" in audit(held_against=[note.replace("\n3\n", "\n4\n")]).problems[0].problem
    assert "cannot be used" in audit(held_against=["nonsense"]).problems[0].problem


def test_the_log_refuses_change_to_its_tree_and_checkpoints(db: None) -> None:
    _write(2)
    _sign()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE ledger_leaf SET hash = hash",
        "DELETE FROM ledger_checkpoint",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_leaf",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# ------------------------------------------------------------------ months


def test_each_month_has_a_tree_of_its_own_and_a_past_one_closes(db: None) -> None:
    _write(2)
    _write(3, MARCH + timedelta(days=30))
    _sign(MARCH + timedelta(days=31))
    assert list(Shard.objects.order_by("name").values_list("name", "size")) == [
        ("2026-03", 2),
        ("2026-04", 3),
    ]
    assert Shard.objects.get(pk="2026-03").closed_at is not None
    late = _write(1)
    with clock.at(MARCH + timedelta(days=31)):
        place_entries()
    assert Leaf.objects.get(pk=late[0].number).shard_id == "2026-04", "a closed month takes nothing more"


def test_a_month_whose_time_is_over_goes_and_the_others_still_verify(db: None) -> None:
    old = datetime(2020, 1, 5, tzinfo=UTC)
    _write(5, old)
    outside = _sign(old)
    _write(4)
    _sign()
    assert closed_months() == {"2020-01": 5}
    with clock.at(datetime(2021, 1, 31, tzinfo=UTC)):
        assert let_month_go("2020-01", by=OPERATOR) is None, "younger than a year"
    assert [let_month_go(month, by=OPERATOR) for month in ("2020-01", "2020-01", "2026-03")] == [
        5,
        None,
        None,
    ]
    bring_up_to_date()
    assert Entry.objects.count() == 5, "four, and the one that says so"
    finding = audit(held_against=[outside])
    assert (finding.ok, finding.past) == (True, ["2020-01"]), _words(finding)
    assert "not the one a checkpoint signed" in audit(held_against=[_forged(outside)]).problems[0].problem


def _forged(note: str) -> str:
    """What the key would have signed of another log of the same size."""
    said = verifier.read_checkpoint(verifier.read_note(note))
    return sign_checkpoint(verifier.Checkpoint(said.origin, said.size, bytes(32)), log_of(said.origin))


@pytest.mark.parametrize(
    ("gone_on", "words"),
    [("2026-03-20", "before its time"), ("2027-05-01", "no entry of the log says that it was let go")],
)
def test_a_month_that_was_made_away_with_is_named(db: None, gone_on: str, words: str) -> None:
    """As the owner of the database: its entries gone, and the month said to be past."""
    _write(5)
    old = _sign()
    for table in ("ledger_entry", "ledger_leaf"):
        _as_owner(f"DELETE FROM {table}")
    _as_owner("UPDATE ledger_shard SET retired_at = %s", gone_on)
    assert any(words in said for _, said in _words(audit(held_against=[old])))


# ------------------------------------------------------------------ the file that is given away


def test_the_single_file_verifier_runs_without_the_product(db: None, tmp_path: Path) -> None:
    entry = _write(3)[1]
    _sign()
    proof = tmp_path / "entry.tlog-proof"
    proof.write_text(verifier.write_proof(prove_entry(entry.uid)))
    alone = tmp_path / "verifier.py"
    alone.write_text(Path(verifier.__file__).read_text())
    command = [sys.executable, "-I", str(alone), str(proof), "--key", log_key()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.startswith("Holds")) == (0, True), done.stdout + done.stderr
    proof.write_text(proof.read_text().replace("index 1", "index 2"))
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert "Does not hold" in again.stdout
