"""Show the newest checkpoints to every witness and keep what they say."""

from __future__ import annotations

import logging
from datetime import timedelta

from aureole.kernel.clock import now
from aureole.ledger.models import Cosignature, Shard, SignedCheckpoint
from aureole.ledger.proofs import prove_growth
from aureole.ledger.witnesses.port import Showing, Witness, WitnessAway, WitnessRefused, witnesses

_PATIENCE = timedelta(hours=1)
log = logging.getLogger(__name__)


def show_to_witnesses() -> list[str]:
    """Returns what witnesses refused, as sentences; one that is away is asked again next time."""
    trouble: list[str] = []
    newest = _newest()
    for witness in witnesses():
        for checkpoint in newest:
            if not Cosignature.objects.filter(checkpoint=checkpoint, witness=witness.name).exists():
                trouble += _show(witness, checkpoint)
    return trouble


def _newest() -> list[SignedCheckpoint]:
    """The last of each month that is open or was closed without having been shown."""
    rows = SignedCheckpoint.objects.filter(shard__retired_at__isnull=True).order_by("shard_id", "-size")
    return list(rows.distinct("shard_id"))


def _show(witness: Witness, checkpoint: SignedCheckpoint) -> list[str]:
    shard, size = checkpoint.shard_id, checkpoint.size
    showing = Showing(
        note=checkpoint.note, shard=shard, size=size, proof=lambda old: prove_growth(shard, old, size)
    )
    try:
        line = witness.show(showing)
    except WitnessAway:
        log.warning("ledger.witness_away witness=%s month=%s", witness.name, shard)
        return []
    except WitnessRefused as refusal:
        log.error("ledger.witness_refused witness=%s month=%s", witness.name, shard)
        return [str(refusal)]
    Cosignature.objects.bulk_create(
        [Cosignature(checkpoint=checkpoint, witness=witness.name, line=line, at=now())], ignore_conflicts=True
    )
    return []


def vouched_by(witness: str) -> Cosignature | None:
    """The furthest this witness has vouched, with its checkpoint; None when it has not answered yet."""
    rows = Cosignature.objects.filter(witness=witness).select_related("checkpoint")
    return rows.order_by("-checkpoint__shard_id", "-checkpoint__size").first()


def silent_witnesses() -> list[str]:
    """Names of those that never vouched, or not for a checkpoint that has been there for an hour: they are asked
    every minute."""
    newest = SignedCheckpoint.objects.order_by("-shard_id", "-size").first()
    if newest is None or now() - newest.made_at < _PATIENCE:
        return []
    return [
        witness.name
        for witness in witnesses()
        if (word := vouched_by(witness.name)) is None or word.checkpoint_id != newest.pk
    ]


def months_shown() -> dict[str, int]:
    """How many entries of each month an outsider has vouched for."""
    shown: dict[str, int] = dict.fromkeys(Shard.objects.values_list("name", flat=True), 0)
    for shard, size in Cosignature.objects.values_list("checkpoint__shard_id", "checkpoint__size"):
        shown[shard] = max(shown.get(shard, 0), size)
    return shown
