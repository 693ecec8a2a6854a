from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id


class RetentionRule(models.Model):
    """A period somebody chose instead of the declared one. What it was before stays as a row that ended.

    class_key  the retention class
    scope      "" for the whole class, else what it is narrowed to ("type", "channel", "brand", "organisation", "label")
    value      the code or the id of the one it is for
    months     after the class's start event
    reason     why, in words that name nobody
    changed_at since when it counts; ended_at: until when, NULL while it does
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    class_key = models.CharField(max_length=24)
    scope = models.CharField(max_length=12, blank=True)
    value = models.CharField(max_length=36, blank=True)
    months = models.SmallIntegerField()
    reason = models.CharField(max_length=400, blank=True)
    changed_at = models.DateTimeField()
    changed_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_retention_rule"
        indexes = [models.Index(fields=["-changed_at"], name="retention_rule_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["class_key", "scope", "value"],
                condition=models.Q(ended_at=None),
                name="one_retention_rule_counts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.class_key} {self.scope} {self.value}: {self.months} months"


class RunState(models.TextChoices):
    """looking > looked > proposed > approved > running > done; the last two steps before "approved" are one where
    the policy asks for no second person."""

    LOOKING = "looking", "being counted"
    LOOKED = "looked", "counted"
    PROPOSED = "proposed", "waits for a second person"
    APPROVED = "approved", "approved"
    RUNNING = "running", "under way"
    DONE = "done", "done"
    CHANGED = "changed", "stopped: something had changed"
    REPLACED = "replaced", "given up for a later one"


class RetentionRun(models.Model):
    """One dry run, and what came of it: what ran out by `as_of` goes, in batches, until `finished_at` is set.

    hash     of the plan, once it is counted; `automatic` when the switched-on schedule ran it
    plan     what was counted: {"classes": [{class, table, erase, restrict, held, floor}], "notes": […]}
    asked_*, proposed_*, approved_*  who had it counted, who wants it, who let it go (NULL agent: the operator)
    done     counts by table, added to in the transaction of each batch
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    state = models.CharField(max_length=8, choices=RunState.choices)
    hash = models.CharField(max_length=64, blank=True)
    as_of = models.DateField()
    plan = models.JSONField(default=dict)
    automatic = models.BooleanField(default=False)
    asked_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    proposed_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    proposed_at = models.DateTimeField(null=True)
    approved_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.JSONField(default=dict)

    class Meta:
        db_table = "privacy_retention_run"
        indexes = [models.Index(fields=["-asked_at", "-id"], name="retention_run_by_day")]

    def __str__(self) -> str:
        return f"retention run {self.id}"
