"""Search everything an instance keeps for given texts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from django.conf import settings

from aureole.kernel.reading_files.kinds import NOT_LOOKED_AT
from aureole.privacy.residue import opened, stored
from aureole.privacy.residue.columns import Table, tables, with_rows
from aureole.privacy.residue.folders import scan_folder, search_folder
from aureole.privacy.residue.matcher import SHORTEST_IN_SEALED, Matcher
from aureole.privacy.residue.namesakes import Namesakes
from aureole.privacy.residue.report import Gathering, Place, Progress, ResidueReport
from aureole.privacy.residue.tables import search_table

_DATABASES = {"default": "data database", "keys": "key store"}
_NEVER_SEARCHED = (
    "backups (they hold no keys), and what was exported or copied out of this instance",
    "the database server's own files: write-ahead log, and deleted rows until it clears them",
    "memory of running programs",
    "the secrets folder",
)
_DEEP_NOT_SEARCHED = f"words inside {NOT_LOOKED_AT}"
_SHALLOW_NOT_SEARCHED = "sealed values of other people, unopened here"
Step = tuple[str, Callable[[], None]]


def scan(
    texts: Sequence[str],
    *,
    deep: bool,
    besides: uuid.UUID | None = None,
    progress: Progress | None = None,
) -> ResidueReport:
    """Every place that holds one of the texts, plain or in the usual encodings.

    deep     open every sealed value and file as well; costs time proportional to the whole instance
    besides  the person looked for, whose own name makes nobody their namesake

    Reads only; safe to interrupt. A table that cannot be read is named under `not_searched`.
    """
    gathering = Gathering()
    matcher = Matcher(texts)
    steps = [*_table_steps(matcher, gathering), *_file_steps(matcher, gathering)]
    if deep:
        steps += _deep_steps(matcher, Namesakes(texts, besides=besides), gathering)
    for done, (name, step) in enumerate(steps):
        if progress:
            progress(done, len(steps), name)
        step()
    gathering.not_searched += [*_NEVER_SEARCHED, _DEEP_NOT_SEARCHED if deep else _SHALLOW_NOT_SEARCHED]
    gathering.not_searched += _too_short(texts)
    return gathering.report()


def _table_steps(matcher: Matcher, gathering: Gathering) -> list[Step]:
    steps: list[Step] = []
    for alias, label in _DATABASES.items():
        every = tables(alias)
        readable = [table for table in every if table.readable]
        gathering.not_searched += [
            f"{label}: {t.shown} (no right to read it)" for t in every if not t.readable
        ]
        columns = sum(len(table.columns) for table in readable)
        gathering.searched.append(f"{label}: {columns} columns of {len(readable)} tables")
        steps += [
            (table.shown, _search(table, alias, matcher, gathering)) for table in with_rows(readable, alias)
        ]
    return steps


def _search(table: Table, alias: str, matcher: Matcher, gathering: Gathering) -> Callable[[], None]:
    return lambda: search_table(table, alias, matcher, gathering)


def _file_steps(matcher: Matcher, gathering: Gathering) -> list[Step]:
    home = Path(settings.AUREOLE_HOME)
    store = settings.AUREOLE_FILES.folder  # None: a bucket
    skipped = (home / "secrets", store) if store else (home / "secrets",)

    def search_home() -> None:
        seen = search_folder(home, matcher, gathering, place="home folder", skip=skipped)
        gathering.searched.append(f"home folder with its logs: {seen} files")

    return [
        ("file store", lambda: stored.search_file_store(matcher, gathering)),
        ("home folder", search_home),
    ]


def _deep_steps(matcher: Matcher, namesakes: Namesakes, gathering: Gathering) -> list[Step]:
    models = opened.sealed_models()

    def search_rest() -> None:
        opened.search_log_details(matcher, namesakes, gathering)
        opened.search_sealed_files(matcher, namesakes, gathering)
        gathering.searched.append(f"sealed values of {len(models)} tables, sealed files and reasons, opened")

    steps: list[Step] = [
        (
            f"{model._meta.db_table}, opened",
            partial(opened.search_sealed_columns, model, matcher, namesakes, gathering),
        )
        for model in models
    ]
    return [*steps, ("sealed files, opened", search_rest)]


def _too_short(texts: Sequence[str]) -> list[str]:
    """What is not looked for on purpose, because chance alone would find it."""
    if all(len(text.encode()) >= SHORTEST_IN_SEALED for text in texts):
        return []
    return [f"texts of fewer than {SHORTEST_IN_SEALED} letters inside sealed bytes and in base64"]


__all__ = ["Place", "ResidueReport", "scan", "scan_folder"]
