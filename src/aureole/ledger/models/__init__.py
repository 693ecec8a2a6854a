from aureole.ledger.models.entry import Entry, EntryDetail

__all__ = ["Entry", "EntryDetail"]
