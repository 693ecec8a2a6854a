from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id


class ConsultationEnd(models.TextChoices):
    """How it ended (GDPR Art. 36(2))."""

    ADVICE = "advice", "the authority gave written advice"
    NO_OBJECTION = "clear", "the authority had no objection"
    POWERS = "powers", "the authority used its powers (GDPR Art. 58)"
    WITHDRAWN = "withdrawn", "we took it back"


class Consultation(models.Model):
    """A prior consultation of the supervisory authority: what was asked, and its clock. All of them stay.

    number       what it is called, counted from 1
    about        which processing, in words that name nobody: refused where they do
    reference    what the authority calls it; "" until it is known
    received_on  the day the authority had it: the clock starts here
    law, weeks, extension_weeks, announced_within_months   the limit that applied on that day
    extended_on  when the authority said that it takes longer, extension_reason why; NULL while it did not
    ended_on, end, answer   when and how it ended, and what was said
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    number = models.BigIntegerField(unique=True)
    authority = models.CharField(max_length=120)
    about = models.TextField()
    reference = models.CharField(max_length=60, blank=True)
    sent_on = models.DateField()
    received_on = models.DateField()
    law = models.CharField(max_length=20)
    weeks = models.SmallIntegerField()
    extension_weeks = models.SmallIntegerField()
    announced_within_months = models.SmallIntegerField()
    extended_on = models.DateField(null=True)
    extension_reason = models.TextField(blank=True)
    ended_on = models.DateField(null=True)
    end = models.CharField(max_length=10, choices=ConsultationEnd.choices, blank=True)
    answer = models.TextField(blank=True)
    reminded_on = models.DateField(null=True)

    class Meta:
        db_table = "privacy_consultation"
        indexes = [
            models.Index(fields=["received_on"], name="consultation_open", condition=models.Q(ended_on=None))
        ]

    def __str__(self) -> str:
        return f"consultation {self.number}"


class ConsultationWait(models.Model):
    """Days on which the authority waited for information it had asked for; `until` is NULL while it still does."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="waits")
    since = models.DateField()
    until = models.DateField(null=True)
    asked = models.TextField(blank=True)

    class Meta:
        db_table = "privacy_consultation_wait"
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"], condition=models.Q(until=None), name="one_wait_runs_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"wait since {self.since}"
