"""Secondary indexes set aside while rows pour in, and built again afterwards, each in one go."""

from __future__ import annotations

from bench.making.copying import Session

_SECONDARY = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace IN ('public'::regnamespace, 'floor'::regnamespace)
  AND c.relname NOT LIKE 'procrastinate%' AND NOT i.indisunique
ORDER BY pg_get_indexdef(i.indexrelid)
"""


def set_aside(session: Session) -> list[str]:
    """Drops every index that forbids nothing; returns the statements that make them again."""
    session.execute("SET search_path = pg_catalog")  # so that names come with their schema
    found = session.execute(_SECONDARY).fetchall()
    for name, _ in found:
        session.execute(f"DROP INDEX {name}")
    session.execute("RESET search_path")
    return [str(statement) for _, statement in found]


def build(session: Session, statements: list[str]) -> None:
    session.execute("SET maintenance_work_mem = '512MB'; SET max_parallel_maintenance_workers = 2")
    for statement in statements:
        session.execute(statement)
    session.execute("RESET maintenance_work_mem; RESET max_parallel_maintenance_workers")


__all__ = ["build", "set_aside"]
