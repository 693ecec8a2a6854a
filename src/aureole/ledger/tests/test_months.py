"""Each month has a tree of its own, closes, and goes when its time is over; one made away with is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aureole.kernel import clock
from aureole.ledger import verifier
from aureole.ledger.audit import audit
from aureole.ledger.checkpoints import bring_up_to_date
from aureole.ledger.models import Entry, Leaf, Shard
from aureole.ledger.notes import sign_checkpoint
from aureole.ledger.retention import closed_months, let_month_go
from aureole.ledger.sequencer import log_of, place_entries
from aureole.ledger.tests.writing import MARCH, OPERATOR, as_owner, sign, words_of, write


def test_each_month_has_a_tree_of_its_own_and_a_past_one_closes(db: None) -> None:
    write(2)
    write(3, MARCH + timedelta(days=30))
    sign(MARCH + timedelta(days=31))
    assert list(Shard.objects.order_by("name").values_list("name", "size")) == [
        ("2026-03", 2),
        ("2026-04", 3),
    ]
    assert Shard.objects.get(pk="2026-03").closed_at is not None
    late = write(1)
    with clock.at(MARCH + timedelta(days=31)):
        place_entries()
    assert Leaf.objects.get(pk=late[0].number).shard_id == "2026-04", "a closed month takes nothing more"


def test_a_month_whose_time_is_over_goes_and_the_others_still_verify(db: None) -> None:
    old = datetime(2020, 1, 5, tzinfo=UTC)
    write(5, old)
    outside = sign(old)
    write(4)
    sign()
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
    assert (finding.ok, finding.past) == (True, ["2020-01"]), words_of(finding)
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
    write(5)
    old = sign()
    for table in ("ledger_entry", "ledger_leaf"):
        as_owner(f"DELETE FROM {table}")
    as_owner("UPDATE ledger_shard SET retired_at = %s", gone_on)
    assert any(words in said for _, said in words_of(audit(held_against=[old])))
