"""The commands whose failure would lose or reveal something, each as a rehearsal. `rehearsal.every_step` walks one.

To add one: write a function here that gives a Rehearsal, and name it in `tests/drills/test_killed_at_every_step.py`
(kill -9) and `tests/privacy_contract/test_interruptions.py` (exceptions).
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from datetime import timedelta

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.send_queued_mail import LEASE, send_queued_mail
from aureole.channels.email.models import InboundState, OutboundMail, OutboundState
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.actions.reply import reply
from aureole.desk.models import DeliveryState, Direction, Message, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.ids import new_id
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.unmerge_persons import unmerge_persons
from aureole.people.models import Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure.redactor import MARK
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.models import Erasure, ErasureState
from aureole.testing.invariants import World
from aureole.testing.mailserver import Mailserver
from aureole.testing.personas import Personas
from aureole.testing.rehearsal import Rehearsal, forget_keys
from aureole.vault.files import INLINE_BYTES, read_file
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import mint, states
from aureole.vault.keystore.models import KeyState
from aureole.vault.sealing import open_sealed, seal

_GROUPS = (KeyGroup.IDENTITY, KeyGroup.CORRESPONDENCE, KeyGroup.EVIDENCE)
_LARGE = INLINE_BYTES + 2048
# Stands in every text and name that is made here, so that one search tells whether any of it rests readable.
WORD = "Quorvanthe"


def minting_keys() -> Rehearsal[uuid.UUID]:
    def finished(person_id: uuid.UUID) -> None:
        """What is sealed now opens after the command was given once more, by a process that knows no keys yet."""
        assert states(person_id) == dict.fromkeys(_GROUPS, KeyState.ACTIVE)
        sealed = [seal(b"words", person_id=person_id, group=group, place=b"here") for group in _GROUPS]
        mint(person_id, _GROUPS)
        forget_keys()
        assert [open_sealed(token, place=b"here") for token in sealed] == [b"words"] * len(_GROUPS)

    return Rehearsal(
        name="mint keys", prepare=uuid.uuid4, run=lambda person: mint(person, _GROUPS),
        finished=finished, at_least=3,
    )  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """What is to be saved: a message with a file too large for the row."""

    id: uuid.UUID
    ticket: Ticket
    author: Person
    content: bytes


def sealing_and_saving() -> Rehearsal[Letter]:
    def prepare() -> Letter:
        author = Personas().person(f"{WORD} Exa")
        return Letter(
            new_id(), Personas().ticket(author, subject=WORD, text=WORD), author, os.urandom(_LARGE)
        )

    def run(letter: Letter) -> None:
        file = NewFile(name=f"{WORD}.bin", content_type="application/octet-stream", content=letter.content)
        receive_message(
            ticket=letter.ticket, author=letter.author, text=f"{WORD} writes", by=Actor.system(), files=(file,),
            message_id=letter.id,
        )  # fmt: skip

    def retry(letter: Letter) -> None:
        if not Message.objects.filter(pk=letter.id).exists():
            run(letter)

    def finished(letter: Letter) -> None:
        message = Message.objects.get(pk=letter.id)
        assert message.text == f"{WORD} writes"
        assert read_file(message.attachments.get().file) == letter.content

    return Rehearsal(
        name="seal and save", prepare=prepare, run=run, retry=retry, finished=finished, at_least=15,
        world=World(texts=[WORD]),
    )  # fmt: skip


def taking_a_mail_in() -> Rehearsal[bytes]:
    """Raw bytes and attachment are both too large for the row, so the file store has its part."""
    body = os.urandom(_LARGE).hex()

    def prepare() -> bytes:
        return (
            f"From: {WORD} <p@x.example>\r\nMessage-ID: <{uuid.uuid4()}@x>\r\nSubject: {WORD}\r\n"
            f"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nMail of {WORD}\r\n--B\r\n"
            f"Content-Disposition: attachment; filename={WORD}.txt\r\n\r\n{body}\r\n--B--"
        ).encode()

    def finished(raw: bytes) -> None:
        mail = receive_mail(raw=raw)
        assert mail.state == InboundState.ACCEPTED, mail.reason
        assert mail.file_id is None
        assert mail.message_id is not None
        message = Message.objects.get(pk=mail.message_id)
        assert WORD in str(message.text)
        assert read_file(message.attachments.get().file).decode() == body
        assert message.ticket.messages.count() == 1

    return Rehearsal(
        name="take a mail in", prepare=prepare, run=lambda raw: receive_mail(raw=raw), finished=finished,
        at_least=30, world=World(texts=[WORD]),
    )  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What an agent wants to send."""

    ticket: Ticket
    by: Actor
    text: str

    @property
    def messages(self) -> list[Message]:
        return list(Message.objects.filter(ticket=self.ticket, direction=Direction.OUT))


