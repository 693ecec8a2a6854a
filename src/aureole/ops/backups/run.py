"""A restore from the command line: decides where, then works inside Django, then swaps, each step repeatable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aureole.kernel.errors import Refused
from aureole.ops.backups import databases
from aureole.ops.backups.databases import Mark
from aureole.ops.backups.targets import (
    RECONCILE,
    Target,
    both,
    finish,
    plan_target,
    prepare,
    ready_mark,
    working_on,
)
from aureole.ops.backups.wanted import Wanted
from aureole.ops.instance import reach_databases, refuse_unprepared
from aureole.ops.serving import only_one
from config.addresses import DatabaseAddress
from config.env import Environment, read

if TYPE_CHECKING:
    from aureole.ops.backups.restore import Checked

Progress = Callable[[str, int, int | None], None]
Confirm = Callable[[], None]


def run_restore(wanted: Wanted, *, confirm: Confirm, progress: Progress) -> dict[str, Any]:
    """What it came to, as the command prints it. `confirm` is called before something living is replaced.

    Raises Refused with a sentence; the living instance is then as it was.
    """
    env = read()
    refuse_unprepared(env)
    with only_one(env.home), reach_databases() as here:
        data, keys = both(here.env.database, here.env.keys_database)
        for living in (data, keys):
            databases.refuse_in_use(living)
        targets = _Targets(
            data=plan_target(data) if wanted.data else None,
            keys=plan_target(keys) if wanted.keys else None,
            living_data=data,
            living_keys=keys,
        )
        with working_on(targets.data_now, targets.keys_now):
            report = _work(wanted, here.env, targets, confirm, progress)
        for target in targets.planned:
            finish(target.living)
        _sweep(data, progress)
        for living in (keys, data):
            databases.unmark(living)
    return report


class _Targets:
    """Which databases the restore fills, and which it leaves."""

    def __init__(
        self,
        *,
        data: Target | None,
        keys: Target | None,
        living_data: DatabaseAddress,
        living_keys: DatabaseAddress,
    ) -> None:
        self.data, self.keys = data, keys
        self.living_data, self.living_keys = living_data, living_keys

    @property
    def planned(self) -> list[Target]:
        return [target for target in (self.keys, self.data) if target is not None]

    @property
    def data_now(self) -> DatabaseAddress:
        return self.data.filled if self.data else self.living_data

    @property
    def keys_now(self) -> DatabaseAddress:
        return self.keys.filled if self.keys else self.living_keys


def _work(
    wanted: Wanted, env: Environment, targets: _Targets, confirm: Confirm, progress: Progress
) -> dict[str, Any]:
    from aureole.ops.backups.restore import check

    checked = check(wanted, progress)
    ready = [ready_mark(target.living, checked.source) for target in targets.planned]
    if all(ready) and ready[-1] is not None:
        return ready[-1].report or {}
    return _fill(wanted, env, targets, checked, confirm, progress)


def _fill(
    wanted: Wanted,
    env: Environment,
    targets: _Targets,
    checked: Checked,
    confirm: Confirm,
    progress: Progress,
) -> dict[str, Any]:
    from aureole.ops.backups.restore import catch_up, load, reach_fences, refuse_missing_keys

    _refuse_without_keys(targets)
    reached = reach_fences(wanted, env, targets.living_keys, progress)
    if _holds_something(targets):
        confirm()
    for target in targets.planned:
        prepare(target, checked.source)
    load(wanted, checked, targets.data, targets.keys, progress)
    refuse_missing_keys(wanted)
    mark = _mark_data(targets, checked)
    living = targets.living_data if targets.data and targets.data.is_beside else None
    report = catch_up(
        reached, mark, wanted=wanted, data=targets.data_now,
        living=living if living and databases.holds_rows(living, "people_person") else None, progress=progress,
    )  # fmt: skip
    report = {"backup": checked.source, **report}
    for target in targets.planned:
        databases.mark(target.filled, replace(mark, state="ready", source=checked.source, report=report))
    return report


def _mark_data(targets: _Targets, checked: Checked) -> Mark:
    """The mark of the data, with its age, which work on it must not change."""
    if targets.data is None:
        return mark_living(targets.living_data)
    mark = Mark(state="loading", source=checked.source, as_of=checked.manifests["data"].as_of)
    databases.mark(targets.data.filled, mark)
    return mark


def mark_living(data: DatabaseAddress) -> Mark:
    """Close a database that is brought up to the list where it is; a mark that is there keeps its age."""
    present = databases.marked(data)
    if present is not None:
        return present
    mark = Mark(state="loading", source=RECONCILE, as_of=databases.last_entry_at(data))
    databases.mark(data, mark)
    return mark


def _refuse_without_keys(targets: _Targets) -> None:
    if targets.keys is None and not databases.holds_rows(targets.living_keys, "keystore_person_key"):
        raise Refused(
            "keys.lost",
            "The key store here is empty, so nothing in the backup could be read. Nothing was changed. Restore the "
            "keys with it: --keys FOLDER, the keys/ of the same or a later backup.",
        )


def _holds_something(targets: _Targets) -> bool:
    tables = ((targets.data, "people_person"), (targets.keys, "keystore_person_key"))
    return any(
        target is not None and target.is_beside and databases.holds_rows(target.living, table)
        for target, table in tables
    )


def _sweep(data: DatabaseAddress, progress: Progress) -> None:
    from aureole.ops.backups.files import sweep

    sweep(data, progress)


def run_reconcile(wanted: Wanted, *, progress: Progress) -> dict[str, Any]:
    """Bring an instance whose databases were put back by other means up to the fence list, where they are."""
    env = read()
    refuse_unprepared(env)
    with only_one(env.home), reach_databases() as here:
        data, keys = both(here.env.database, here.env.keys_database)
        if ready := databases.marked(data):
            _refuse_other(ready)
        databases.refuse_in_use(data)
        with working_on(data, keys):
            from aureole.ops.backups.restore import catch_up, reach_fences, refuse_missing_keys
            from aureole.ops.schema import bring_up_to_date

            bring_up_to_date(read())
            refuse_missing_keys(wanted)
            mark = mark_living(data)
            reached = reach_fences(wanted, here.env, keys, progress)
            report = catch_up(reached, mark, wanted=wanted, data=data, living=None, progress=progress)
        _sweep(data, progress)
        databases.unmark(data)
    return report


def _refuse_other(mark: Mark) -> None:
    if mark.source != RECONCILE:
        raise Refused(
            "restore.unfinished",
            "A restore from a backup was interrupted here. Nothing was changed. Give that command again.",
        )
