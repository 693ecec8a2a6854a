"""From words on the command line to an exit code: 0 done, 1 refused, 2 wrong usage, 3 broken."""

from __future__ import annotations

import importlib
import os
import pkgutil
import secrets
import sys
import traceback
from collections.abc import Callable
from functools import cache

import typer
from typer.main import get_command

from aureole.kernel.errors import Refused
from aureole.ops.cli import commands
from aureole.ops.cli.output import print_trouble

DONE, REFUSED, USAGE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 130

POLICY = """Customer service that keeps its secrets.

Everything an instance keeps lies in AUREOLE_HOME; without DATABASE_URL it brings its own PostgreSQL,
started when a command needs it and stopped by the last one that used it.

Every command takes --json for one JSON document on standard output. Progress goes to standard error.
Exit codes: 0 done, 1 refused with a sentence, 2 wrong usage, 3 broken. Every command may be interrupted.
"""


@cache
def every_command() -> Callable[..., object]:
    """Made once for a process: one that runs many should not pay for it each time."""
    return get_command(build_app())


def build_app() -> typer.Typer:
    app = typer.Typer(
        name="aureole",
        help=POLICY,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for module in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)
    return app


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code. Nothing is raised: a person at a terminal can do nothing with a traceback."""
    as_json = "--json" in arguments
    try:
        every_command()(args=arguments, prog_name="aureole")
    except SystemExit as ending:
        return _code_of(ending)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Refused as refusal:
        print_trouble(refusal.code, refusal.sentence, as_json=as_json)
        return REFUSED
    except Exception as trouble:  # noqa: BLE001  the last door: everything ends as a sentence and a code
        _print_broken(trouble, as_json=as_json)
        return BROKEN
    return DONE


def _code_of(ending: SystemExit) -> int:
    if isinstance(ending.code, int):
        return ending.code
    return DONE if ending.code is None else BROKEN


def _print_broken(trouble: Exception, *, as_json: bool) -> None:
    """The text of an unforeseen exception may hold what a person wrote: only its kind is shown."""
    reference = secrets.token_hex(4)
    code = getattr(trouble, "code", type(trouble).__name__)
    reason = getattr(trouble, "sentence", f"Something on our side does not work ({type(trouble).__name__}).")
    hint = (
        f"Reference {reference}. `aureole doctor` checks everything; AUREOLE_DEBUG=on shows where it broke."
    )
    if os.environ.get("AUREOLE_DEBUG", "").lower() in ("1", "on", "true", "yes"):
        traceback.print_exception(trouble)
    print_trouble(str(code), f"{reason.rstrip('.')}. {hint}", as_json=as_json)
