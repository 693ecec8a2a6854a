from __future__ import annotations

import os
from pathlib import Path

from aureole.kernel.clock import now
from aureole.ledger.verifier import Flaw, read_checkpoint, read_note
from aureole.ledger.witnesses.port import Showing, WitnessAway, WitnessRefused


class FolderWitness:
    """A folder that others look after (a mounted share, a write-once disk): latest.checkpoint of each month,
    and one for each day. It never replaces a checkpoint by one of fewer entries."""

    name = "folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def show(self, showing: Showing) -> str:
        folder = self._folder / showing.shard
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._refuse_fewer(folder / "latest.checkpoint", showing)
            for name in (f"{now():%Y-%m-%d}.checkpoint", "latest.checkpoint"):
                _replace(folder / name, showing.note)
        except OSError as trouble:
            raise WitnessAway from trouble
        return ""

    def _refuse_fewer(self, path: Path, showing: Showing) -> None:
        if not path.exists():
            return
        try:
            kept = read_checkpoint(read_note(path.read_text("utf-8")))
        except (Flaw, UnicodeDecodeError):
            raise WitnessRefused("The checkpoint in the witness's folder is damaged.") from None
        if kept.size > showing.size:
            raise WitnessRefused(
                f"The witness's folder holds a checkpoint of {kept.size} entries, more than there are."
            )


def _replace(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
