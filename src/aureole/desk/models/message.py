from __future__ import annotations

import uuid

from django.db import models

from aureole.desk.models.ticket import Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.ids import new_id
from aureole.people.models import Person
from aureole.people.officers import sees_restricted
from aureole.vault.fields import SealedJSONField, SealedTextField


class MessageKind(models.TextChoices):
    PUBLIC = "public", "message"
    NOTE = "note", "note, staff only"
    AUTOMATIC = "automatic", "automatic reply"
    BOUNCE = "bounce", "delivery report"


class Direction(models.TextChoices):
    IN = "in", "from them"
    OUT = "out", "from us"
    INTERNAL = "internal", "among us"


class DeliveryState(models.TextChoices):
    NONE = "none", "not to be sent"
    QUEUED = "queued", "waiting to be sent"
    SENT = "sent", "delivered to the mail server"
    FAILED = "failed", "not delivered"
    UNCERTAIN = "uncertain", "delivery uncertain"
    NOT_CONFIGURED = "not_configured", "kept here: no outgoing mail server is set"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, actor: Actor) -> MessageQuerySet:
        """Staff, operators and the program see all; a customer sees the public words of their own tickets.

        Agents see nothing that concerns a restricted person, nor what others said in that person's tickets, nor what is
        kept for a law alone.
        """
        if actor.kind == "customer":
            return self.filter(ticket__requester_id=actor.person_id, kind=MessageKind.PUBLIC)
        if sees_restricted(actor):
            return self
        if actor.kind != "agent":
            return self.none()
        restricted = Person.objects.restricted().values("pk")
        shown = self.filter(ticket__restricted_until=None)
        return shown.exclude(person__in=restricted).exclude(ticket__requester__in=restricted)


class Message(models.Model):
    """One message of a ticket.

    person    whom the text concerns and whose key seals it: the author of a customer's words,
              the ticket's requester for an agent's
    author    who wrote it; None for the program, and once the author was erased
    text      everything as plain text; html as it came, cleaned only when shown
    new_text  the author's own new words without quotes and signature; None when that is all of `text`
    parties   who was named as sender and recipients, with addresses; under "named", who else
              the mail's headers name
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    # The three keys lead an index below, and have none of their own.
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages", db_index=False)
    ticket_id: uuid.UUID
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="messages_concerning", db_index=False
    )
    person_id: uuid.UUID
    author = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="messages_written", db_index=False
    )
    author_id: uuid.UUID | None
    kind = models.CharField(max_length=10, choices=MessageKind.choices, default=MessageKind.PUBLIC)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    delivery = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.NONE)
    sent_at = models.DateTimeField()
    created_at = models.DateTimeField()
    language = models.CharField(max_length=5, blank=True)

    text = SealedTextField(null=True)
    new_text = SealedTextField(null=True)
    html = SealedTextField(null=True)
    excerpt = SealedTextField(null=True)
    parties = SealedJSONField(null=True, keys=("from", "to", "cc", "reply_to", "named"))

    objects = MessageQuerySet.as_manager()

    class Meta:
        db_table = "desk_message"
        indexes = [
            models.Index(fields=["ticket", "sent_at", "id"], name="message_by_ticket"),
            models.Index(fields=["person", "sent_at", "id"], name="message_by_person"),
            models.Index(fields=["author", "sent_at", "id"], name="message_by_author"),
        ]

    def __str__(self) -> str:
        return f"message {self.id}"

    @property
    def is_by_a_program(self) -> bool:
        """Nobody wrote it. One whose author was erased has no author either, and is a person's words all the same."""
        return self.author_id is None and self.kind in (MessageKind.AUTOMATIC, MessageKind.BOUNCE)

    @property
    def is_by_a_former_agent(self) -> bool:
        """Staff wrote it who are erased, or staff of the instance that the person came from."""
        return self.author_id is None and self.direction != Direction.IN and not self.is_by_a_program

    @property
    def own_words(self) -> str:
        """What the author wrote anew."""
        return str(self.new_text if self.new_text is not None else self.text or "")
