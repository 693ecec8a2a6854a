"""`aureole rights match|take|send-back`: whose a request is, who works on it, and giving it back to be mended."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from aureole.ops.cli.acting import By, acting, request_at
from aureole.ops.cli.output import Json, report
from aureole.ops.cli.telling_requests import tell_request
from aureole.ops.instance import instance

Id = Annotated[str, typer.Argument(metavar="ID", help="As `rights list` shows it.")]
Whose = Annotated[uuid.UUID, typer.Option("--person", metavar="ID", help="As `person find` shows it.")]
Why = Annotated[str, typer.Option("--reason", help="What has to be mended; sealed.")]


def register(group: typer.Typer) -> None:
    for name, command in (("match", match), ("take", take), ("send-back", send_back)):
        group.command(name)(command)


def match(request_id: Id, person: Whose, by: By = None, json: Json = False) -> None:
    """Say whose request it is, where nobody was recognised. Every address on file is told, and it proves nothing yet:
    `rights verify` does."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.match_person import match_person

        found, actor = request_at(request_id), acting(by, "rights.handle")
        tell_request(answer, match_person(request_id=found.id, person_id=person, by=actor))


def take(request_id: Id, by: By = None, json: Json = False) -> None:
    """Take a request on: the agent of --by is its owner from now on and is reminded of it."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.assign_request import assign_request

        found, actor = request_at(request_id), acting(by, "rights.handle")
        tell_request(answer, assign_request(request_id=found.id, by=actor))


def send_back(request_id: Id, reason: Why, by: By = None, json: Json = False) -> None:
    """Do not release what was prepared, and say why: it is worked on again."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.send_back_request import send_back_request

        found, actor = request_at(request_id), acting(by, "rights.release")
        tell_request(answer, send_back_request(request_id=found.id, reason=reason, by=actor))
