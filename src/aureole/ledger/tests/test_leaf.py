"""The bytes of an entry, held against a JSON library."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aureole.ledger.leaf import leaf_text

_codes = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
_facts = st.dictionaries(_codes, st.integers(-(2**53), 2**53) | _codes, max_size=5)
_hashes = st.none() | st.binary(min_size=16, max_size=16)
_moments = st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(uid=st.uuids(), kind=_codes, at=_moments, actor=_hashes, person=_hashes, facts=_facts)
def test_an_entry_is_canonical_json(
    uid: uuid.UUID,
    kind: str,
    at: datetime,
    actor: bytes | None,
    person: bytes | None,
    facts: dict[str, int | str],
) -> None:
    text = leaf_text(uid, f"desk.{kind}", at, "agent", actor, person, facts, None)
    read = json.loads(text)
    assert json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text
    assert read["facts"] == facts
    assert read["uid"] == str(uid)
    assert datetime.fromisoformat(read["at"]) == at


def test_neither_the_zone_nor_the_order_of_the_database_changes_a_leaf() -> None:
    uid, at = uuid.uuid4(), datetime(2026, 3, 9, 10, tzinfo=UTC)
    elsewhere = at.astimezone(timezone(timedelta(hours=5)))
    one = leaf_text(uid, "desk.replied", at, "agent", None, None, {"b": 1, "a": "x"}, None)
    other = leaf_text(uid, "desk.replied", elsewhere, "agent", None, None, '{"a": "x", "b": 1}', None)
    assert one == other
