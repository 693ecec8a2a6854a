from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.privacy.models.transfer import ArrivedTransfer, SentTransfer


class NoticeEvent(models.TextChoices):
    CORRECT = "correct", "corrected at the sender's"
    ERASE = "erase", "erased at the sender's"
    RESTRICT = "restrict", "restricted at the sender's"


class SentNotice(models.Model):
    """What a controller that got a package is told when its person's data is corrected, erased or restricted (GDPR
    Art. 19). Names nobody, so it outlives the person.

    id       said in the document
    document the signed notice; answer: the peer's signed acknowledgement, "" until it is here
    trouble  a code of why it waits or is not tried any more
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    sent = models.ForeignKey(SentTransfer, on_delete=models.CASCADE, related_name="notices")
    sent_id: uuid.UUID
    event = models.CharField(max_length=10, choices=NoticeEvent.choices)
    document = models.TextField()
    answer = models.TextField(blank=True)
    trouble = models.CharField(max_length=24, blank=True)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_sent_notice"
        # Nearly empty; the console asks each morning.
        indexes = [
            models.Index(fields=["sent"], name="notice_unanswered", condition=models.Q(answered_at=None))
        ]

    def __str__(self) -> str:
        return f"notice {self.id}, {self.event}"


class ArrivedNotice(models.Model):
    """The same as it came from the sender of a package, for whoever here has to act on it.

    notice_id  the sender's id of it
    fields     which fields were corrected there: names of a closed list, never values
    document   the signed notice; answer: our signed acknowledgement
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
    created_at = models.DateTimeField()

    class Meta:
        db_table = "privacy_arrived_notice"

    def __str__(self) -> str:
        return f"notice {self.notice_id}, {self.event}"
