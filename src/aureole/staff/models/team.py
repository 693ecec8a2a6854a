from __future__ import annotations

from django.db import models

from aureole.kernel.ids import new_id
from aureole.staff.models.agent import Agent


class Team(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True)

    class Meta:
        db_table = "staff_team"

    def __str__(self) -> str:
        return self.name


class TeamMembership(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        db_table = "staff_team_membership"
        constraints = [models.UniqueConstraint(fields=["team", "agent"], name="one_membership_per_team")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.team_id}"
