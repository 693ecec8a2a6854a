from __future__ import annotations

import uuid

from django.db import models

from aureole.desk.models.brand import Brand
from aureole.kernel.actor import Actor
from aureole.kernel.ids import new_id
from aureole.people.models import Person
from aureole.people.officers import sees_restricted
from aureole.staff.models import Agent, Team
from aureole.vault.fields import SealedTextField


class Status(models.TextChoices):
    OPEN = "open", "open"
    WAITING = "waiting", "waiting for them"
    SOLVED = "solved", "solved"
    CLOSED = "closed", "closed"


class Priority(models.TextChoices):
    LOW = "low", "low"
    NORMAL = "normal", "normal"
    HIGH = "high", "high"
    URGENT = "urgent", "urgent"


class TicketType(models.TextChoices):
    QUESTION = "question", "question"
    PROBLEM = "problem", "problem"
    RETURN = "return", "return"
    ORDER = "order", "order"
    PRIVACY = "privacy", "privacy"
    DEMO = "demo", "request for a demonstration"


class Channel(models.TextChoices):
    EMAIL = "email", "e-mail"
    STAFF = "staff", "entered by an agent"


UNFINISHED = (Status.OPEN, Status.WAITING)
DONE = (Status.SOLVED, Status.CLOSED)
_LATEST = ["-last_message_at", "-id"]


class Tag(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40, unique=True)

    class Meta:
        db_table = "desk_tag"

    def __str__(self) -> str:
        return self.name


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, actor: Actor) -> TicketQuerySet:
        """Staff, operators and the program see every ticket, agents none that is kept for a law alone or of a
        restricted person; a customer theirs."""
        if actor.kind == "customer":
            return self.filter(requester_id=actor.person_id)
        if sees_restricted(actor):
            return self
        if actor.kind != "agent":
            return self.none()
        shown = self.filter(restricted_until=None)
        return shown.exclude(requester__in=Person.objects.restricted().values("pk"))

    def waiting(self) -> TicketQuerySet:
        """What is not done yet."""
        return self.exclude(status__in=DONE)


class Ticket(models.Model):
    """One matter of one requester. The subject is the requester's and sealed under their key.

    requester    None once that person was erased while others' messages stay here
    restricted_until  kept for the law alone until that day (GDPR Art. 18): out of every list, page and search of staff
    brand        under whose name it is answered; None: the company's own
    stranger     opened by somebody who may not join the ticket it points at (`linked_to`)
    message_count, last_message, last_message_at  kept by the actions, for lists
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    number = models.BigIntegerField(unique=True, editable=False)
    # Keys without an index of their own lead one of those below: each index more is a write more per mail.
    requester = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="requested_tickets", db_index=False
    )
    requester_id: uuid.UUID | None
    subject = SealedTextField(group="correspondence", person_field="requester_id", null=True)
    type = models.CharField(max_length=12, choices=TicketType.choices, default=TicketType.QUESTION)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    brand = models.ForeignKey(Brand, null=True, on_delete=models.PROTECT, db_index=False)
    brand_id: uuid.UUID | None
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, db_index=False)
    assignee = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_tickets",
        db_index=False,
    )
    linked_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="linked_from")
    stranger = models.BooleanField(default=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="tickets")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    first_answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    restricted_until = models.DateField(null=True)
    message_count = models.IntegerField(default=0)
    last_message = models.ForeignKey("desk.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    last_message_at = models.DateTimeField()

    objects = TicketQuerySet.as_manager()

    class Meta:
        db_table = "desk_ticket"
        # One for each list, in its order, so that a page of it is read and nothing else.
        indexes = [
            models.Index(fields=["status", *_LATEST], name="ticket_by_status"),
            models.Index(fields=_LATEST, name="ticket_by_recency"),
            models.Index(fields=["assignee", "status", *_LATEST], name="ticket_by_assignee"),
            models.Index(fields=["requester", *_LATEST], name="ticket_by_requester"),
            models.Index(
                fields=_LATEST, include=["team"], name="ticket_unfinished",
                condition=models.Q(status__in=UNFINISHED),
            ),
            models.Index(
                fields=_LATEST, name="ticket_unassigned",
                condition=models.Q(status=Status.OPEN, assignee__isnull=True),
            ),
            models.Index(
                fields=["team", *_LATEST], name="ticket_by_team", condition=models.Q(status__in=UNFINISHED)
            ),
            models.Index(  # of tickets without a brand, which may be all, nothing is written into it
                fields=["brand", *_LATEST], name="ticket_by_brand",
                condition=models.Q(status__in=UNFINISHED, brand__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"ticket {self.number}"

    @property
    def is_done(self) -> bool:
        return self.status in DONE


class Participant(models.Model):
    """Somebody besides the requester who is part of the conversation. Grants nothing by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="participations")
    person_id: uuid.UUID
    copied = models.BooleanField(default=True)

    class Meta:
        db_table = "desk_participant"
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.ticket_id}"
