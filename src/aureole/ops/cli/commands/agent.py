from __future__ import annotations

from typing import Annotated

import typer

from aureole.ops.cli.acting import By
from aureole.ops.cli.days import day_at
from aureole.ops.cli.output import Json, report

Address = Annotated[str, typer.Argument(metavar="EMAIL", help="The agent's mail address.")]
Name = Annotated[
    str, typer.Option(help="The name colleagues and customers see. Left out: taken from the address.")
]
LastDay = Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="The last day; default: today.")]
RoleName = Annotated[str, typer.Option(help="admin, agent, privacy_officer or read_only.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Staff accounts.", rich_markup_mode=None)
    app.add_typer(group, name="agent")

    @group.command("add")
    def add(address: Address, name: Name = "", role: RoleName = "agent", json: Json = False) -> None:
        """Give a person a staff account and print a sign-in link, shown once.

        The link works once, within the hour; give it to nobody else. Name and address are sealed under
        the person's own key. Who added whom is written to the ledger.
        """
        from aureole.ops.instance import instance

        with report(json) as answer, instance() as here:
            from aureole.kernel.actor import Actor
            from aureole.staff.actions.add_agent import add_agent
            from aureole.staff.actions.make_sign_in_link import make_sign_in_link

            by = Actor.operator()
            agent = add_agent(address=address, name=name or _name_from(address), role=role, by=by)
            token = make_sign_in_link(agent=agent, by=by)
            link = f"{here.env.base_url}/sign-in/link/?token={token}"
            answer.tell(agent=str(agent.id), person=str(agent.person_id), role=agent.role, sign_in=link)
            answer.say(f"Added, with the role {agent.role}. Sign in (once, within the hour):\n  {link}")

    @group.command("end")
    def end(address: Address, on: LastDay = "", by: By = None, json: Json = False) -> None:
        """Close a staff account: the employment ended.

        Nobody signs in with it any more. What the person answered stays in the conversations; the account and the
        person go by retention, when the time after the employment is over (`aureole retention plan`).
        """
        from aureole.ops.instance import instance

        with report(json) as answer, instance():
            from aureole.kernel.errors import NotFound
            from aureole.ops.cli.acting import acting
            from aureole.privacy.rights.place import today
            from aureole.staff.actions.end_employment import end_employment
            from aureole.staff.backend import agent_with_address

            agent = agent_with_address(address)
            if agent is None:
                raise NotFound("agent_not_found", "No staff account has this address. Nothing was changed.")
            day = day_at(on) if on else today()
            end_employment(agent=agent, ended_on=day, by=acting(by, "staff.manage"))
            answer.tell(agent=str(agent.id), person=str(agent.person_id), ended_on=day)
            answer.say(f"Closed; employed until {day}. Nobody signs in with this account any more.")


def _name_from(address: str) -> str:
    return address.partition("@")[0].replace(".", " ").replace("_", " ").title()
