from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.vault.fields import SealedJSONField


class ErasureState(models.TextChoices):
    PLANNED = "planned", "planned"
    RUNNING = "running", "running"
    DONE = "done", "done"


class Way(models.TextChoices):
    """Whether everything of the person goes, or conversations and figures stay under a pseudonym."""

    ERASE = "erase", "erased"
    ANONYMISE = "anonymise", "anonymised"


class Erasure(models.Model):
    """One erasure: how far it came, and its proof. Names nobody once it is done.

    Whoever is anonymised is erased, too, after their conversations were turned into a pseudonym's (`way`).

    person_id   until it is done; NULL afterwards
    known_as    what the person was known by, sealed under their evidence key, the last key to go;
                so an interrupted run can still find mentions and residue; with the ids of the pseudonym, so that
                nothing leads there once that key is gone
    kept_away_until  until when the suppression list has their addresses (decision 31); NULL when it has none
    approval    who agreed, as a code (erasure/approval.py); "" for one begun before that was kept
    plan, done  counts by place; certificate: the file's text
    statement   what the certificate is going to say: written with its entry in the log, gone once it is signed
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True, unique=True)
    pseudonym = models.BinaryField(max_length=16)
    state = models.CharField(max_length=8, choices=ErasureState.choices, default=ErasureState.PLANNED)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.ERASE)
    step = models.CharField(max_length=12, blank=True)
    plan = models.JSONField()
    plan_hash = models.CharField(max_length=64)
    done = models.JSONField(default=dict)
    statement = models.JSONField(null=True)
    certificate = models.TextField(blank=True)
    known_as = SealedJSONField(
        group="evidence", null=True, keys=("names", "emails", "phones", "others", "becomes")
    )
    requested_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    approval = models.CharField(max_length=16, blank=True)
    approved_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    kept_away_until = models.DateField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_erasure"

    def __str__(self) -> str:
        return f"erasure {self.id}, {self.state}"
