"""Both databases: reachable, new enough, right tables, and rights that are as narrow as promised."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections

from aureole.kernel.errors import AureoleError
from aureole.ops.doctor.finding import Finding, amber, green, red
from aureole.ops.instance import Instance
from aureole.ops.schema import connect, fingerprint, remembered
from config.addresses import DatabaseAddress
from config.env import Environment

SILENT_FOR = 30  # seconds


def checks_outside_django(here: Instance) -> Iterator[Finding]:
    for name, address in (("database", here.env.database), ("key store", here.env.keys_database)):
        if address is not None:
            yield _server(name, address, embedded=here.embedded)
            yield _tables(name, address)


def checks(env: Environment) -> Iterator[Finding]:
    yield _role()
    yield from _append_only()
    yield _one_place(env)
    yield _root_key()
    yield _worker()


def _server(name: str, address: DatabaseAddress, *, embedded: bool) -> Finding:
    with connect(address) as session:
        row = session.execute("SHOW server_version").fetchone()
    version = str(row[0]) if row else "?"
    if int(version.split(".")[0]) < 16:
        return red(name, f"PostgreSQL {version} is too old.", "Move to a server of version 16 or newer.")
    return green(name, f"PostgreSQL {version}, {'embedded' if embedded else 'external'}")


def _tables(name: str, address: DatabaseAddress) -> Finding:
    if remembered(address) != fingerprint():
        return red(f"tables of the {name}", "They are of another version.", "Run `aureole init`.")
    return green(f"tables of the {name}", "up to date")


def _role() -> Finding:
    row = _row("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
    if row is None or row[0] != "aureole_app" or row[1]:
        return red(
            "application role", "The application works with more rights than it needs.", "Run `aureole init`."
        )
    return green("application role", "restricted")


def _append_only() -> Iterator[Finding]:
    from aureole.ledger.append_only import APPEND_ONLY_TABLES

    for table in APPEND_ONLY_TABLES:
        check = f"append-only {table}"
        row = _row(
            "SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE'), "
            "(SELECT count(*) FROM pg_trigger "
            "WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O')",
            table,
            table,
        )
        if row is None or row[0]:
            yield red(
                check,
                "The application may change what was written.",
                "Run `aureole init`; see who granted it.",
            )
        elif int(str(row[1])) < 2:
            yield red(
                check, "Its triggers are missing or switched off.", "Restore the schema from a trusted copy."
            )
        else:
            yield green(check, "rights and triggers hold")


def _one_place(env: Environment) -> Finding:
    if env.database == env.keys_database:
        return red(
            "separation", "Data and keys share one database.", "Give KEYS_DATABASE_URL a database of its own."
        )
    return green("separation", "data and keys lie in two databases")


def _root_key() -> Finding:
    from aureole.vault.blind_index import KEY
    from aureole.vault.epochs import epochs

    try:
        epochs(KEY)
    except AureoleError as trouble:
        return red("root key", trouble.sentence, "Put back the root key file that belongs to this key store.")
    return green("root key", "opens the key store")


def _worker() -> Finding:
    row = _row(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
        SILENT_FOR,
    )
    if not row or not row[0]:
        return amber("worker", "No worker runs: mail and jobs wait.", "Run `aureole up`.")
    return green("worker", f"{row[0]} at work")


def _row(query: str, *values: str | int) -> tuple[object, ...] | None:
    with connections["default"].cursor() as cursor:
        cursor.execute(query, list(values))
        found: tuple[object, ...] | None = cursor.fetchone()
    return found
