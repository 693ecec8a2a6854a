"""Whom races are about, and what others do to them meanwhile; each act says what came of it."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.settle_mail import settle_mail
from aureole.channels.email.models import InboundMail, InboundState, OutboundMail, OutboundState
from aureole.desk.actions.reply import reply
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.models import Message, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import AureoleError
from aureole.people.models import Person
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.declare import declarations
from aureole.privacy.erasure.places import rows_of
from aureole.privacy.erasure.redactor import MARK
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.export.package import export_person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.holds.resuming import resume_what_waited
from aureole.privacy.models import Erasure, Hold
from aureole.privacy.retention.run import run_retention
from aureole.privacy.rights.place import today
from aureole.testing.canary_mails import mail
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
NAME, ADDRESS = "Zyxela Quorvanth", "zyxela.quorvanth@canary-one.example"
ABOUT_HER = f"I met {NAME} yesterday"


@dataclass
class Meeting:
    """She is erased while others go on. `said` is what came of each act: "done", or the code of a refusal."""

    her: uuid.UUID
    ticket: uuid.UUID
    last_message: uuid.UUID
    about_her: uuid.UUID
    agent: Actor
    said: dict[str, str] = field(default_factory=dict)
    mails: list[uuid.UUID] = field(default_factory=list)

    # ------------------------------------------------------------------ what others do

    def does(self, name: str, act: Callable[[], object]) -> bool:
        """Whether it was done; a refusal in the product's own words is an answer, anything else is raised."""
        try:
            act()
        except AureoleError as refusal:
            self.said[name] = refusal.code
            return False
        self.said[name] = "done"
        return True

    def writes(self) -> None:
        taken = receive_mail(
            raw=mail(sender=f"{NAME} <{ADDRESS}>", subject="Me again", body=str(uuid.uuid4()))
        )
        self.mails.append(taken.pk)

    def is_answered(self) -> None:
        def answer() -> None:
            ticket = Ticket.objects.select_related("requester").filter(pk=self.ticket).first()
            if ticket is not None:
                reply(ticket=ticket, text=f"Dear {NAME}, it is on its way", by=self.agent)

        self.does("reply", answer)

    def is_drafted(self) -> None:
        def draft() -> None:
            ticket = Ticket.objects.filter(pk=self.ticket).first()
            if ticket is not None:
                save_draft(ticket=ticket, text=f"Ask {NAME}", kind="note", by=self.agent)

        self.does("draft", draft)

    def agrees(self) -> None:
        self.does("consent", lambda: record_consent(
            person_id=self.her, purpose="news", wording=f"I, {NAME}, agree", version="2026-1", language="en",
            channel="portal", proof="confirmed", by=Actor(kind="customer"),
        ))  # fmt: skip

    def is_exported(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.does("export", lambda: export_person(self.her, Path(folder) / "x.zip", by=OPERATOR))

    def is_erased(self, name: str = "erase") -> None:
        self.does(name, lambda: erase_person(self.her, by=OPERATOR, reason="asked"))

    def runs_out(self) -> None:
        """All of hers is years old: she is among those whom the nightly run would erase."""
        self.does("retention", lambda: run_retention(by=Actor.system(), automatic=True))

    def everything(self) -> None:
        for act in (self.writes, self.is_answered, self.is_drafted, self.agrees, self.is_exported):
            act()

    def is_held(self) -> None:
        self._hold()

    def has_a_message_held(self) -> None:
        self._hold("desk_message", self.last_message)

    def _hold(self, table: str = "", row_id: uuid.UUID | None = None) -> None:
        self.does("hold", lambda: place_hold(
            person_id=self.her, table=table, row_id=row_id, reason="a claim was announced", by=OPERATOR,
            review_on=today() + timedelta(days=30),
        ))  # fmt: skip

    # ------------------------------------------------------------------ what follows

    def settle(self) -> None:
        """Whatever was stopped goes on: holds are released, erasures resumed, mail that was set apart read again."""
        for hold_id in list(Hold.objects.filter(released_at=None).values_list("pk", flat=True)):
            release_hold(hold_id=hold_id, reason="settled", by=OPERATOR)
        resume_what_waited(HoldReleased(person_id=self.her))
        for erasure_id in list(Erasure.objects.filter(state="running").values_list("pk", flat=True)):
            carry_out(erasure_id)
        for mail_id in list(
            InboundMail.objects.exclude(state=InboundState.ACCEPTED).values_list("pk", flat=True)
        ):
            settle_mail(mail_id)

    def everything_of_hers_is_gone(self) -> None:
        left = [d.table for d in declarations() if d.keep is None and rows_of(d, self.her).exists()]
        assert left == [], f"rows of hers are left, or came back: {left}"
        erasure = Erasure.objects.get()
        assert (erasure.state, erasure.person_id) == ("done", None)
        waiting = OutboundMail.objects.filter(state=OutboundState.QUEUED, person_id=self.her)
        assert not waiting.exists(), "an answer to her would still leave"
        assert str(unlock(Message.objects.filter(pk=self.about_her))[0].text) == ABOUT_HER.replace(NAME, MARK)

    def her_message_is_there(self) -> None:
        assert unlock(Message.objects.filter(pk=self.last_message))[0].text == "And hers"

    def everything_of_hers_is_there(self) -> None:
        assert Person.objects.get(pk=self.her).name == NAME
        self.her_message_is_there()
        assert str(unlock(Message.objects.filter(pk=self.about_her))[0].text) == ABOUT_HER

    def no_mail_of_hers_is_lost(self) -> None:
        """It went with her when it was taken in before she was frozen; else it is there, and somebody new's."""
        for mail_id in self.mails:
            found = InboundMail.objects.filter(pk=mail_id).first()
            if found is None:
                continue  # among her rows when they went; the erasure counted it
            assert found.person_id != self.her, "a mail brought her back"
            if found.state == InboundState.ACCEPTED:
                assert found.message_id is not None
            else:
                assert found.file_id is not None, "a mail that waits lost its bytes"


def arrange_meeting() -> Meeting:
    """She, whose matters are ten years old, an agent, and Bo, who names her."""
    personas = Personas()
    with clock.at(now() - timedelta(days=3650)):
        her = personas.person(NAME, ADDRESS)
        file = NewFile(name="hers.txt", content_type="text/plain", content=b"hers")
        ticket = personas.ticket(her, text="Hers")
        last = personas.message(ticket, her, "And hers", files=(file,))
    agent = personas.agent(role="admin")
    about = personas.ticket(personas.person("Bo Ek", "bo.ek@bystander.example"), text=ABOUT_HER)
    return Meeting(her.id, ticket.id, last.pk, about.messages.get().pk, agent.actor)
