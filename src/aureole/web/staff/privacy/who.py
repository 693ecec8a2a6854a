"""Who did something, in the same words on every page of the console."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from aureole.desk.queries import agents_by_id
from aureole.people.queries import shown_name
from aureole.privacy.erasure.approval import NAMED

_NO_AGENT = {"customer": _l("the person"), "operator": _l("the operator"), "system": _l("Aureole, by itself")}


def agent_names() -> dict[uuid.UUID, str]:
    """Names of all accounts. Three queries."""
    return {key: shown_name(agent.person) for key, agent in agents_by_id().items()}


def say_who(kind: str, agent_id: uuid.UUID | None, names: Mapping[uuid.UUID, str]) -> str:
    """Within a sentence. `kind` is what `Actor.noted_kind` noted; `names` those of all accounts."""
    if agent_id is None:
        return str(_NO_AGENT.get(kind, _("somebody")))
    name = names.get(agent_id, _("somebody who left"))
    return _("%(name)s, named by the operator, not signed in") % {"name": name} if kind == NAMED else name


def say_agent(agent_id: uuid.UUID | None, names: Mapping[uuid.UUID, str]) -> str:
    """The same where only an account is noted: without one it was done on the command line."""
    return say_who("agent" if agent_id else "operator", agent_id, names)
