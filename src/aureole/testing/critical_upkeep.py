"""What an operator does to keys and backups, as rehearsals: see `critical_commands`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from aureole.desk.models import Message
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.declare import declarations
from aureole.privacy.erasure.places import rows_of
from aureole.privacy.erasure.redactor import MARK
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.replay.run import replay
from aureole.search.find import find
from aureole.testing.personas import Personas
from aureole.testing.rehearsal import Rehearsal, forget_keys
from aureole.testing.yesterday import dumped, restored
from aureole.vault.keystore.models import KeyState, PersonKey, WrappingKey
from aureole.vault.resealing import rotate_person_keys
from aureole.vault.rewrapping import rotate_root_key, under_former
from aureole.vault.wrapping_keys import current_head

OPERATOR = Actor.operator()
TEXT = "Quorvanthe's own words"


def _written() -> Message:
    personas = Personas()
    person = personas.person("Quorvanthe Exa")
    found: Message = personas.ticket(person, text=TEXT).messages.get()
    return found


def _reads(message_id: uuid.UUID) -> str:
    """By a process that knows no keys yet."""
    forget_keys()
    return str(Message.objects.get(pk=message_id).text)


def rotating_the_root_key() -> Rehearsal[Message]:
    def finished(message: Message) -> None:
        assert _reads(message.pk) == TEXT
        assert under_former(current_head()) == 0, "keys still lie under the former wrapping key"
        assert WrappingKey.objects.count() == 1, "the former wrapping key is still there"

    return Rehearsal(
        name="rotate the root key", prepare=_written, run=lambda message: rotate_root_key(by=OPERATOR),
        finished=finished, at_least=8,
    )  # fmt: skip


def rotating_a_persons_keys() -> Rehearsal[Message]:
    """Without the minute in which other processes let go of the former keys: here there are none."""

    def run(message: Message) -> None:
        rotate_person_keys(message.person_id, by=OPERATOR, age=0.0, sleep=lambda seconds: None)

    def finished(message: Message) -> None:
        assert _reads(message.pk) == TEXT
        keys = PersonKey.objects.filter(person_id=message.person_id, state=KeyState.ACTIVE)
        assert not keys.filter(former__isnull=False).exists(), "a former key was left"
        assert all(key.generation > 1 for key in keys), "the keys are those of before"

    return Rehearsal(name="rotate a person's keys", prepare=_written, run=run, finished=finished, at_least=12)


@dataclass(frozen=True)
class Back:
    """Somebody erased whose rows a restore brought back, and what another person says about them."""

    person_id: uuid.UUID
    about: uuid.UUID


def replaying_a_restore() -> Rehearsal[Back]:
    """The part of a restore that must not be left half done; the instance is closed until it is."""

    def prepare() -> Back:
        personas = Personas()
        ada = personas.person("Adaline Quorvanthe")
        personas.ticket(ada, text=TEXT)
        other = personas.ticket(personas.person("Bo Ek"), text="Adaline Quorvanthe took my parcel.")
        before = dumped()
        erase_person(ada.id, by=OPERATOR, reason="")
        restored(before)
        return Back(person_id=ada.id, about=other.messages.get().pk)

    def finished(back: Back) -> None:
        left = [d.table for d in declarations() if d.keep is None and rows_of(d, back.person_id).exists()]
        assert left == [], "rows of the erased person are back"
        assert _reads(back.about) == f"{MARK} took my parcel."
        assert not Person.objects.filter(pk=back.person_id).exists()
        assert find("parcel", actor=OPERATOR, limit=100).hits, "the index was not built"

    return Rehearsal(
        name="replay a restore",
        prepare=prepare,
        run=lambda back: replay(None),
        finished=finished,
        at_least=30,
    )
