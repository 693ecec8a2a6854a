"""How large a made company is, per table and per message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from bench.floor import Floor, connect
from bench.making.copying import Session
from bench.making.plan import Plan

_SCHEMA = """
SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint, coalesce(sum(pg_indexes_size(oid)), 0)::bigint
FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace
"""
_INDEX = """
SELECT pg_relation_size('public.search_entry_tokens'), pg_table_size('public.search_entry'),
       pg_relation_size('floor.search_entry_words_idx'), pg_table_size('floor.search_entry')
"""
_TABLES = """
SELECT relname, reltuples::bigint, pg_total_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_total_relation_size(oid) > 1000000
ORDER BY 3 DESC
"""


def report(plan: Plan, floor: Floor, seconds: float, say: Callable[[str], None]) -> None:
    """Figures for people. `seconds` is how long the rows took."""
    messages, session = plan.messages, floor.session
    say(f"{messages:,} messages ({plan.parts * 500:,} and those of {len(plan.heavy)} heavy persons and "
        f"{len(plan.busy)} busy tickets): {messages / seconds:,.0f} messages/s")  # fmt: skip

    def line(name: str, size: int) -> None:
        say(f"  {name:<34} {size / 1e6:>10,.1f} MB  {size / messages:>8,.0f} bytes per message")

    for schema in ("public", "floor"):
        tables, indexes = _two(session, _SCHEMA, [schema])
        line(f"tables of {schema}", tables)
        line(f"indexes of {schema}", indexes)
    found = session.execute(_INDEX).fetchone() or (0, 0, 0, 0)
    for name, size in zip(
        ("search index (tokens)", "its table", "floor's search index", "its table, with texts"),
        found,
        strict=True,
    ):
        line(name, size)
    with connect("keys") as keys:
        line("key store", sum(_two(keys, _SCHEMA, ["public"])))
    line("file store", _folder(Path(unquote(urlsplit(settings.AUREOLE_FILES_URL).path))))
    for table, rows, size in session.execute(_TABLES).fetchall():
        line(f"  {table}, {rows:,} rows", size)


def _two(session: Session, query: str, values: list[str]) -> tuple[int, int]:
    row = session.execute(query, values).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _folder(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
