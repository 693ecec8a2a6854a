"""For whoever kept a checkpoint: the newest of its month, and the proof that it begins with theirs."""

from __future__ import annotations

import base64

from aureole.kernel.errors import Refused
from aureole.ledger.checkpoints import bring_up_to_date, latest_checkpoint, log_key
from aureole.ledger.models import Shard
from aureole.ledger.proofs import prove_growth, with_cosignatures
from aureole.ledger.verifier import Flaw, read_checkpoint, read_note, verify_consistency, verify_note


def growth_since(older: str) -> tuple[str, list[str]]:
    """The newer note with its cosignatures, and the hashes of the consistency proof in base64.

    Raises Refused for a note that this log did not sign, a month that is not here any more, and for a log that does
    not begin with what the older one says: then no proof exists.
    """
    try:
        note = read_note(older)
        verify_note(note, log_key())
        old = read_checkpoint(note)
    except Flaw as flaw:
        raise Refused("ledger_checkpoint_unfit", f"{flaw} Nothing was written.") from None
    shard = Shard.objects.filter(origin=old.origin, retired_at=None).first()
    if shard is None:
        raise Refused(
            "ledger_month_gone",
            "That month is not in the log, or was let go with its time. Nothing was written.",
        )
    bring_up_to_date()
    newest = latest_checkpoint(shard.name)
    new = read_checkpoint(read_note(newest.note))
    proof = prove_growth(shard.name, old.size, new.size) if 0 < old.size < new.size else []
    try:
        verify_consistency(
            old_size=old.size, new_size=new.size, old_root=old.root, new_root=new.root, proof=proof
        )
    except Flaw as flaw:
        raise Refused(
            "ledger_not_grown",
            f"{flaw} No proof exists; 'aureole ledger verify --checkpoint' says where. Nothing was written.",
        ) from None
    return with_cosignatures(newest), [base64.b64encode(step).decode() for step in proof]
