from __future__ import annotations

import uuid

from django.db import models

from aureole.desk.models import Message, Ticket
from aureole.kernel.ids import new_id
from aureole.people.models import Person
from aureole.vault.models import SealedFile


class InboundState(models.TextChoices):
    RECEIVED = "received", "received, not read yet"
    ACCEPTED = "accepted", "read and in a ticket"
    QUARANTINED = "quarantined", "set apart"


class QuarantineReason(models.TextChoices):
    """Why a mail was set apart. The first group are the parser's own codes (`parsed.Reason`)."""

    EMPTY = "empty", "it has no content"
    TOO_LARGE = "too_large", "it is larger than we read"
    HEADERS_TOO_LONG = "headers_too_long", "its header is longer than any real one"
    TOO_MANY_HEADERS = "too_many_headers", "it has more header lines than any real one"
    TOO_DEEP = "too_deep", "its parts lie deeper within each other than in any real one"
    TOO_MANY_PARTS = "too_many_parts", "it has more parts than any real one"
    TOO_MANY_RECIPIENTS = "too_many_recipients", "it names more recipients than any real one"
    NOT_A_MAIL = "not_a_mail", "it has no mail header"
    NO_SENDER = "no_sender", "it names no address it could come from"
    PARSER_BROKEN = "parser_broken", "our parser stumbled over it"
    SENDER_FROZEN = "sender_frozen", "its sender is being erased or may not be processed now"
    SENDER_ERASED = "sender_erased", "its sender had objected and was erased; an officer decides"
    SENDER_UNUSABLE = "sender_unusable", "its sender's address cannot be used"
    FROM_OURSELVES = "from_ourselves", "we sent it ourselves"
    NOT_STORED = "not_stored", "it could be read but not stored"


class InboundMail(models.Model):
    """A mail that arrived, from its raw bytes to the ticket it became.

    identity   keyed digest of mailbox, Message-ID and content: the same mail is taken once
    file       the raw bytes, under the intake key of their day, until they are read: then every word of
               them is in the message, and nothing of it may lie elsewhere
    repeats_id another mail with other content bore the same Message-ID
    opened_ticket, settled_just_now  known to the process that settled it only
    """

    opened_ticket = False
    settled_just_now = False

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    mailbox = models.CharField(max_length=320)
    identity = models.BinaryField(max_length=32, unique=True)
    state = models.CharField(max_length=12, choices=InboundState.choices, default=InboundState.RECEIVED)
    reason = models.CharField(max_length=24, choices=QuarantineReason.choices, blank=True)
    attempts = models.IntegerField(default=0)
    size = models.BigIntegerField()
    repeats_id = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    file = models.OneToOneField(SealedFile, null=True, on_delete=models.SET_NULL, related_name="+")
    file_id: uuid.UUID | None
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="+")
    message_id: uuid.UUID | None
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "email_inbound_mail"
        indexes = [
            models.Index(
                fields=["state", "received_at"],
                name="inbound_mail_unsettled",
                condition=~models.Q(state="accepted"),
            )
        ]

    def __str__(self) -> str:
        return f"mail {self.id}, {self.state}"
