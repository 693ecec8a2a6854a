from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.privacy.models.informing import DisclosedTo
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


class Disclosure(models.Model):
    """Data of a person that went to somebody outside of this program, as it was noted (GDPR Art. 15(1)(c), 19).

    to             what kind of recipient
    name           who it was, sealed under the key of whoever's data went there; a recipient may be somebody themselves
    unnamed, why   why only the kind is told, as a code and in words the person reads; "" and NULL where it is named
    disclosed_on   the day it went there, at the controller's place
    settled        whether the recipient heard what became of the data (Art. 19): by id of a request, a `Hearing`
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
    settled = models.JSONField(default=dict)
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
