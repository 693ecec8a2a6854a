from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.vault.fields import SealedTextField


class HoldGround(models.TextChoices):
    """Why data may stay although somebody asks for its erasure, or its time is over (GDPR Art. 17(3))."""

    CLAIMS = "claims", "legal claims (GDPR Art. 17(3)(e))"
    DUTY = "duty", "a legal obligation or a public task (GDPR Art. 17(3)(b))"
    HEALTH = "health", "public health (GDPR Art. 17(3)(c))"
    ARCHIVE = "archive", "archiving or research (GDPR Art. 17(3)(d))"
    SPEECH = "speech", "freedom of expression and information (GDPR Art. 17(3)(a))"


class Hold(models.Model):
    """Data that may not go although its time or a request would take it (GDPR Art. 17(3)).

    table, row_id  the held row; "" and NULL hold the person as a whole
    ground         the exception of the law it rests on
    reason         words, sealed; they leave with the person
    review_on      the day on which somebody looks whether it is still needed
    names_erased   the row goes on naming somebody who was erased; it gives way when the hold ends
    released_at    NULL while it is in force; release_reason: why it ended, in words, sealed
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    table = models.CharField(max_length=63, blank=True)
    row_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    ground = models.CharField(max_length=8, choices=HoldGround.choices, default=HoldGround.CLAIMS)
    reason = SealedTextField(group="evidence")
    review_on = models.DateField()
    names_erased = models.BooleanField(default=False, db_default=False)
    placed_at = models.DateTimeField()
    placed_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    release_reason = SealedTextField(group="evidence", null=True)

    class Meta:
        db_table = "privacy_hold"
        indexes = [
            models.Index(
                fields=["review_on", "id"], name="hold_in_force", condition=models.Q(released_at=None)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(table="", row_id=None)
                | (~models.Q(table="") & models.Q(row_id__isnull=False)),
                name="hold_of_a_person_or_a_row",
            ),
            models.UniqueConstraint(
                fields=["person_id", "table", "row_id"], condition=models.Q(released_at=None),
                nulls_distinct=False, name="one_hold_for_a_datum",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"hold {self.id}"
