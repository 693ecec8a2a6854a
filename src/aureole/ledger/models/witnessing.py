from __future__ import annotations

from django.db import models


class Cosignature(models.Model):
    """A witness's word that it saw this checkpoint and that it only added to what it saw before.

    line  the signature line as the witness gave it; empty for witnesses that sign nothing (folder, letter)
    """

    checkpoint = models.ForeignKey("ledger.SignedCheckpoint", on_delete=models.CASCADE)
    witness = models.CharField(max_length=120)
    line = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_cosignature"
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="one_word_per_witness")]

    def __str__(self) -> str:
        return f"{self.witness} of {self.checkpoint_id}"


class WitnessRefusal(models.Model):
    """A witness that does not vouch, from its refusal until it vouches for that month again.

    ground  one of `witnesses.port.GROUNDS`
    size    of the checkpoint it refused first
    """

    witness = models.CharField(max_length=120)
    shard = models.ForeignKey("ledger.Shard", on_delete=models.CASCADE, db_index=False)
    ground = models.CharField(max_length=10)
    size = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        db_table = "ledger_witness_refusal"
        constraints = [
            models.UniqueConstraint(fields=["witness", "shard", "ground"], name="one_refusal_per_ground")
        ]

    def __str__(self) -> str:
        return f"{self.ground} {self.shard_id} by {self.witness}"


class WitnessedLog(models.Model):
    """The latest checkpoint of somebody else's log that this instance vouches for. It never shrinks.

    key  the log's verifier key (name+id+base64), fixed by whoever let the log in
    """

    origin = models.CharField(max_length=200, primary_key=True)
    key = models.CharField(max_length=300)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=32, null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_witnessed_log"

    def __str__(self) -> str:
        return self.origin


class Audit(models.Model):
    """One run of the verification: over how many entries, and what it found. Numbers and codes only.

    unjudged  files from outside that say nothing of the log, because they are no signed checkpoint, or no hashes of one
    """

    at = models.DateTimeField(db_index=True)
    entries = models.BigIntegerField()
    problems = models.JSONField(default=list)
    unjudged = models.PositiveSmallIntegerField(default=0, db_default=0)
    took_ms = models.IntegerField()

    class Meta:
        db_table = "ledger_audit"

    def __str__(self) -> str:
        return f"audit at {self.at:%Y-%m-%d %H:%M}"
