from __future__ import annotations

import uuid
from typing import Literal

from django.db import models

from aureole.kernel.ids import new_id
from aureole.privacy.models.transfer import ArrivedTransfer, SentTransfer

Stage = Literal["waits", "given_up", "not_needed", "told", "decided"]


class NoticeEvent(models.TextChoices):
    CORRECT = "correct", "corrected at the sender's"
    ERASE = "erase", "erased at the sender's"
    RESTRICT = "restrict", "restricted at the sender's"
    LIFT = "lift", "restriction lifted at the sender's"


class NoticeOutcome(models.TextChoices):
    """What the receiver's officers made of a notice."""

    ACTED = "acted", "done here too"
    SO_ALREADY = "so_already", "it was so here already"
    OWN_GROUND = "own_ground", "kept as it is, on a ground of our own"
    NOTHING_HELD = "nothing_held", "nothing of it is held here"


class SentNotice(models.Model):
    """What a controller that got a package is told when its person's data is corrected, erased or restricted (GDPR
    Art. 19). Names nobody, so it outlives the person.

    id        said in the document
    fields    what was corrected: names of a closed list, never values
    request_id  the request by which it was done, if by one
    document  the signed notice, made when it is given first; answer: the peer's signed acknowledgement, "" until then
    trouble   a code of why it waits, or why it is not tried any more (then closed_at is set); next_at: when again
    outcome, closing  what the peer's officers did, and their signed word for it
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    sent = models.ForeignKey(SentTransfer, on_delete=models.CASCADE, related_name="notices")
    sent_id: uuid.UUID
    request_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    event = models.CharField(max_length=10, choices=NoticeEvent.choices)
    fields = models.JSONField(default=list)
    document = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    trouble = models.CharField(max_length=24, blank=True)
    attempts = models.IntegerField(default=0)
    outcome = models.CharField(max_length=16, blank=True, choices=NoticeOutcome.choices)
    closing = models.TextField(blank=True)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_sent_notice"
        indexes = [
            models.Index(fields=["sent"], name="notice_unanswered", condition=models.Q(answered_at=None))
        ]

    def __str__(self) -> str:
        return f"notice {self.id}, {self.event}"

    @property
    def stage(self) -> Stage:
        if self.outcome:
            return "decided"
        if self.answered_at is not None:
            return "told"
        if self.closed_at is None:
            return "waits"
        return "not_needed" if self.trouble == "nothing_held" else "given_up"


class ArrivedNotice(models.Model):
    """The same as it came from the sender of a package, for whoever here has to act on it.

    notice_id  the sender's id of it
    fields     which fields were corrected there: names of a closed list, never values
    document   the signed notice; answer: our signed acknowledgement
    outcome    what was decided here, by whom (by_kind, by_agent); "" while it waits for a person
    closing    our signed word of that; told_at: when the sender had it
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    notice_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(unique=True)
    arrival = models.ForeignKey(ArrivedTransfer, on_delete=models.CASCADE, related_name="notices")
    arrival_id: uuid.UUID
    event = models.CharField(max_length=10, choices=NoticeEvent.choices)
    fields = models.JSONField(default=list)
    document = models.TextField()
    answer = models.TextField()
    outcome = models.CharField(max_length=16, blank=True, choices=NoticeOutcome.choices)
    by_kind = models.CharField(max_length=16, blank=True)
    by_agent: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    closing = models.TextField(blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_arrived_notice"
        indexes = [
            models.Index(fields=["created_at"], name="notice_undecided", condition=models.Q(outcome=""))
        ]

    def __str__(self) -> str:
        return f"notice {self.notice_id}, {self.event}"
