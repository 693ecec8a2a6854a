from __future__ import annotations

from django.db import models


class Shard(models.Model):
    """The tree of one month. A tree of its own each, so that a month can be let go and the others still verify.

    name       "2026-11"
    origin     first line of its checkpoints; fixed at its beginning, whatever the instance is called later
    size       how many entries have their place in it
    closed_at  when its last checkpoint was made; nothing is added after that
    retired_at when its entries were let go, their time being over; the checkpoints stay
    """

    name = models.CharField(max_length=7, primary_key=True)
    origin = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_shard"

    def __str__(self) -> str:
        return self.name


class Leaf(models.Model):
    """Which entry stands where, and its leaf hash. Written once, by the sequencer."""

    entry_number = models.BigIntegerField(primary_key=True)
    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, db_index=False)
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_leaf"
        constraints = [models.UniqueConstraint(fields=["shard", "index"], name="one_entry_per_place")]

    def __str__(self) -> str:
        return f"{self.shard_id}/{self.index}"


class Node(models.Model):
    """The hash of a complete subtree of 256, 65 536 … leaves (level 8, 16 …). Never changes once it exists.

    The levels between are folded from these and from the leaves when they are asked for, so a tree costs
    one hash for an entry and little more.
    """

    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, db_index=False)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_node"
        constraints = [
            models.UniqueConstraint(fields=["shard", "level", "index"], name="one_hash_per_subtree")
        ]

    def __str__(self) -> str:
        return f"{self.shard_id} {self.level}/{self.index}"


class SignedCheckpoint(models.Model):
    """A checkpoint as it was signed and handed to the witnesses. `note` is the C2SP text, signatures included."""

    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, db_index=False)
    size = models.BigIntegerField()
    note = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_checkpoint"
        constraints = [models.UniqueConstraint(fields=["shard", "size"], name="one_checkpoint_per_size")]

    def __str__(self) -> str:
        return f"{self.shard_id} at {self.size}"


class Unplaced(models.Model):
    """Entries that have no place in a tree yet: written by a trigger with the entry, taken by the sequencer."""

    entry_number = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "ledger_unplaced"

    def __str__(self) -> str:
        return str(self.entry_number)
