"""`python -m aureole.testing.release`: let the canary into the instance of AUREOLE_HOME.

Prints one JSON document: her id, her ticket's number, her export, and the agent who may look at her.
"""

from __future__ import annotations

import json

from aureole.ops.instance import instance

AGENT_ADDRESS, AGENT_PASSWORD = "ilse@nordlys-hunt.example", "a long password for the hunt"


def main() -> None:
    with instance():
        from aureole.kernel.actor import Actor
        from aureole.privacy.models import ExportPackage
        from aureole.staff.actions.add_agent import add_agent
        from aureole.testing.canary import bystanders_mention_her, release_canary
        from aureole.testing.personas import Personas

        add_agent(
            address=AGENT_ADDRESS,
            name="Ilse Brandt",
            role="admin",
            by=Actor.operator(),
            password=AGENT_PASSWORD,
        )
        canary = release_canary(Personas())
        bystander = bystanders_mention_her(Personas())
        export = ExportPackage.objects.get(person_id=canary.person.id)
        print(json.dumps({
            "person": str(canary.person.id), "ticket": canary.ticket.number, "export": str(export.id),
            "bystander": str(bystander.id),
        }))  # fmt: skip


if __name__ == "__main__":
    main()
