from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aureole.ops.cli.output import Json, report, waiting

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A new folder; its keys/ belong somewhere else.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Backups.", rich_markup_mode=None)
    app.add_typer(group, name="backup")

    @group.command("create")
    def create(folder: Folder, json: Json = False) -> None:
        """Write a backup: sealed data without indexes and sealed files in data/, the key store in keys/.

        Keep the two apart, and delete keys/ after seven days: that is when an erased person is gone from every
        backup. The root key is in neither; keep a copy of it apart from both. The folder appears whole or not
        at all. There is no restore command in this version: pg_restore reads both dumps.
        """
        from aureole.ops.instance import instance

        with report(json) as answer, instance():
            from aureole.ops.backup import create_backup

            with waiting("Writing the backup"):
                backup = create_backup(folder)
            answer.tell(folder=str(folder), delete_keys_on=backup.delete_keys_on, files=len(backup.sha256))
            answer.say(
                f"Written: {folder}, {len(backup.sha256)} files. Keep {folder}/keys apart from the rest,"
            )
            answer.say(f"and delete it on {backup.delete_keys_on}. The root key is not in it.")
