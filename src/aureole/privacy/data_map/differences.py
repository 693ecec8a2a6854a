"""Two states of the data map compared, in sentences that need no knowledge of the code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aureole.privacy.data_map.rows import OUTSIDE

Row = dict[str, str]
# What may change about a column, with the words for before and now.
_ASPECTS = (
    ("purpose", "is used for “{now}”, before for “{before}”"),
    ("article", "rests on {now}, before on {before}"),
    ("retention", "is kept for “{now}”, before for “{before}”"),
    ("source", "comes from {now}, before from {before}"),
    ("category", "counts as {now}, before as {before}"),
    ("at_rest", "rests {now}, before {before}"),
    ("key_group", "is sealed with the key of “{now}”, before of “{before}”"),
    ("on_erase", "on an erasure: {now}; before: {before}"),
    ("exported", "in an export: {now}; before: {before}"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """kind: new, gone or changed; place: table or column it is about."""

    kind: str
    place: str
    sentence: str


def differences(before: Sequence[Row], now: Sequence[Row]) -> list[Difference]:
    """What is new first, then what is gone, then what changed. Empty when nothing did."""
    old, new = _by_table(before), _by_table(now)
    found = [_new_table(rows) for table, rows in new.items() if table not in old]
    found += [_gone_table(rows) for table, rows in old.items() if table not in new]
    for table in [table for table in new if table in old]:
        found += _in_table(old[table], new[table])
    order = ("new", "gone", "changed")
    return sorted(found, key=lambda one: (order.index(one.kind), one.place))


def _by_table(rows: Sequence[Row]) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}
    for row in rows:
        tables.setdefault(row["table"], []).append(row)
    return tables


def _name(row: Row) -> str:
    return row["label"].partition(":")[0]


def _field(row: Row) -> str:
    return row["label"].partition(": ")[2]


def _new_table(rows: Sequence[Row]) -> Difference:
    first = rows[0]
    if first["module"] == OUTSIDE:
        said = f"A new place outside the tables: “{_name(first)}”, {_field(first)}."
    else:
        count = "1 field" if len(rows) == 1 else f"{len(rows)} fields"
        said = (
            f"“{_name(first)}” is held now: {count} for “{first['purpose']}” ({first['article']}), kept "
            f"for “{first['retention']}”."
        )
    return Difference(kind="new", place=first["table"], sentence=said)


def _gone_table(rows: Sequence[Row]) -> Difference:
    return Difference(
        kind="gone", place=rows[0]["table"], sentence=f"“{_name(rows[0])}” is not held any more."
    )


def _in_table(before: Sequence[Row], now: Sequence[Row]) -> Iterator[Difference]:
    old, new = {row["field"]: row for row in before}, {row["field"]: row for row in now}
    for field, row in new.items():
        if field not in old:
            words = f"“{_name(row)}” now has “{_field(row)}” ({row['category']})."
            yield Difference(kind="new", place=_place(row), sentence=words)
    for field, row in old.items():
        if field not in new:
            words = f"“{_name(row)}” does not have “{_field(row)}” any more."
            yield Difference(kind="gone", place=_place(row), sentence=words)
    both = [(old[field], row) for field, row in new.items() if field in old]
    for aspect, words in _ASPECTS:
        yield from _changed(aspect, words, both)


def _changed(aspect: str, words: str, both: Sequence[tuple[Row, Row]]) -> Iterator[Difference]:
    """One sentence for the table where all of its columns changed alike, else one for each column."""
    changed = [(b, n) for b, n in both if b.get(aspect, "") != n.get(aspect, "")]
    alike = {(b.get(aspect, ""), n.get(aspect, "")) for b, n in changed}
    if changed and len(changed) == len(both) and len(alike) == 1:
        before, now = changed[0]
        yield _difference(f"“{_name(now)}”", now["table"], words, before.get(aspect, ""), now.get(aspect, ""))
        return
    for before, now in changed:
        whose = f"“{_field(now)}” of “{_name(now)}”"
        yield _difference(whose, _place(now), words, before.get(aspect, ""), now.get(aspect, ""))


def _difference(whose: str, place: str, words: str, before: str, now: str) -> Difference:
    said = words.format(before=before or "nothing", now=now or "nothing")
    return Difference(kind="changed", place=place, sentence=f"{whose} {said}.")


def _place(row: Row) -> str:
    return f"{row['table']}.{row['field']}" if row["field"] else row["table"]
