from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.jobs import store_job
from aureole.privacy.breaches.naming import said_without_names
from aureole.privacy.breaches.noting import note, open_breach
from aureole.privacy.models import Breach, BreachRole, BreachTelling
from aureole.privacy.rights.letters import LANGUAGES

_LEFT_OPEN = re.compile(r"\[[^\]]+\]")


def tell_affected(*, breach_id: uuid.UUID, words: Mapping[str, str], by: Actor) -> Breach:
    """Write to everybody affected, at every address of their own, each once (GDPR Art. 34(1), (2)); the worker does.

    words  by language: in plain words what happened, what it can lead to, what was done and what they can do. Who
           reads a language that is missing gets English, or the first there is.
    The caller checked the permission. Raises NotFound, Refused.
    """
    said = {code: said_without_names(text) for code, text in words.items() if text.strip()}
    if not said or not said.keys() <= set(LANGUAGES):
        raise Refused(
            "breach_telling_words",
            f"Say it in one of {', '.join(LANGUAGES)} at least. Nobody was written to.",
        )
    if any(_LEFT_OPEN.search(text) for text in said.values()):
        raise Refused(
            "breach_brackets",
            "A part of the letter still stands in [brackets]: say it. Nobody was written to.",
        )
    with transaction.atomic():
        breach = open_breach(breach_id)
        refuse_to_tell(breach)
        breach.telling, breach.telling_words = BreachTelling.TOLD, said
        breach.save(update_fields=["telling", "telling_words"])
        note(breach, "told", by=by, said={"words": said}, persons=breach.persons_found or 0)
        store_job("privacy.tell_affected", breach_id=breach.id)
    return breach


def refuse_to_tell(breach: Breach) -> None:
    """Raises Refused while it is not known whom, twice, and for what another controller has to tell."""
    if breach.role == BreachRole.PROCESSOR:
        raise Refused(
            "breach_processor",
            "The controller tells its own people (GDPR Art. 34(1)). Nobody was written to.",
        )
    if breach.telling == BreachTelling.TOLD:
        raise Refused("breach_told", "Those affected are being told already. Nothing was changed.")
    if breach.finding != "found":
        raise Refused(
            "breach_unbounded",
            "Who is affected is not known yet: say how they are found first. Nothing was changed.",
        )
