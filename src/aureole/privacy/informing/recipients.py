"""Whoever got somebody's data outside of this program, by name, as it was noted (GDPR Art. 15(1)(c), CJEU C-154/21)."""

from __future__ import annotations

import uuid

from aureole.kernel.errors import Refused
from aureole.kernel.text import one_line, storable
from aureole.privacy.export import ports
from aureole.privacy.export.ports import Receiver, Screen, as_it_is
from aureole.privacy.models import DisclosedTo, Disclosure
from aureole.privacy.rights.place import start_of
from aureole.privacy.transfer.recipients import controllers
from aureole.vault.unlock import unlock

GETS, WHY = "your data or a part of it, on {day}", "passed on outside of this program, as was noted here"
LONGEST_NAME, LONGEST_WHY = 200, 1000


def name_of_recipient(text: str) -> str:
    """As it is kept. Raises Refused for none, and for one that is no name."""
    name = one_line(storable(text)).strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refused(
            "recipient_name",
            "Name who got it: whoever asks has to be told by name (GDPR Art. 15(1)(c)), in at most "
            f"{LONGEST_NAME} characters. Where that is impossible, say why. Nothing was changed.",
        )
    return name


def disclosures_of(person_id: uuid.UUID) -> list[Disclosure]:
    """In their order, names opened. One statement."""
    rows = Disclosure.objects.filter(person_id=person_id).order_by("disclosed_on", "id")
    return unlock(list(rows))


def noted(person_id: uuid.UUID) -> list[Receiver]:
    """Each by name; by its kind only where the note says why. Another controller that got a package is named by its
    transfer."""
    return [
        Receiver(
            kind=f"noted:{one.to}", name=str(one.name or DisclosedTo(one.to).label), gets=GETS, why=WHY,
            at=start_of(one.disclosed_on), unnamed=one.unnamed, reason=str(one.why or ""),
        )
        for one in disclosures_of(person_id)
    ]  # fmt: skip


def went_to(person_id: uuid.UUID) -> list[tuple[str, str]]:
    """(kind, name or "") of everybody who got data of theirs alone, each once: what a letter of Art. 14 says."""
    found = [(one.to, str(one.name or "")) for one in disclosures_of(person_id)]
    found += [(str(DisclosedTo.CONTROLLER), one.name) for one in controllers(person_id)]
    return list(dict.fromkeys(found))


def register() -> None:
    ports.add_receivers_of(noted)
    ports.add_screen(Screen(model=Disclosure, apply=as_it_is))
