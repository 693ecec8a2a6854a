from __future__ import annotations

from django.db import models

from aureole.kernel.ids import new_id


class Entry(models.Model):
    """One line of the log. Append-only: triggers and the application's role refuse anything else.

    `facts` holds whole numbers and lower-case codes only; a database constraint sees to it.
    """

    number = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=new_id, unique=True, editable=False)
    type = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor = models.BinaryField(max_length=16, null=True)
    person = models.BinaryField(max_length=16, null=True)
    facts = models.JSONField(default=dict)
    commitment = models.BinaryField(max_length=32, null=True)

    class Meta:
        db_table = "ledger_entry"
        # What the page of the log is filtered by, each in the order it is shown in. The program's own entries have
        # no actor: the mail that comes in pays for one of these only.
        indexes = [
            models.Index(fields=["person", "number"], name="ledger_entry_person"),
            models.Index(fields=["type", "number"], name="ledger_entry_type"),
            models.Index(
                fields=["actor", "number"], name="ledger_entry_actor", condition=models.Q(actor__isnull=False)
            ),
            models.Index(
                fields=["actor", "type", "number"], name="ledger_entry_actor_type",
                condition=models.Q(actor__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.type}"


class EntryDetail(models.Model):
    """Details of an entry, sealed under the key of the person whose words or data they are.

    Outside the log proper: deleted with the person, while the entry's commitment goes on standing.
    """

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)
    person_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "ledger_entry_detail"

    def __str__(self) -> str:
        return f"detail of {self.entry_id}"
