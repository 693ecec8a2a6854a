"""Who stands behind a pseudonym of the log: agents, the person themselves, or the program."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from aureole.desk.queries import agents_by_id
from aureole.ledger.models import Entry
from aureole.ledger.ports import confidant
from aureole.people.queries import shown_name
from aureole.privacy.marks import marks_of
from aureole.vault.errors import Fenced
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring

_NOBODY = {"system": _l("Aureole, by itself"), "operator": _l("The operator, at the machine")}


def agents_by_pseudonym() -> dict[bytes, str]:
    """Names of all agents, also those switched off: what they did stays done. One query for their keys."""
    agents = list(agents_by_id().values())
    keyring.fetch((agent.person_id, KeyGroup.EVIDENCE) for agent in agents)
    named = ((pseudonym_of(agent.person_id), shown_name(agent.person)) for agent in agents)
    return {pseudonym: name for pseudonym, name in named if pseudonym}


def pseudonym_of(person_id: uuid.UUID) -> bytes:
    """Empty for somebody whose keys are destroyed: nothing in the log leads to them any more."""
    try:
        return confidant().pseudonym(person_id)
    except Fenced:
        return b""


def marks_in_log(person_id: uuid.UUID) -> list[bytes]:
    """The same for all records that are this person's."""
    try:
        return marks_of(person_id)
    except Fenced:
        return []


def say_actor(entry: Entry, names: Mapping[bytes, str]) -> str:
    """Whoever acted, in words."""
    if entry.actor is None:
        return str(_NOBODY.get(entry.actor_kind, _("Somebody")))
    nameless = _("The person") if entry.actor_kind == "customer" else _("Somebody who was erased")
    return names.get(bytes(entry.actor), nameless)
