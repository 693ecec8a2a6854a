from __future__ import annotations

import uuid

from django.db import models

from aureole.desk.models.message import MessageKind
from aureole.desk.models.ticket import Ticket
from aureole.kernel.ids import new_id
from aureole.people.models import Person
from aureole.staff.models import Agent
from aureole.vault.fields import SealedTextField


class Draft(models.Model):
    """What an agent has typed and not sent: one per ticket, agent and kind. About the requester.

    set_aside_at  since when it is nobody's draft any more and kept for a legal hold alone; NULL for all others
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    person_id: uuid.UUID
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    text = SealedTextField()
    updated_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "desk_draft"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "agent", "kind"],
                condition=models.Q(set_aside_at=None),
                name="one_draft_each",
            )
        ]

    def __str__(self) -> str:
        return f"draft in {self.ticket_id}"
