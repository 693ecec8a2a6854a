from __future__ import annotations

from aureole.kernel.errors import Broken


class FileStoreAway(Broken):
    """The file store does not answer, or refuses us."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "file_store_away",
            f"The file store does not do its part ({why}). Nothing is lost; try again, and let "
            "`aureole doctor` look at it.",
        )
