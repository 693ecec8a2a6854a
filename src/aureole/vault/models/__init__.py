from aureole.vault.models.blind_index_entry import BlindIndexEntry
from aureole.vault.models.sealed_file import SealedFile

__all__ = ["BlindIndexEntry", "SealedFile"]
