"""`python -m aureole.ops.welcome [--demo]`: what `up` needs of the application once, in a process of its own.

The supervisor stays small by never loading Django.
"""

from __future__ import annotations

import json
import logging
import sys

from aureole.kernel.errors import Refused
from aureole.ops.cli.output import progress
from aureole.ops.instance import django_ready


def load_demo_when_empty() -> bool:
    """True when sample data was loaded: only into a desk without a ticket."""
    from aureole.desk.models import Ticket
    from aureole.ops.demo.load import load_demo

    if Ticket.objects.exists():
        return False
    try:
        with progress("Loading the sample desk") as step:
            load_demo(step)
    except Refused:
        raise
    except Exception as trouble:
        logging.getLogger(__name__).exception("loading the sample desk broke off")
        raise Refused(
            "demo.broke_off",
            f"Loading the sample desk broke off ({type(trouble).__name__}; the reason stands above). It is loaded "
            "whole or not at all, so nothing of it is there. Give the command again, or leave --demo out.",
        ) from trouble
    return True


def first_admin_link() -> str | None:
    """A one-time path for the first administrator; None when there is no account yet."""
    from aureole.kernel.actor import Actor
    from aureole.staff.actions.make_sign_in_link import make_sign_in_link
    from aureole.staff.models import Agent, Role

    admin = Agent.objects.filter(role=Role.ADMIN, is_active=True).order_by("created_at", "id").first()
    if admin is None:
        return None
    return f"/sign-in/link/?token={make_sign_in_link(agent=admin, by=Actor.operator())}"


def main(arguments: list[str]) -> int:
    try:
        with django_ready():
            loaded = load_demo_when_empty() if "--demo" in arguments else False
            print(json.dumps({"demo_loaded": loaded, "sign_in": first_admin_link()}))
    except Refused as refusal:
        print(json.dumps({"refused": [refusal.code, refusal.sentence]}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
