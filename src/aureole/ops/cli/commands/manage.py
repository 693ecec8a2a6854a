from __future__ import annotations

import os
import traceback
from contextlib import suppress

import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli.entry import BROKEN, USAGE


def register(app: typer.Typer) -> None:
    @app.command(
        "manage",
        context_settings={
            "allow_extra_args": True,
            "ignore_unknown_options": True,
            "allow_interspersed_args": False,  # what follows, also a "--", is for Django
            "help_option_names": [],
        },
    )
    def manage(context: typer.Context) -> None:
        """Django's own commands, for developers: `aureole manage showmigrations`.

        Those that change the schema work as the owner of the database, the others under the
        application's restricted role. A look into a database, with the psql that comes along:
        `aureole manage dbshell --database keys -- -c 'SELECT …'`.
        """
        from aureole.ops.instance import prepare_instance_home, reach_databases
        from config.env import read

        words = context.args or ["help"]
        prepare_instance_home(read())
        if words[0] in AS_OWNER:
            os.environ["AUREOLE_AS_OWNER"] = "1"
        _find_psql()
        with reach_databases():
            _run(words)


def _find_psql() -> None:
    """The embedded server's programs come last: psql of the machine is used where there is one."""
    from aureole.ops.embedded.binaries import find_binaries

    with suppress(Refused):  # another platform: whoever brings a server brings psql
        os.environ["PATH"] = os.pathsep.join(
            (os.environ.get("PATH", os.defpath), str(find_binaries().folder))
        )


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
