from __future__ import annotations

import uuid

from django.db import models

from aureole.desk.models import Message
from aureole.kernel.ids import new_id
from aureole.people.models import Person
from aureole.vault.fields import SealedTextField
from aureole.vault.models import SealedFile


class OutboundState(models.TextChoices):
    QUEUED = "queued", "waiting to be sent"
    SENDING = "sending", "being sent"
    SENT = "sent", "delivered to the mail server"
    FAILED = "failed", "not delivered"
    UNCERTAIN = "uncertain", "delivery uncertain"
    NOT_CONFIGURED = "not_configured", "no outgoing mail server is set"


class FailureReason(models.TextChoices):
    REFUSED = "refused", "the mail server refused it"
    RECIPIENT_REFUSED = "recipient_refused", "the mail server refused the recipient"
    UNREACHABLE = "unreachable", "the mail server could not be reached"
    LATER = "later", "the mail server asked to try again later"
    SIGN_IN = "sign_in", "the mail server refused our sign-in"
    NO_TLS = "no_tls", "the connection could not be secured"
    INTERRUPTED = "interrupted", "sending was interrupted after it had begun"
    NOT_WRITTEN = "not_written", "the mail could not be put together"
    STOPPED = "stopped", "it was stopped: the recipient's data may not be used for it now"
    BOUNCED = "bounced", "a mail server on the way reported that it was not delivered"


class OutboundMail(models.Model):
    """One mail to one recipient: the outbox.

    purpose  why it is sent, as declared; asked about again when it leaves (`privacy/consent`)
    informs  what its words are followed by, which the recipient has to be told once: source, objection, both, or ""
    file  the final bytes, from the first attempt until the mail server has them: a retry sends the same ones.
          Sealed for the person the message concerns
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="outbound")
    message_id: uuid.UUID
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    person_id: uuid.UUID
    address = SealedTextField()
    state = models.CharField(max_length=16, choices=OutboundState.choices, default=OutboundState.QUEUED)
    reason = models.CharField(max_length=20, choices=FailureReason.choices, blank=True)
    purpose = models.CharField(max_length=40, default="answer_enquiries")
    informs = models.CharField(max_length=10, blank=True, default="")
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    file = models.OneToOneField(SealedFile, null=True, on_delete=models.SET_NULL, related_name="+")
    file_id: uuid.UUID | None

    class Meta:
        db_table = "email_outbound_mail"
        indexes = [
            models.Index(
                fields=["state", "next_at"], name="outbound_mail_unsent", condition=~models.Q(state="sent")
            )
        ]

    def __str__(self) -> str:
        return f"mail {self.id}, {self.state}"
