from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.people.models.person import Person


class TwinSign(models.TextChoices):
    """Why two records look like one person. The first three are strong, the others a hint."""

    MAILBOX = "mailbox", "their addresses lead to one mailbox"
    NUMBER = "number", "they have the same number, written differently"
    CODE = "code", "they have the same customer number, written differently"
    TAG = "tag", "their addresses differ only in what follows a plus"
    COMPANY = "company", "they have the same name in the same organisation"
    DOMAIN = "domain", "they have the same name, with addresses of one domain"


STRONG = (TwinSign.MAILBOX, TwinSign.NUMBER, TwinSign.CODE)


class Twin(models.Model):
    """Somebody who may be the same person; every pair has two rows, one from each side.

    decided_at  since when it is known that they are two; NULL while the question is open
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="twins", db_index=False)
    person_id: uuid.UUID
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other_id: uuid.UUID
    sign = models.CharField(max_length=8, choices=TwinSign.choices)
    noted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_twin"
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="twin_once"),
            models.CheckConstraint(condition=~models.Q(person=models.F("other")), name="twin_of_another"),
        ]
        indexes = [
            models.Index(
                fields=["-noted_at", "-id"], name="twin_undecided", condition=models.Q(decided_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.other_id} beside {self.person_id}"

    @property
    def is_strong(self) -> bool:
        return self.sign in STRONG