def answering(server: Mailserver) -> Rehearsal[Answer]:
    """The reply, and the outbox handing it to a mail server. Needs AUREOLE_EMAIL set."""

    def prepare() -> Answer:
        ticket = Personas().ticket(Personas().person(f"{WORD} Exa"), subject=WORD, text=WORD)
        return Answer(ticket, Personas().agent().actor, f"Dear {WORD}, it is on its way")

    def send(answer: Answer) -> None:
        for mail in OutboundMail.objects.filter(message__ticket=answer.ticket):
            send_queued_mail(mail.pk)

    def run(answer: Answer) -> None:
        reply(ticket=answer.ticket, text=answer.text, by=answer.by)
        send(answer)

    def retry(answer: Answer) -> None:
        """The agent sees whether the answer is there; the worker goes on once an attempt's time is over."""
        if not answer.messages:
            reply(ticket=Ticket.objects.get(pk=answer.ticket.pk), text=answer.text, by=answer.by)
        with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
            send(answer)

    def finished(answer: Answer) -> None:
        (message,) = answer.messages
        mail = OutboundMail.objects.get(message=message)
        arrived = sum(answer.text in (letter.get_body(("plain",)).get_content()) for letter in server.letters)  # type: ignore[union-attr]
        if mail.state == OutboundState.UNCERTAIN:  # a person decides; it is never sent again by itself
            assert message.delivery == DeliveryState.UNCERTAIN
            assert arrived <= 1
        else:
            found = (mail.state, mail.reason, message.delivery, arrived)
            assert found == (OutboundState.SENT, "", DeliveryState.SENT, 1), f"it ended as {found}"

    return Rehearsal(
        name="answer", prepare=prepare, run=run, retry=retry, finished=finished, at_least=40,
        world=World(texts=[WORD], sent=lambda: server.marks), forget=server.forget,
    )  # fmt: skip


@dataclass(frozen=True)
class Leaving:
    """Somebody to be erased, and somebody else whose words name them."""

    person_id: uuid.UUID
    name: str
    bystander: uuid.UUID


def erasing() -> Rehearsal[Leaving]:
    def prepare() -> Leaving:
        personas = Personas()
        name = f"{WORD} Exa"
        person = personas.person(name)
        file = NewFile(
            name=f"{WORD}.bin", content_type="application/octet-stream", content=os.urandom(_LARGE)
        )
        personas.message(personas.ticket(person, subject=WORD, text=WORD), person, files=(file,))
        other = personas.ticket(personas.person("Bo Ek"), text=f"I met {name} yesterday")
        return Leaving(person.id, name, other.messages.get().pk)

    def run(leaving: Leaving) -> None:
        erase_person(leaving.person_id, by=Actor.operator(), reason="asked")

    def retry(leaving: Leaving) -> None:
        """What is under way is resumed, as the worker does; what never began is begun; what is done is done."""
        erasure = Erasure.objects.filter(person_id=leaving.person_id).first()
        if erasure is not None:
            carry_out(erasure.pk)
        elif Person.objects.filter(pk=leaving.person_id).exists():
            run(leaving)

    def finished(leaving: Leaving) -> None:
        assert not Person.objects.filter(pk=leaving.person_id).exists()
        erasure = Erasure.objects.latest("finished_at")
        assert erasure.state == ErasureState.DONE
        assert verify(erasure.certificate).valid
        assert set(states(leaving.person_id).values()) == {KeyState.ERASED}
        assert Message.objects.get(pk=leaving.bystander).text == f"I met {MARK} yesterday"
        assert not Erasure.objects.exclude(state=ErasureState.DONE).exists()

    return Rehearsal(
        name="erase", prepare=prepare, run=run, retry=retry, finished=finished, at_least=60,
        world=World(texts=[WORD]),
    )  # fmt: skip


@dataclass(frozen=True)
class Joining:
    """Two records of one person."""

    stays: uuid.UUID
    goes: uuid.UUID


def merging() -> Rehearsal[Joining]:
    """Two records put together and taken apart again, each with a file."""

    def prepare() -> Joining:
        personas = Personas()
        two = [personas.person(f"{WORD} {part}") for part in ("one", "other")]
        for person in two:
            file = NewFile(name=f"{WORD}.txt", content_type="text/plain", content=WORD.encode())
            personas.message(personas.ticket(person, subject=WORD, text=WORD), person, files=(file,))
        return Joining(two[0].id, two[1].id)

    def run(joining: Joining) -> None:
        merge_persons(stays=joining.stays, goes=joining.goes, by=Actor.operator())
        assert set(_owners(joining)) == {joining.stays}
        unmerge_persons(merged=joining.goes, by=Actor.operator())

    def retry(joining: Joining) -> None:
        """Whoever gave the command looks how far it came: nothing of either half is ever done by half."""
        owners = set(_owners(joining))
        assert owners in ({joining.stays}, {joining.stays, joining.goes})
        if Person.objects.filter(pk=joining.goes).exists():
            merge_persons(stays=joining.stays, goes=joining.goes, by=Actor.operator())
        unmerge_persons(merged=joining.goes, by=Actor.operator())

    def finished(joining: Joining) -> None:
        assert sorted(_owners(joining)) == sorted([joining.stays, joining.goes] * 2)
        for message in Message.objects.filter(person__in=(joining.stays, joining.goes)):
            assert message.text in (WORD, "One more thing.")
            assert all(read_file(a.file) == WORD.encode() for a in message.attachments.all())

    return Rehearsal(
        name="merge", prepare=prepare, run=run, retry=retry, finished=finished, at_least=60,
        world=World(texts=[WORD]),
    )  # fmt: skip


def _owners(joining: Joining) -> list[uuid.UUID]:
    rows = Message.objects.filter(person__in=(joining.stays, joining.goes))
    return [message.person_id for message in rows]
