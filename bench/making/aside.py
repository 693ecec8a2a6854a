"""Secondary indexes and foreign keys set aside while rows pour in; afterwards built, and checked, each in one go."""

from __future__ import annotations

from bench.making.copying import Session

_WHERE = "IN ('public'::regnamespace, 'floor'::regnamespace)"
_INDEXES = f"""
SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace {_WHERE} AND c.relname NOT LIKE 'procrastinate%' AND NOT i.indisunique
ORDER BY 2
"""
_REFERENCES = f"""
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype = 'f' AND connamespace {_WHERE} AND conrelid::regclass::text NOT LIKE '%procrastinate%'
ORDER BY 2
"""


def set_aside(session: Session) -> list[str]:
    """Drops them; returns the statements that make them again. What forbids two equal rows stays, and so do
    triggers and checks."""
    session.execute("SET search_path = pg_catalog")  # so that names come with their schema
    again: list[str] = []
    for query in (_INDEXES, _REFERENCES):
        for drop, make in session.execute(query).fetchall():
            session.execute(drop)
            again.append(make)
    session.execute("RESET search_path")
    return again


def put_back(session: Session, statements: list[str]) -> None:
    """Raises psycopg's IntegrityError when a row refers to one that is not there."""
    session.execute("SET maintenance_work_mem = '512MB'; SET max_parallel_maintenance_workers = 2")
    for statement in statements:
        session.execute(statement)
    session.execute("RESET maintenance_work_mem; RESET max_parallel_maintenance_workers")
