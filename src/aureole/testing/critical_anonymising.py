"""Taking a person out of their conversations, as a rehearsal: see `critical_commands`."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from typing import Any

from aureole.desk.actions.reply import reply
from aureole.desk.models import Message, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.anonymising.run import anonymise_person
from aureole.privacy.anonymising.singling_out import needed
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.erasure.redactor import MARK
from aureole.privacy.erasure.run import carry_out
from aureole.privacy.models import Erasure, ErasureState
from aureole.testing.critical_commands import WORD
from aureole.testing.figures import conversation_figures, figures
from aureole.testing.invariants import World
from aureole.testing.personas import Personas
from aureole.testing.rehearsal import Rehearsal
from aureole.vault.files import INLINE_BYTES, read_file
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState
from aureole.vault.unlock import unlock

TICKETS = 2
_SAID = "The pole broke in two."
_LARGE = f"{WORD} has a pole.\n" * (INLINE_BYTES // 8)


@dataclass(frozen=True)
class Fading:
    """Somebody to be anonymised among as many as it takes, and what must be the same afterwards.

    naming   a message of somebody else that names them
    others   what else others wrote, as it rests
    """

    person_id: uuid.UUID
    naming: uuid.UUID
    others: dict[uuid.UUID, Any]
    figures: dict[str, Any]


def anonymising() -> Rehearsal[Fading]:
    return Rehearsal(
        name="anonymise", prepare=_prepare, run=_run, retry=_retry, finished=_finished, at_least=60,
        world=World(texts=[WORD]),
    )  # fmt: skip


def _prepare() -> Fading:
    personas = Personas()
    agent, name = personas.agent().actor, f"{WORD} Exa"
    person = personas.person(name)
    file = NewFile(name=f"{WORD}.txt", content_type="text/plain", content=_LARGE.encode())
    picture = NewFile(name=f"{WORD}.bin", content_type="application/octet-stream", content=os.urandom(64))
    for _ in range(TICKETS):
        ticket = personas.ticket(person, subject=f"Pole of {WORD}", text=f"{_SAID} {WORD}")
        personas.message(ticket, person, f"Yours, {WORD}", (file, picture))
        reply(ticket=ticket, text=f"Dear {WORD}, it is on its way.", by=agent)
    naming = personas.ticket(personas.person("Bo Ek"), text=f"I met {name} yesterday").messages.get()
    for _ in range(needed() - 2):
        personas.ticket(personas.person("Cy Dahl"), text="Nothing about anybody.")
    return Fading(person.id, naming.pk, _resting(person.id, naming.pk), figures())


def _resting(person_id: uuid.UUID, naming: uuid.UUID) -> dict[uuid.UUID, Any]:
    """What others said of their own, sealed: the same words sealed anew would differ."""
    own = Message.objects.exclude(pk=naming).exclude(person_id=person_id)
    rows = own.exclude(person_id__in=Person.objects.pseudonyms())
    return {row.pk: (row.__dict__["text"].token, row.person_id, row.sent_at) for row in rows}


def _run(fading: Fading) -> None:
    anonymise_person(fading.person_id, by=Actor.operator(), reason="left")


def _retry(fading: Fading) -> None:
    """Wherever it stopped: no figure differs, nobody else was touched, and what was not begun is whole."""
    counted = {name: figure for name, figure in fading.figures.items() if name != "persons"}
    assert conversation_figures() == counted, "figures differ while it is under way"
    assert _resting(fading.person_id, fading.naming) == fading.others, "somebody else's words changed"
    erasure = Erasure.objects.filter(person_id=fading.person_id).first()
    if erasure is not None:
        carry_out(erasure.pk)
    elif Person.objects.filter(pk=fading.person_id).exists():
        whole = Ticket.objects.filter(requester_id=fading.person_id)
        assert whole.count() == TICKETS, "begun by half"
        assert not Person.objects.pseudonyms().exists(), "begun by half"
        _run(fading)


def _finished(fading: Fading) -> None:
    assert not Person.objects.filter(pk=fading.person_id).exists()
    assert not Ticket.objects.filter(requester_id=fading.person_id).exists()
    assert set(states(fading.person_id).values()) == {KeyState.ERASED}
    erasure = Erasure.objects.latest("finished_at")
    assert not Erasure.objects.exclude(state=ErasureState.DONE).exists()
    assert verify(erasure.certificate).valid
    said = payload_of(erasure.certificate)
    assert said["residue"]["places"] == []
    assert {one["place"]: one["count"] for one in said["anonymised"]}["desk_ticket"] == TICKETS
    _is_nobodys()
    assert Message.objects.get(pk=fading.naming).text == f"I met {MARK} yesterday"
    assert _resting(fading.person_id, fading.naming) == fading.others
    assert figures() == fading.figures


def _is_nobodys() -> None:
    """Each conversation once, of a pseudonym, with its words and without a word of the person's."""
    tickets = unlock(Ticket.objects.filter(requester__in=Person.objects.pseudonyms()))
    assert len(tickets) == TICKETS
    words = [str(ticket.subject) for ticket in tickets]
    for message in unlock(Message.objects.filter(ticket__in=tickets)):
        words += [str(message.text), str(message.new_text), str(message.excerpt)]
        words += [read_file(attached.file).decode() for attached in message.attachments.all()]
    assert sum(_SAID in text for text in words) >= TICKETS, "the words stay"
    assert not [text for text in words if WORD.casefold() in text.casefold()], "they still name somebody"
