"""`aureole backup …`: create, restore, reconcile, readable, list, expire."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from aureole.kernel.errors import Refused
from aureole.ops.backups.wanted import Wanted
from aureole.ops.cli.backup_words import say_readable, say_report
from aureole.ops.cli.output import Json, Step, progress, report, waiting

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A new folder; its keys/ belong somewhere else.")]
From = Annotated[
    Path | None,
    typer.Argument(metavar="DIR", help="The folder of a backup (or its data/). Left out: keys only."),
]
Keys = Annotated[
    Path | None,
    typer.Option("--keys", metavar="DIR", help="Bring back this key store too. Left out: today's keys stay."),
]
Fences = Annotated[
    Path | None,
    typer.Option("--fences", metavar="DIR", help="A current fence list, as AUREOLE_FENCES_FOLDER holds it."),
]
Accept = Annotated[
    str | None,
    typer.Option(
        "--accept-missing-fences", metavar="REASON",
        help="Bring keys back although erased persons may come back with them; logged with the reason.",
    ),
]  # fmt: skip
WriteOff = Annotated[
    bool, typer.Option("--write-off-lost", help="Go on although the key store lacks keys of some persons.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Replace what is here without asking.")]
Shelf = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that holds backups.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Backups.", rich_markup_mode=None)
    app.add_typer(group, name="backup")
    for command in (create, restore, reconcile, readable):
        group.command(command.__name__)(command)
    group.command("list")(list_backups)
    group.command("expire")(expire)


@contextmanager
def stages() -> Iterator[Callable[[str, int, int | None], None]]:
    """One bar per stage, on stderr; each replaces the one before it."""
    with ExitStack() as outer:
        current: list[Any] = ["", ExitStack(), None]

        def show(stage: str, done: int, of: int | None) -> None:
            if stage != current[0]:
                current[1].close()
                current[:] = [stage, ExitStack(), None]
                current[2] = current[1].enter_context(waiting(stage) if of is None else progress(stage))
            if of is not None and current[2] is not None:
                step: Step = current[2]
                step(done, of)

        outer.callback(lambda: current[1].close())
        yield show


def create(folder: Folder, json: Json = False) -> None:
    """Write a backup: sealed data without indexes and sealed files in data/, the key store in keys/.

    Keep the two apart, and delete keys/ after seven days (`aureole backup expire`): that is when an erased
    person is gone from every backup. The root key is in neither; keep a copy of it apart from both. Both parts
    are signed, and come from one moment. The folder appears whole or not at all. Work goes on meanwhile.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.ops.backups.create import create_backup

        with stages() as show:
            backup = create_backup(folder, progress=show)
        answer.tell(
            folder=str(folder), backup=backup.data.backup, made_at=backup.data.made_at,
            delete_keys_on=backup.keys.delete_on, files=backup.data.files + backup.keys.files,
            bytes=backup.data.size + backup.keys.size, missing_files=backup.data.missing_files,
            ledger=backup.data.ledger,
        )  # fmt: skip
        answer.say(
            f"Written: {folder}, {backup.data.size + backup.keys.size:,} bytes. Keep {folder}/keys apart"
        )
        answer.say(f"from the rest, and delete it on {backup.keys.delete_on}. The root key is not in it.")
        if backup.data.missing_files:
            answer.say(
                f"{backup.data.missing_files} files that rows name are not in the file store: look into it."
            )


def restore(
    folder: From = None, keys: Keys = None, fences: Fences = None, accept: Accept = None,
    write_off: WriteOff = False, yes: Yes = False, json: Json = False,
) -> None:  # fmt: skip
    """Bring back a backup, and erase again whoever was erased since, before anything opens.

    Data is restored under today's keys unless --keys names a key store. It is loaded beside the living databases
    and swapped in at the end, so an interrupted restore leaves the instance as it was, or goes on when it is given
    again. What is not in the backup is told and lost. Everybody signs in again; answers that waited to be sent
    wait for an agent. Stop Aureole on every machine first.
    """
    from aureole.ops.backups.run import run_restore

    if folder is None and keys is None:
        raise Refused(
            "restore.nothing", "Name the folder of a backup, or a key store with --keys. Nothing was done."
        )
    with report(json) as answer:
        wanted = _wanted(folder, keys, fences, accept, write_off)
        with stages() as show:
            found = run_restore(wanted, confirm=lambda: _confirm(yes, asking=not json), progress=show)
        answer.tell(**found)
        say_report(answer, found)


def reconcile(fences: Fences = None, write_off: WriteOff = False, json: Json = False) -> None:
    """After you put a database back by other means (point in time recovery, a snapshot): erase again, index, report.

    Every instance that finds its data or its keys older than the fence list stays closed until this is done.
    Stop Aureole on every machine first. Safe to repeat.
    """
    from aureole.ops.backups.run import run_reconcile

    with report(json) as answer:
        with stages() as show:
            found = run_reconcile(_wanted(None, None, fences, None, write_off), progress=show)
        answer.tell(**found)
        say_report(answer, found)


def readable(json: Json = False) -> None:
    """Count what can be read with the keys at hand, what was erased, and what is lost because its key is missing.

    Opens no value and changes nothing. Works on an instance that stays closed.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance(sound=False), waiting("Counting"):
        from aureole.ops.backups.readable import examine_readable

        found = examine_readable()
        answer.tell(**found.as_json())
        say_readable(answer, found.as_json())


def list_backups(folder: Shelf, json: Json = False) -> None:
    """The backups in a folder, with their age, and whether their keys are still there. Needs no instance."""
    from aureole.ops.backups.shelf import backups_in

    with report(json) as answer:
        found = backups_in(folder)
        answer.tell(backups=[one.as_json() for one in found])
        answer.table(
            ("Folder", "Made", "Keys", "Delete keys on"),
            [(one.folder.name, one.made_at[:19], one.keys_word, one.delete_on or "") for one in found],
        )
        if not found:
            answer.say("No backup there.")


def expire(folder: Shelf, json: Json = False) -> None:
    """Delete the key stores in a folder of backups whose days are over. The data stays.

    Run it every day, wherever key stores are kept: an erased person is gone from backups only when it is run.
    Needs no instance.
    """
    from aureole.ops.backups.shelf import expire_keys

    with report(json) as answer:
        gone = expire_keys(folder)
        answer.tell(deleted=[str(path) for path in gone])
        answer.say(f"{len(gone)} key stores deleted." if gone else "Nothing is due.")


def _wanted(
    folder: Path | None, keys: Path | None, fences: Path | None, accept: str | None, write_off: bool
) -> Wanted:
    """Folders as they were meant: a backup's own folder stands for its part."""
    return Wanted(
        data=_part(folder, "data"), keys=_part(keys, "keys"), fences=fences and fences.absolute(), accept=accept,
        write_off=write_off,
    )  # fmt: skip


def _part(folder: Path | None, name: str) -> Path | None:
    if folder is None:
        return None
    return (folder / name if (folder / name).is_dir() else folder).absolute()


def _confirm(yes: bool, *, asking: bool) -> None:
    if yes:
        return
    if not asking or not sys.stdin.isatty():
        raise Refused(
            "restore.unconfirmed",
            "This replaces what is here; whatever was made after the backup is lost. Nothing was changed. Make a "
            "backup of the present first (`aureole backup create`), then add --yes.",
        )
    if not typer.confirm("Replace what is here? Whatever was made after the backup is lost.", err=True):
        raise Refused("restore.unconfirmed", "Nothing was changed.")
