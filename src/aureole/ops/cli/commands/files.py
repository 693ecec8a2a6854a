from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.ops.cli.entry import REFUSED
from aureole.ops.cli.output import Json, Report, progress, report

if TYPE_CHECKING:
    from aureole.vault.scrubbing import Scrub

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go; delete nothing.")]
Force = Annotated[bool, typer.Option("--force", help="Sweep even when most of the store would go.")]
Hours = Annotated[float, typer.Option("--older-than", metavar="HOURS", min=0, help="Spare what is younger.")]
After = Annotated[
    str, typer.Option("--after", metavar="ID", help="Begin behind this file; a run tells its last.")
]
Quick = Annotated[bool, typer.Option("--quick", help="Only whether each is there and as long as it must be.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Sealed files and their store.", rich_markup_mode=None)
    group.command("sweep")(sweep)
    group.command("check")(check)
    app.add_typer(group, name="files")


def sweep(dry_run: DryRun = False, force: Force = False, older_than: Hours = 24, json: Json = False) -> None:
    """Delete stored ciphertexts that no row names, and writes that never ended.

    They are left by a transaction that failed after its file was written; nobody can open them. The worker does the
    same every night. Safe while files are sealed: a name that a running transaction holds is never touched. Refuses
    when more than half of the store would go, for then store and database do not belong together.
    """
    from datetime import timedelta

    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.vault.sweeping import sweep_files

        with progress("Sweeping") as step:
            done = sweep_files(dry_run=dry_run, force=force, grace=timedelta(hours=older_than), progress=step)
        answer.tell(
            looked_at=done.looked_at, orphans=done.orphans, bytes=done.bytes, unfinished=done.unfinished,
            dry_run=dry_run,
        )  # fmt: skip
        verb = "would go" if dry_run else "went"
        answer.say(
            f"{done.looked_at} stored files looked at. {done.orphans} without a row {verb} ({done.bytes} bytes), "
            f"{done.unfinished} unfinished writes {verb}."
        )


def check(after: After = "", quick: Quick = False, json: Json = False) -> None:
    """Check that every sealed file is there, as long as it must be, opens, and has its hash. Changes nothing.

    Reads the whole store; interrupt it whenever you like and go on with --after. Files of erased persons do not open
    any more: their length is checked. Exit code 1 when something is wrong; then the files stand in the list.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.vault.scrubbing import Scrub, check_files

        begin, scrub = _id(after), Scrub()
        with progress("Checking") as step:
            try:
                check_files(after=begin, contents=not quick, progress=step, into=scrub)
            except KeyboardInterrupt:
                answer.say(f"Interrupted. Go on with: aureole files check --after {scrub.last or after}")
        _tell(answer, scrub)
    if scrub.troubles:
        raise typer.Exit(REFUSED)


def _tell(answer: Report, scrub: Scrub) -> None:
    answer.tell(
        checked=scrub.checked, bytes=scrub.bytes, erased=scrub.erased, last=scrub.last,
        troubles=[{"file": str(trouble.file_id), "kind": trouble.kind} for trouble in scrub.troubles],
    )  # fmt: skip
    answer.say(
        f"{scrub.checked} files checked, {scrub.bytes} bytes, {scrub.erased} of erased persons. "
        f"{len(scrub.troubles)} are not as they should be."
    )
    if scrub.troubles:
        answer.table(("file", "trouble"), [(t.file_id, t.kind) for t in scrub.troubles])


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise typer.BadParameter(
            f"{text} is no id. A run of this command tells the last one it saw."
        ) from None
