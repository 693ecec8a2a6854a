from __future__ import annotations

from django.db import models

from aureole.kernel.ids import new_id
from aureole.staff.models.agent import Agent


class SignInLink(models.Model):
    """A one-time link, known by its keyed digest only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="sign_in_links")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "staff_sign_in_link"

    def __str__(self) -> str:
        return f"link for {self.agent_id}"


class SignInAttempt(models.Model):
    """Failed attempts of the last minutes, by keyed digest of what was typed and of where from."""

    digest = models.BinaryField(max_length=16, primary_key=True)
    failures = models.IntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "staff_sign_in_attempt"

    def __str__(self) -> str:
        return f"{self.failures} failed"
