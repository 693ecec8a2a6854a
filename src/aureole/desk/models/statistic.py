from __future__ import annotations

from django.db import models

from aureole.desk.models.brand import Brand
from aureole.desk.models.ticket import Channel, Priority, Status, TicketType
from aureole.kernel.ids import new_id
from aureole.staff.models import Team


class TicketStatistic(models.Model):
    """What remains of a ticket whose requester was erased: figures for reports, days instead of times."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    type = models.CharField(max_length=12, choices=TicketType.choices)
    status = models.CharField(max_length=8, choices=Status.choices)
    priority = models.CharField(max_length=8, choices=Priority.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    brand = models.ForeignKey(Brand, null=True, on_delete=models.PROTECT, db_index=False)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL)
    messages = models.IntegerField()
    first_answer_hours = models.IntegerField(null=True)

    class Meta:
        db_table = "desk_ticket_statistic"

    def __str__(self) -> str:
        return f"ticket of {self.opened_on}"
