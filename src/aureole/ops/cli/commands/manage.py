from __future__ import annotations

import os
import traceback

import typer

from aureole.ops.cli.entry import BROKEN, USAGE


def register(app: typer.Typer) -> None:
    @app.command(
        "manage",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    )
    def manage(context: typer.Context) -> None:
        """Django's own commands, for developers: `aureole manage showmigrations`.

        Those that change the schema work as the owner of the database, the others under the
        application's restricted role.
        """
        from aureole.ops.instance import prepare_instance_home, reach_databases
        from config.env import read

        words = context.args or ["help"]
        prepare_instance_home(read())
        if words[0] in AS_OWNER:
            os.environ["AUREOLE_AS_OWNER"] = "1"
        with reach_databases():
            _run(words)


AS_OWNER = (
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "flush",
    "dbshell",
    "test",
    "squashmigrations",
)


def _run(words: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from django.core.management import CommandError, ManagementUtility

    try:
        ManagementUtility(["aureole manage", *words]).execute()
    except CommandError as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(USAGE) from trouble
    except Exception as trouble:  # developers work here: they are shown where it broke
        traceback.print_exception(trouble)
        raise typer.Exit(BROKEN) from trouble
