from aureole.ledger.models.entry import Entry, EntryDetail
from aureole.ledger.models.tree import Leaf, Node, Shard, SignedCheckpoint, Unplaced
from aureole.ledger.models.witnessing import Audit, Cosignature, WitnessedLog, WitnessRefusal

__all__ = [
    "Audit",
    "Cosignature",
    "Entry",
    "EntryDetail",
    "Leaf",
    "Node",
    "Shard",
    "SignedCheckpoint",
    "Unplaced",
    "WitnessRefusal",
    "WitnessedLog",
]
