"""Signed statements of what the log was, made whenever it has grown."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from aureole.kernel.clock import now
from aureole.kernel.compiled import Compiled
from aureole.kernel.errors import NotFound
from aureole.kernel.inserting import insertion, values_of
from aureole.ledger.merkle import root_at
from aureole.ledger.models import Shard, SignedCheckpoint
from aureole.ledger.nodes import StoredNodes, Trees
from aureole.ledger.notes import sign_checkpoint
from aureole.ledger.ports import signer
from aureole.ledger.sequencer import log_name, log_of, place_entries, this_month
from aureole.ledger.verifier import Checkpoint, verifier_key


def log_key() -> str:
    """The log's public key as one line (name+id+base64); publish it where people can see it."""
    return verifier_key(log_name(), signer().public_key())


def bring_up_to_date(trees: Trees | None = None) -> list[SignedCheckpoint]:
    """Place what is committed and sign each month that has grown; returns the new checkpoints.

    trees  see `place_entries`
    """
    trees = Trees() if trees is None else trees
    place_entries(trees)
    made = [checkpoint for shard in _grown.objects() if (checkpoint := _signed(shard, trees[shard.name]))]
    close_past_months()
    return made


_at_this_size = SignedCheckpoint.objects.filter(shard=OuterRef("pk"), size=OuterRef("size"))
_grown = Compiled[Shard](
    lambda: Shard.objects.filter(closed_at=None, size__gt=0).exclude(Exists(_at_this_size)).order_by("name")
)


def _signed(shard: Shard, nodes: StoredNodes) -> SignedCheckpoint | None:
    """None when another process was faster."""
    root = root_at(shard.size, nodes)
    note = sign_checkpoint(Checkpoint(origin=shard.origin, size=shard.size, root=root), log_of(shard.origin))
    made = SignedCheckpoint(shard=shard, size=shard.size, note=note, made_at=now())
    head, places = insertion(SignedCheckpoint)
    with connection.cursor() as cursor:
        cursor.execute(f"{head} VALUES ({places}) ON CONFLICT DO NOTHING RETURNING id", values_of(made))
        found = cursor.fetchone()
    if found is None:
        return None
    made.pk, made._state.adding = found[0], False
    return made


_past = Compiled[Shard](
    lambda month: Shard.objects.select_for_update().filter(closed_at=None, name__lt=month)
)


def close_past_months() -> Iterable[str]:
    """A month that is over and fully signed takes no more entries; returns the names of those closed now."""
    closed = []
    with transaction.atomic(savepoint=False):
        for shard in _past.objects(month=this_month()):
            if SignedCheckpoint.objects.filter(shard=shard, size=shard.size).exists():
                shard.closed_at = now()
                shard.save(update_fields=["closed_at"])
                closed.append(shard.name)
    return closed


def _newest_first(of_month: bool, shard: str) -> QuerySet[SignedCheckpoint]:
    rows = SignedCheckpoint.objects.order_by("-shard_id", "-size")
    return (rows.filter(shard_id=shard) if of_month else rows)[:1]


_newest = Compiled[SignedCheckpoint](_newest_first)


def latest_checkpoint(shard: str | None = None) -> SignedCheckpoint:
    """The newest of a month, or of the latest month that has one. Raises NotFound."""
    found = next(iter(_newest.objects(bool(shard), shard=shard or "")), None)
    if found is None:
        raise NotFound(
            "ledger_no_checkpoint", "The log has no checkpoint yet; it gets one with its first entry."
        )
    return found
