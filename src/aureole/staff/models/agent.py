from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from aureole.kernel.actor import Actor
from aureole.kernel.ids import new_id
from aureole.people.models import Person


class Role(models.TextChoices):
    ADMIN = "admin", "administrator"
    AGENT = "agent", "agent"
    PRIVACY_OFFICER = "privacy_officer", "privacy officer"
    READ_ONLY = "read_only", "read only"


class Agent(AbstractBaseUser):
    """A staff account. Name and address are the person's, sealed; nothing here names anybody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="agent")
    person_id: uuid.UUID
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "staff_agent"

    def __str__(self) -> str:
        return f"agent {self.id}"

    @property
    def actor(self) -> Actor:
        return Actor(kind="agent", person_id=self.person_id, agent_id=self.id, role=self.role)
