"""Signed statements of what the log was, made whenever it has grown."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.ledger.merkle import root_at
from aureole.ledger.models import Shard, SignedCheckpoint
from aureole.ledger.nodes import StoredNodes
from aureole.ledger.notes import sign_checkpoint
from aureole.ledger.ports import signer
from aureole.ledger.sequencer import log_name, place_entries, this_month
from aureole.ledger.verifier import Checkpoint, verifier_key


def log_key() -> str:
    """The log's public key as one line (name+id+base64); publish it where people can see it."""
    return verifier_key(log_name(), signer().public_key())


def bring_up_to_date() -> list[SignedCheckpoint]:
    """Place what is committed and sign each month that has grown; returns the new checkpoints."""
    place_entries()
    shards = Shard.objects.filter(closed_at__isnull=True).order_by("name")
    made = [checkpoint for shard in shards if (checkpoint := _sign_if_grown(shard))]
    close_past_months()
    return made


def _sign_if_grown(shard: Shard) -> SignedCheckpoint | None:
    if not shard.size or SignedCheckpoint.objects.filter(shard=shard, size=shard.size).exists():
        return None
    root = root_at(shard.size, StoredNodes(shard.name))
    note = sign_checkpoint(Checkpoint(origin=shard.origin, size=shard.size, root=root), log_name())
    made, created = SignedCheckpoint.objects.get_or_create(
        shard=shard, size=shard.size, defaults={"note": note, "made_at": now()}
    )
    return made if created else None


def close_past_months() -> Iterable[str]:
    """A month that is over and fully signed takes no more entries; returns the names of those closed now."""
    closed = []
    with transaction.atomic():
        for shard in Shard.objects.select_for_update().filter(closed_at__isnull=True, name__lt=this_month()):
            if SignedCheckpoint.objects.filter(shard=shard, size=shard.size).exists():
                shard.closed_at = now()
                shard.save(update_fields=["closed_at"])
                closed.append(shard.name)
    return closed


def latest_checkpoint(shard: str | None = None) -> SignedCheckpoint:
    """The newest of a month, or of the latest month that has one. Raises NotFound."""
    rows = SignedCheckpoint.objects.order_by("-shard_id", "-size")
    found = rows.filter(shard_id=shard).first() if shard else rows.first()
    if found is None:
        raise NotFound(
            "ledger_no_checkpoint", "The log has no checkpoint yet; it gets one with its first entry."
        )
    return found
