"""The root key's provider, what lies under it, and the fences of erased persons."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections

from aureole.kernel.errors import AureoleError, Away
from aureole.ops.doctor.finding import Finding, amber, green, red


def checks() -> Iterator[Finding]:
    try:
        yield from _status()
    except AureoleError as trouble:
        yield red(
            "root key", trouble.sentence, "Do what the sentence says; `aureole keys status` looks again."
        )
    yield from _fences()


def _status() -> Iterator[Finding]:
    from aureole.vault.key_status import KeyStatus, key_status
    from aureole.vault.wrapping_keys import current_head

    found: KeyStatus = key_status()
    present = found.present
    if not present.answers:
        yield red("root key", present.trouble or "", "Repair the provider; until then nothing can be opened.")
        return
    yield green("root key", f"{present.kind} {present.key_id}, answers in {present.milliseconds:.0f} ms")
    try:
        current_head()
    except Away as trouble:
        yield red("key store", trouble.sentence, "Wait for it, or repair the server.")
        return
    yield green(
        "key store opens", f"{found.person_keys['active']} person keys, {found.system_keys} of the system"
    )
    if found.under_former_key:
        yield amber(
            "former keys",
            f"{found.under_former_key} keys lie under a former key.",
            "Run `aureole keys rotate`.",
        )
    elif found.former:
        yield amber(
            "former keys",
            "Nothing lies under the former root key any more.",
            "Unset AUREOLE_FORMER_ROOT_KEY_URLS; keep the key as long as you keep key store backups of before.",
        )
    if found.being_rotated:
        yield amber(
            "person keys",
            f"{found.being_rotated} person keys were rotated half-way; everything can be read.",
            "Run the same `aureole keys rotate --person` again.",
        )


def _fences() -> Iterator[Finding]:
    from aureole.vault.keystore.fences import FENCE_TABLES
    from aureole.vault.keystore.router import KEYS

    for table in FENCE_TABLES:
        check = f"fences {table}"
        with connections[KEYS].cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'DELETE, TRUNCATE'), (SELECT count(*) FROM pg_trigger "
                "WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O')",
                [table, table],
            )
            may_delete, triggers = cursor.fetchone()
        if may_delete:
            yield red(check, "The application may delete fences.", "Run `aureole init`; see who granted it.")
        elif triggers < 2:
            yield red(
                check, "Its triggers are missing or switched off.", "Restore the schema from a trusted copy."
            )
        else:
            yield green(check, "an erased person can get no key: rights and triggers hold")
