from __future__ import annotations

from django.db import models

from aureole.desk.models.ticket import Ticket
from aureole.kernel.ids import new_id
from aureole.staff.models import Agent


class ChangeKind(models.TextChoices):
    STATUS = "status", "status"
    PRIORITY = "priority", "priority"
    TYPE = "type", "type"
    ASSIGNEE = "assignee", "assignee"
    TEAM = "team", "team"
    TAGS = "tags", "labels"
    BRAND = "brand", "brand"
    NOT_ASKED = "not_asked", "no request"
    NOT_CHILD = "not_child", "no child"


class Change(models.Model):
    """One change of a ticket, for its timeline: codes only (`before`, `after`), ids in columns of their own.

    Of NOT_ASKED `after` is the right that a mail so far seemed to exercise, and that somebody says it does not.
    NOT_CHILD: no mail so far says that its writer is below the age of consent, though one reads like it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=16, blank=True)
    assignee = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "desk_change"
        indexes = [models.Index(fields=["ticket", "at"], name="change_by_ticket")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.ticket_id}"
