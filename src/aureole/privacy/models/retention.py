from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id


class RetentionRule(models.Model):
    """A period somebody chose instead of the declared one.

    class_key  the retention class
    scope      "" for the whole class, "type" or "channel" for the tickets of one
    months     after the class's start event
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    class_key = models.CharField(max_length=24)
    scope = models.CharField(max_length=8, blank=True)
    value = models.CharField(max_length=24, blank=True)
    months = models.SmallIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "privacy_retention_rule"
        constraints = [
            models.UniqueConstraint(fields=["class_key", "scope", "value"], name="one_retention_rule_each")
        ]

    def __str__(self) -> str:
        return f"{self.class_key} {self.scope} {self.value}: {self.months} months"


class RetentionRun(models.Model):
    """One approved run: what ran out by `as_of` goes, in batches, until `finished_at` is set.

    hash  of the plan that was approved; `automatic` when the switched-on schedule ran it
    done  counts by table, added to in the transaction of each batch
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    hash = models.CharField(max_length=64)
    as_of = models.DateField()
    automatic = models.BooleanField(default=False)
    approved_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    done = models.JSONField(default=dict)

    class Meta:
        db_table = "privacy_retention_run"

    def __str__(self) -> str:
        return f"retention run {self.id}"
