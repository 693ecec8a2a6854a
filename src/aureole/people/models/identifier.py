from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.people.models.person import Person
from aureole.vault.fields import SealedTextField


class IdentifierKind(models.TextChoices):
    EMAIL = "email", "e-mail address"
    PHONE = "phone", "phone number"
    EXTERNAL = "external", "customer number"


class IdentifierOrigin(models.TextChoices):
    """How an address came on file. Only one the person used themselves can prove who they are."""

    OWN = "own", "used by the person"
    MENTIONED = "mentioned", "only seen in copies"
    STAFF = "staff", "entered by an agent"
    IMPORT = "import", "imported"
    MERGED = "merged", "of a record that was merged"


class Identifier(models.Model):
    """An address or number that reaches or names a person. Found by its keyed digest (vault.blind_index).

    value   normalised form, the one that is compared
    shown   as the person wrote it
    verified_at  when a one-time code last came back from it: told on the record, and no rule rests on it
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers")
    person_id: uuid.UUID
    kind = models.CharField(max_length=10, choices=IdentifierKind.choices)
    value = SealedTextField(group="identity")
    shown = SealedTextField(group="identity")
    origin = models.CharField(max_length=10, choices=IdentifierOrigin.choices, default=IdentifierOrigin.OWN)
    verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "people_identifier"

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
