from __future__ import annotations

import uuid

from django.db import models
from django.db.models.fields.json import KT


class LineKind(models.TextChoices):
    """What a line of the list says."""

    FOUNDED = "founded", "the list was begun"
    BEGUN = "begun", "an erasure was begun"
    FENCED = "fenced", "keys were fenced, to be destroyed next"
    CHANGED = "changed", "a row of somebody else was blacked out"
    DELETED = "deleted", "a row of somebody else was deleted"
    STANDS = "stands", "somebody may not be used, written to or erased"
    REPLAYED = "replayed", "a restored database was brought up to the list"
    SUPPRESSED = "suppressed", "an address of an erased person may not quietly come back"
    MERGED = "merged", "two records became one person's, or were parted again"
    LIFTED = "lifted", "an address may come back"
    CALLED_OFF = "called_off", "an erasure was called off before anything was gone"


class FenceLine(models.Model):
    """One line of the fence list. Only grows: a trigger refuses everything but taking an image away.

    The first line names the list: two lists with another first line are of two instances.

    number  1, 2, 3 … without gaps; `uid` tells two lists apart that counted differently
    ledger  number of the last log entry of the data when the transaction that wrote the line began: data whose
            log ends before it is older than the line
    person  whom it concerns: who is erased, or whose row was changed
    detail  key groups; or table, row id
    image   the row's sealed columns as they rest after the change, of what stands also the plain ones, None once
            its person is erased too; or the slow hash of an address that is suppressed, None once that is over
    """

    number = models.BigIntegerField(primary_key=True)
    uid = models.UUIDField(unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    ledger = models.BigIntegerField()
    person_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    detail = models.JSONField(default=dict)
    image = models.JSONField(null=True)

    class Meta:
        db_table = "fences_line"
        indexes = [
            models.Index(
                KT("image__bits"), name="fences_suppressed",
                condition=models.Q(kind="suppressed", image__isnull=False),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
