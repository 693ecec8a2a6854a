from __future__ import annotations

from django.db import models

from aureole.kernel.ids import new_id


class DemoMark(models.Model):
    """Says of a row that it is sample data.

    model_label  the Django label of the row's model ("desk.Ticket")
    row_id       the row; not a foreign key, because the mark outlives a person who was erased,
                 so that loading again does not bring them back
    told         digest of the place in the content the row was made from; never a name
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model_label = models.CharField(max_length=60)
    row_id = models.UUIDField()
    told = models.CharField(max_length=32)

    class Meta:
        db_table = "ops_demo_mark"
        constraints = [
            models.UniqueConstraint(fields=["model_label", "told"], name="told_once"),
            models.UniqueConstraint(fields=["model_label", "row_id"], name="marked_once"),
        ]

    def __str__(self) -> str:
        return f"sample {self.model_label} {self.row_id}"
