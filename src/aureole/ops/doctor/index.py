"""The search index: whether all of it was made by this version."""

from __future__ import annotations

from collections.abc import Iterator

from aureole.ops.doctor.finding import Finding, amber, green


def checks() -> Iterator[Finding]:
    from aureole.search.re_index import rows_of_older
    from aureole.search.upkeep import states

    words = states()[0]
    rows, waiting = sum(words.rows.values()), rows_of_older("file")
    older = rows_of_older() - waiting
    if older:
        yield amber(
            "search index",
            f"{older} of {rows} rows were made by an older version: until they are made anew, two records of one "
            "person and full names in texts may be missed.",
            "The worker goes on by itself every ten minutes; `aureole search go-on` does it now.",
        )
    else:
        unread = f"; {waiting} attached files wait to be read by the worker" if waiting else ""
        yield green("search index", f"{rows} rows, made by this version{unread}")
