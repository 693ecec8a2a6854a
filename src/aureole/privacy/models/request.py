from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.vault.fields import SealedJSONField, SealedTextField


class RequestKind(models.TextChoices):
    """Which right is exercised; the names are the GDPR's."""

    ACCESS = "access", "access"
    RECTIFICATION = "rectification", "rectification"
    ERASURE = "erasure", "erasure"
    RESTRICTION = "restriction", "restriction"
    PORTABILITY = "portability", "portability"
    OBJECTION = "objection", "objection"
    WITHDRAWAL = "withdrawal", "withdrawal of consent"
    REVIEW = "review", "human review"


class RequestState(models.TextChoices):
    RECEIVED = "received", "received"
    IDENTITY = "identity", "waiting for proof of identity"
    WORKING = "working", "being worked on"
    APPROVAL = "approval", "waiting for a second person"
    COOLING = "cooling", "waiting out the time to change one's mind"
    EXECUTING = "executing", "being carried out"
    DONE = "done", "done"
    REFUSED = "refused", "refused"
    WITHDRAWN = "withdrawn", "taken back by the person"
    UNPROVEN = "unproven", "closed: identity was never proven"
    JOINED = "joined", "closed: an earlier request asks the same"


OPEN_STATES = (
    RequestState.RECEIVED,
    RequestState.IDENTITY,
    RequestState.WORKING,
    RequestState.APPROVAL,
    RequestState.COOLING,
    RequestState.EXECUTING,
)


CORRECTABLE = ("name", "pronouns", "postal_address", "birth_date", "language", "statement")
"""What a request may say is right (GDPR Art. 16); a statement supplements."""

OWN_DECISION = "own"
"""Channel of what nobody asked for: the controller decided it, and it goes the same way."""


class RightsRequest(models.Model):
    """A person exercising a right. What they wrote rests sealed; the rest are codes, dates and ids.

    number       what people are told, counted from 1
    channel      portal, email, agent, cli; OWN_DECISION where nobody asked
    person_id    whose request it is; NULL before somebody is recognised, and again once they are erased
    subject_id   whose key seals words and contact: the person's, until then the instance's own
    received_on  the day it came in at the controller's place; the clock starts here
    law, months, extension_months   the limit that applied on that day
    plan         what is going to happen, in counts by place, frozen; plan_hash is what was approved
    scope        codes that narrow it: purposes objected to, fields to correct
    goes_to      the peer that the answer is sent to once it is released (GDPR Art. 20(2)); NULL for none
    joins_id     the open request that asks the same; this one was closed for it
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    number = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=16, choices=RequestKind.choices)
    state = models.CharField(max_length=12, choices=RequestState.choices, default=RequestState.RECEIVED)
    channel = models.CharField(max_length=12)
    language = models.CharField(max_length=5, default="en")
    person_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    subject_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    words = SealedTextField(group="evidence", person_field="subject_id", null=True)
    contact = SealedTextField(group="evidence", person_field="subject_id", null=True)
    correction = SealedJSONField(
        group="evidence",
        person_field="subject_id",
        null=True,
        keys=CORRECTABLE,
    )
    scope = models.JSONField(default=list)

    received_at = models.DateTimeField()
    received_on = models.DateField()
    law = models.CharField(max_length=20)
    months = models.SmallIntegerField()
    extension_months = models.SmallIntegerField()
    extended_at = models.DateTimeField(null=True)

    owner_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    opened_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    approved_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    plan = models.JSONField(null=True)
    plan_hash = models.CharField(max_length=64, blank=True)
    execute_after = models.DateTimeField(null=True)
    outcome = models.JSONField(null=True)
    refusal = models.CharField(max_length=24, blank=True)
    closed_at = models.DateTimeField(null=True)
    goes_to: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    joins_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)

    class Meta:
        db_table = "privacy_request"
        indexes = [
            models.Index(
                fields=["received_on", "id"], name="open_request_by_age", condition=models.Q(closed_at=None)
            ),
            models.Index(fields=["received_on"], name="request_by_day"),
        ]

    def __str__(self) -> str:
        return f"request {self.number}, {self.kind}, {self.state}"

    @property
    def is_own_decision(self) -> bool:
        return self.channel == OWN_DECISION

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class RequestStep(models.Model):
    """One line of a request's timeline: what happened, when, by whom. Never changed."""

    # Made here and not by the database: a sealed column is bound to the id of its row.
    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=24)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=10)
    by_agent: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    subject_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    reason = SealedTextField(group="evidence", person_field="subject_id", null=True)
    entry_uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()

    class Meta:
        db_table = "privacy_request_step"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.what} of {self.request_id}"


class RequestPause(models.Model):
    """Days on which the answer waited for the person; `until` is NULL while it still does."""

    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="pauses")
    cause = models.CharField(max_length=16)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "privacy_request_pause"
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(until=None), name="one_pause_runs_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cause} since {self.since}"


class ChannelProof(models.Model):
    """A one-time code sent to an address on file, or to be: proof that whoever asks controls it.

    identifier_id  which address on file it went to; all zero for a decoy, which was sent to nobody
    code           Argon2id hash of the code; the code itself is nowhere
    purpose        "identity" (to begin), "visit" (to see the request) or "delivery" (to fetch the answer)
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="proofs")
    identifier_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    purpose = models.CharField(max_length=10)
    code = models.CharField(max_length=200)
    tries = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_channel_proof"

    def __str__(self) -> str:
        return f"{self.purpose} proof of {self.request_id}"


class LetterState(models.TextChoices):
    WAITING = "waiting", "waiting to be sent"
    SENT = "sent", "handed to the mail server"
    FAILED = "failed", "could not be delivered"


class RequestLetter(models.Model):
    """A letter of the rights desk to one address on file: the outbox. What it said goes once it is sent.

    request  which it is about; NULL for one that is about no request (a restriction to be lifted)
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    request = models.ForeignKey(RightsRequest, null=True, on_delete=models.CASCADE, related_name="letters")
    request_id: uuid.UUID | None
    kind = models.CharField(max_length=16)
    identifier_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    channel = models.CharField(max_length=10)
    subject_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    heading = SealedTextField(group="evidence", person_field="subject_id", null=True)
    text = SealedTextField(group="evidence", person_field="subject_id", null=True)
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.WAITING)
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_request_letter"
        indexes = [
            models.Index(
                fields=["channel"], name="letter_waiting", condition=models.Q(state=LetterState.WAITING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} letter {self.id}"
