from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.privacy.models.informing import DisclosedTo
from aureole.privacy.models.notice import NoticeEvent
from aureole.vault.fields import SealedTextField


class Unnamed(models.TextChoices):
    """Why a recipient is told by its kind only (GDPR Art. 15(1)(c), CJEU C-154/21)."""

    UNKNOWN = "unknown", "it cannot be found out who got it"
    EXCESSIVE = "excessive", "it was asked for without ground, or to excess (GDPR Art. 12(5))"
    EARLIER = "earlier", "noted before names were kept"


class Hearing(models.TextChoices):
    """Whether a recipient heard of a correction, an erasure or a restriction, or why not (GDPR Art. 19, sentence 1)."""

    TOLD = "told", "they were told"
    IMPOSSIBLE = "impossible", "it proves impossible"
    EFFORT = "effort", "it would take a disproportionate effort"
    OVER = "over", "it was over before they heard of it"


SAID = (Hearing.TOLD, Hearing.IMPOSSIBLE, Hearing.EFFORT)
"""What an officer may note; the program itself notes what was over."""


class Disclosure(models.Model):
    """Data of a person that went to somebody outside of this program, as it was noted (GDPR Art. 15(1)(c), 19).

    to             what kind of recipient
    name           who it was, sealed under the key of whoever's data went there; a recipient may be somebody themselves
    unnamed, why   why only the kind is told, as a code and in words the person reads; "" and NULL where it is named
    disclosed_on   the day it went there, at the controller's place
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    to = models.CharField(max_length=10, choices=DisclosedTo.choices)
    name = SealedTextField(group="evidence", null=True)
    unnamed = models.CharField(max_length=9, choices=Unnamed.choices, blank=True)
    why = SealedTextField(group="evidence", null=True)
    disclosed_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)

    class Meta:
        db_table = "privacy_disclosure"
        indexes = [models.Index(fields=["person_id", "disclosed_on", "id"], name="disclosure_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unnamed="", name__isnull=False)
                | (~models.Q(unnamed="") & models.Q(name__isnull=True)),
                name="disclosure_named_or_why_not",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"disclosure {self.id}"


class RecipientNotice(models.Model):
    """A change that somebody outside who got the data has to hear of, and whether they did (GDPR Art. 19).

    person_id    whose data it is
    event        what was done; that a restriction was lifted only where they had heard of it
    request_id   the request by which it was done; NULL where somebody did it without one
    changed_on   the day of it, at the controller's place; since then it waits
    hearing      a `Hearing`; "" while it is to be done. Of an erasure nothing waits: the name goes with the person
    reason       how they were told, or what shows that they cannot be; NULL where the request's timeline has it
    settled_on   the day on which that was noted
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="notices")
    disclosure_id: uuid.UUID
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    event = models.CharField(max_length=10, choices=NoticeEvent.choices)
    request_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    changed_on = models.DateField()
    hearing = models.CharField(max_length=10, choices=Hearing.choices, blank=True)
    reason = SealedTextField(group="evidence", null=True)
    settled_on = models.DateField(null=True)

    class Meta:
        db_table = "privacy_recipient_notice"
        indexes = [
            models.Index(fields=["changed_on"], name="recipient_untold", condition=models.Q(hearing=""))
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "request_id"], condition=models.Q(request_id__isnull=False),
                name="one_notice_of_a_request",
            ),
            models.UniqueConstraint(
                fields=["disclosure", "event"], condition=models.Q(request_id=None, hearing=""),
                name="one_waiting_notice_of_an_event",
            ),
            models.CheckConstraint(
                condition=models.Q(hearing="", settled_on=None)
                | (~models.Q(hearing="") & models.Q(settled_on__isnull=False)),
                name="recipient_heard_on_a_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event} of {self.disclosure_id}"
