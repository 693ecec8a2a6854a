"""The scene of the fraud stories: Ada, what is hers, Eve, who wants it, and the doors there are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from django.test import Client

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.desk.models import Message, Ticket
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.models import Identifier, Person
from aureole.privacy.models import Erasure, RightsRequest
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.open_request import open_request
from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from aureole.testing.postbox import Postbox
from aureole.testing.privacy_centre import ask, page
from aureole.vault.unlock import unlock

ADA, ADA_TOO, EVE = "ada@brevduva.example", "ada.lindqvist@work.example", "eve@evil.example"
SECRET = "The key is under the blue pot."


@dataclass
class Scene:
    """`seen` is every byte Eve was shown, `rightful` what Ada asked for herself. Ada uses two addresses of her own,
    on file for a week."""

    postbox: Postbox
    personas: Personas
    browser: Client = field(default_factory=Client)
    seen: list[bytes] = field(default_factory=list)
    may_write_to: set[str] = field(default_factory=lambda: {ADA, ADA_TOO})
    rightful: set[uuid.UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        with clock.at(now() - timedelta(days=7)):
            self.ada: Person = self.personas.person("Ada Lindqvist", ADA)
            self.ticket: Ticket = self.personas.ticket(self.ada, text=SECRET)
            second = add_identifier(person=self.ada, kind="email", value=ADA_TOO, by=Actor.system())
            Identifier.objects.filter(pk=second.pk).update(origin="own")
        self.officer: Agent = self.personas.agent("Ilse Brandt", role="privacy_officer")
        self.second: Agent = self.personas.agent("Nils Dahl", role="privacy_officer")

    # ------------------------------------------------------------------ what Eve can do

    def asks(self, kind: str, address: str, **fields: str) -> RightsRequest:
        """Eve fills in the form in the privacy centre."""
        made = ask(self.browser, kind, address, **fields)
        self.looks(page(made))
        return made

    def looks(self, path: str) -> str:
        answer = self.browser.get(path, follow=True)
        return self._note(answer)

    def presses(self, path: str, **fields: str) -> str:
        return self._note(self.browser.post(path, fields, follow=True))

    def gives(self, made: RightsRequest, code: str) -> str:
        return self.presses(f"{page(made)}open/", code=code)

    def grabs(self, made: RightsRequest) -> None:
        """Everything the request's page can be asked for."""
        for path in ("", "download/"):
            self.looks(f"{page(made)}{path}")
        for path in ("take-back/", "answer/", "code/"):
            self.presses(f"{page(made)}{path}", answer="It was me.")

    def mails(self, text: str, *, sender: str = EVE, **headers: str) -> Message:
        """By SMTP anybody can write any From."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "support@nordlys.example", "My data"
        mail["Message-ID"] = f"<{uuid.uuid4().hex}@evil.example>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        taken = receive_mail(raw=mail.as_bytes(), live=True)
        return Message.objects.select_related("ticket").get(pk=taken.message_id)

    def _note(self, answer: Any) -> str:
        content = b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
        self.seen.append(content)
        return content.decode("utf-8", "replace")

    # ------------------------------------------------------------------ what staff may be talked into

    def talked_into_adding(self, address: str, *, days_ago: int = 0) -> Identifier:
        with clock.at(now() - timedelta(days=days_ago)):
            return add_identifier(person=self.ada, kind="email", value=address, by=self.officer.actor)

    def opened_by_agent(self, kind: str, person: Person | None = None, **more: Any) -> RightsRequest:
        target = person or self.ada
        made = open_request(kind=kind, person_id=target.id, channel="agent", by=self.officer.actor, **more)
        return ask_identity(request_id=made.pk, by=self.officer.actor)

    # ------------------------------------------------------------------ how each story must end

    def ends_well(self) -> None:
        """Eve saw and got nothing of Ada's, nobody but Ada was written to, and all that is hers is there."""
        for content in self.seen:
            assert SECRET.encode() not in content
            assert b"Lindqvist" not in content
            assert not content.startswith(b"PK"), "a package left"
        assert self.postbox.everyone() <= self.may_write_to
        assert not Erasure.objects.filter(person_id=self.ada.id).exists()
        assert unlock(Person.objects.filter(pk=self.ada.id))[0].name == "Ada Lindqvist"
        assert any(m.text == SECRET for m in unlock(Message.objects.filter(ticket=self.ticket)))
        carried_out = RightsRequest.objects.filter(person_id=self.ada.id, state__in=("executing", "done"))
        assert not carried_out.exclude(pk__in=self.rightful).exists()
