"""Proofs that an entry is in the log, and that the log only ever grew."""

from __future__ import annotations

import uuid

from aureole.kernel.compiled import Compiled
from aureole.kernel.errors import NotFound
from aureole.ledger.checkpoints import bring_up_to_date, latest_checkpoint
from aureole.ledger.leaf import leaf_bytes
from aureole.ledger.merkle import consistency_places, inclusion_places, proof_hashes
from aureole.ledger.models import Cosignature, Entry, Leaf, SignedCheckpoint
from aureole.ledger.nodes import StoredNodes, Trees
from aureole.ledger.verifier import EntryProof


def prove_entry(uid: uuid.UUID) -> EntryProof:
    """The entry with the way to the newest checkpoint of its month, cosignatures included.

    Brings the log up to date first, so an entry that was just committed can be proven. Raises NotFound.
    """
    entry = next(iter(_entry.objects(uid=uid)), None)
    if entry is None:
        raise NotFound("ledger_entry_not_found", "The log has no such entry.")
    trees = Trees()
    leaf = next(iter(_leaf.objects(number=entry.number)), None)
    if leaf is None or not _covered(leaf):
        bring_up_to_date(trees)
        (leaf,) = _leaf.objects(number=entry.number)
    checkpoint = latest_checkpoint(leaf.shard_id)
    steps = inclusion_places(leaf.index, checkpoint.size)
    path = proof_hashes(steps, trees[leaf.shard_id])
    return EntryProof(leaf_bytes(entry), leaf.index, tuple(path), with_cosignatures(checkpoint))


_entry = Compiled[Entry](lambda uid: Entry.objects.filter(uid=uid))
_leaf = Compiled[Leaf](lambda number: Leaf.objects.filter(pk=number))


def _covered(leaf: Leaf) -> bool:
    return SignedCheckpoint.objects.filter(shard_id=leaf.shard_id, size__gt=leaf.index).exists()


def with_cosignatures(checkpoint: SignedCheckpoint) -> str:
    """The note with what witnesses signed below the log's own signature."""
    return checkpoint.note + "".join(line for (line,) in _lines.rows(checkpoint=checkpoint.pk))


_lines = Compiled[Cosignature](
    lambda checkpoint: (
        Cosignature.objects.filter(checkpoint=checkpoint)
        .exclude(line="")
        .order_by("witness")
        .values_list("line")
    )
)


def prove_growth(shard: str, old: int, new: int) -> list[bytes]:
    """Hashes of the consistency proof between two sizes of a month, 0 < old ≤ new ≤ its size."""
    return proof_hashes(consistency_places(old, new), StoredNodes(shard))
