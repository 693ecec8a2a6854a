"""The tree: grows, gives each entry one place, proves it, and refuses to be changed."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction

from aureole.kernel import clock
from aureole.ledger import verifier
from aureole.ledger.audit import audit
from aureole.ledger.checkpoints import bring_up_to_date, log_key
from aureole.ledger.models import Entry, Leaf, Unplaced
from aureole.ledger.proofs import prove_entry, prove_growth
from aureole.ledger.record import record
from aureole.ledger.sequencer import place_entries
from aureole.ledger.tests.writing import MARCH, OPERATOR, sign, write


def test_every_entry_can_be_proven_to_the_newest_checkpoint_with_the_public_verifier(db: None) -> None:
    entries = write(300)
    sign()
    for entry in (entries[0], entries[255], entries[256], entries[299]):
        text = verifier.write_proof(prove_entry(entry.uid))
        found, checkpoint = verifier.verify_proof(text, log_key())
        assert str(entry.uid).encode() in found
        assert checkpoint.size == 300


def test_a_later_checkpoint_is_the_continuation_of_every_earlier_one(db: None) -> None:
    notes = []
    for count in (1, 2, 5, 250, 300):
        write(count)
        notes.append(verifier.read_checkpoint(verifier.read_note(sign())))
    for old in notes:
        for new in notes:
            if old.size <= new.size:
                proof = prove_growth("2026-03", old.size, new.size)
                verifier.verify_consistency(
                    old_size=old.size, new_size=new.size, old_root=old.root, new_root=new.root, proof=proof
                )


def test_an_untouched_log_verifies_and_counts_its_entries(db: None) -> None:
    write(20)
    old = sign()
    write(7)
    sign()
    finding = audit(held_against=[old])
    assert finding.ok
    assert finding.entries == Entry.objects.count()


def test_an_entry_written_in_a_transaction_that_fails_gets_no_place(transactional_db: None) -> None:
    write(1)
    with transaction.atomic():
        write(1)
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
    write(3)
    assert place_entries() == 3
    finish.set()
    thread.join(10)
    assert place_entries() == 1
    with clock.at(MARCH):
        bring_up_to_date()
    assert audit().ok
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == [0, 1, 2, 3]


def test_two_sequencers_at_once_give_each_entry_one_place(transactional_db: None) -> None:
    write(40)

    def place() -> None:
        place_entries()
        connections.close_all()

    threads = [threading.Thread(target=place) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(Leaf.objects.values_list("index", flat=True)) == list(range(40))


def test_the_log_refuses_change_to_its_tree_and_checkpoints(db: None) -> None:
    write(2)
    sign()
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


def test_the_single_file_verifier_runs_without_the_product(db: None, tmp_path: Path) -> None:
    entry = write(3)[1]
    sign()
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
