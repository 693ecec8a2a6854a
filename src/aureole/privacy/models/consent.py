from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.vault.fields import SealedTextField


class ConsentChannel(models.TextChoices):
    """Where it was said."""

    PORTAL = "portal", "in the portal"
    EMAIL = "email", "by e-mail"
    PHONE = "phone", "on the phone"
    PAPER = "paper", "on paper"
    PERSON = "person", "in person"
    IMPORT = "import", "taken over from another system"


class ConsentProof(models.TextChoices):
    """What shows that the person did it themselves (GDPR Art. 7(1))."""

    CONFIRMED = "confirmed", "confirmed from their own address"
    MESSAGE = "message", "their own message, which is kept"
    SIGNATURE = "signature", "a signed sheet, which is kept"
    WITNESS = "witness", "an agent who heard it"
    RECORD = "record", "the record of the system it was taken over from"


class ConsentEnd(models.TextChoices):
    WITHDRAWN = "withdrawn", "taken back by the person"
    REPLACED = "replaced", "given again to other words"
    MERGED = "merged", "ended by a no on a record of the same person"
    UNDERAGE = "underage", "given by a child alone, who has come of age since"


class Consent(models.Model):
    """A yes of a person to one purpose: to which words, when and how, and when it ended. Never changed otherwise.

    wording  the very words they agreed to, sealed with the evidence of the person; version names the text
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=40)
    wording = SealedTextField(group="evidence")
    version = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    channel = models.CharField(max_length=12, choices=ConsentChannel.choices)
    proof = models.CharField(max_length=12, choices=ConsentProof.choices)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=ConsentEnd.choices, blank=True)

    class Meta:
        db_table = "privacy_consent"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "purpose"],
                condition=models.Q(ended_at=None),
                name="one_consent_counts_per_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.id} to {self.purpose}"


class Objection(models.Model):
    """A no to one purpose (GDPR Art. 21). It stands until the person consents to that purpose again."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "privacy_objection"
        constraints = [
            models.UniqueConstraint(fields=["person_id", "purpose"], name="one_objection_per_purpose")
        ]

    def __str__(self) -> str:
        return f"objection {self.id} to {self.purpose}"
