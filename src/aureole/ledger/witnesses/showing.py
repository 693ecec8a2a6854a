"""Show the newest checkpoints to every witness and keep what they say."""

from __future__ import annotations

import logging

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Broken
from aureole.ledger.models import Cosignature, Shard, SignedCheckpoint, WitnessRefusal
from aureole.ledger.nodes import leaves_of
from aureole.ledger.proofs import prove_growth
from aureole.ledger.record import record
from aureole.ledger.witnesses.named import witnesses
from aureole.ledger.witnesses.port import (
    GROUNDS,
    UNKNOWN,
    Showing,
    Witness,
    WitnessAway,
    WitnessRefused,
)

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
        note=checkpoint.note, shard=shard, size=size, proof=lambda old: prove_growth(shard, old, size),
        leaves=lambda start: leaves_of(shard, start, size),
    )  # fmt: skip
    try:
        line = witness.show(showing)
    except WitnessAway:
        log.warning("ledger.witness_away witness=%s month=%s", witness.name, shard)
        return []
    except (WitnessRefused, Broken) as refusal:
        log.error("ledger.witness_refused witness=%s month=%s", witness.name, shard)
        # A tree too short to prove that it grew is not the one that the witness saw.
        _note_refusal(witness, checkpoint, getattr(refusal, "ground", GROUNDS[0]))
        return [refusal.sentence if isinstance(refusal, Broken) else str(refusal)]
    if line is not None:
        _note_vouched(witness, checkpoint, line)
    return []


def _note_vouched(witness: Witness, checkpoint: SignedCheckpoint, line: str) -> None:
    with transaction.atomic():
        Cosignature.objects.bulk_create(
            [Cosignature(checkpoint=checkpoint, witness=witness.name, line=line, at=now())],
            ignore_conflicts=True,
        )
        WitnessRefusal.objects.filter(witness=witness.name, shard=checkpoint.shard_id).delete()


def _note_refusal(witness: Witness, checkpoint: SignedCheckpoint, ground: str) -> None:
    """Once, with an entry of the log: it is asked again every minute."""
    about = {"witness": witness.name, "shard_id": checkpoint.shard_id, "ground": ground}
    with transaction.atomic():
        if not WitnessRefusal.objects.filter(**about).exists():
            WitnessRefusal.objects.create(**about, size=checkpoint.size, since=now())
            if ground != UNKNOWN:  # that nobody told the witness of this log is said of neither
                record("ledger.witness_refused", by=Actor.system(), ground=ground, size=checkpoint.size)


def vouched_by(witness: str) -> Cosignature | None:
    """The furthest this witness has vouched, with its checkpoint; None when it has not answered yet."""
    rows = Cosignature.objects.filter(witness=witness).select_related("checkpoint")
    return rows.order_by("-checkpoint__shard_id", "-checkpoint__size").first()


def silent_witnesses() -> list[str]:
    """Names of those that have left a checkpoint unseen for longer than it may take them, however much came after it:
    they are asked every minute."""
    return [witness.name for witness in witnesses() if _is_silent(witness)]


def _is_silent(witness: Witness) -> bool:
    oldest = _first_unseen(vouched_by(witness.name))
    return oldest is not None and now() - oldest.made_at >= witness.patience


def _first_unseen(word: Cosignature | None) -> SignedCheckpoint | None:
    """The checkpoint that came after the one it vouched for last; before its first word, the newest month's first."""
    if word is None:
        newest = SignedCheckpoint.objects.order_by("-shard_id", "-size").first()
        if newest is None:
            return None
        return SignedCheckpoint.objects.filter(shard_id=newest.shard_id).order_by("size").first()
    seen, rows = word.checkpoint, SignedCheckpoint.objects.order_by("shard_id", "size")
    of_month = rows.filter(shard_id=seen.shard_id, size__gt=seen.size).first()
    return of_month or rows.filter(shard_id__gt=seen.shard_id).first()


def refusing_witnesses() -> list[WitnessRefusal]:
    """What witnesses that are still asked refused and have not taken back: the gravest ground first."""
    found = WitnessRefusal.objects.filter(witness__in=[witness.name for witness in witnesses()])
    return sorted(found, key=lambda refusal: (GROUNDS.index(refusal.ground), refusal.since))


def months_shown() -> dict[str, int]:
    """How many entries of each month an outsider has vouched for."""
    shown: dict[str, int] = dict.fromkeys(Shard.objects.values_list("name", flat=True), 0)
    for shard, size in Cosignature.objects.values_list("checkpoint__shard_id", "checkpoint__size"):
        shown[shard] = max(shown.get(shard, 0), size)
    return shown
