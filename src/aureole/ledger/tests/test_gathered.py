from __future__ import annotations

import pytest

from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.ledger.record import gathered, record

pytestmark = pytest.mark.django_db
BY = Actor.system()


def record_and_fail() -> None:
    with gathered():
        record("people.created", by=BY, source="email")
        raise ValueError("trouble")


def test_entries_of_a_block_take_one_statement_and_keep_their_order(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    with django_assert_num_queries(1), gathered():  # type: ignore[operator]
        first = record("people.created", by=BY, source="email")
        second = record("mail.quarantined", by=BY, reason="empty")
    assert first.number < second.number
    assert list(Entry.objects.order_by("number").values_list("uid", flat=True))[-2:] == [
        first.uid,
        second.uid,
    ]


def test_a_block_that_fails_logs_nothing() -> None:
    before = Entry.objects.count()
    with pytest.raises(ValueError, match="trouble"):
        record_and_fail()
    assert Entry.objects.count() == before
