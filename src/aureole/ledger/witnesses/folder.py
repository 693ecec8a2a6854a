from __future__ import annotations

import os
from pathlib import Path

from aureole.kernel.clock import now
from aureole.ledger.kept import hashes_beside, keep_hashes
from aureole.ledger.verifier import Flaw, read_checkpoint, read_note, verify_consistency
from aureole.ledger.witnesses.port import PATIENCE, Showing, WitnessAway, WitnessRefused


class FolderWitness:
    """A folder that others look after (a mounted share, a write-once disk): latest.checkpoint of each month,
    and one for each day, and beside them the hashes of its entries, by which an audit names an entry that was changed.
    It replaces a checkpoint only by one of a log that begins with what it holds."""

    patience = PATIENCE

    def __init__(self, folder: Path) -> None:
        self.name = "folder"
        self._folder = folder

    def show(self, showing: Showing) -> str:
        folder = self._folder / showing.shard
        try:
            folder.mkdir(parents=True, exist_ok=True)
            latest = folder / "latest.checkpoint"
            sound = self._refuse_another(latest, showing)
            keep_hashes(hashes_beside(latest, showing.shard), sound=sound, leaves=showing.leaves)
            for name in (f"{now():%Y-%m-%d}.checkpoint", "latest.checkpoint"):
                _replace(folder / name, showing.note)
        except OSError as trouble:
            raise WitnessAway from trouble
        return ""

    def _refuse_another(self, path: Path, showing: Showing) -> int:
        """How many of the entries it saw before."""
        if not path.exists():
            return 0
        try:
            kept = read_checkpoint(read_note(path.read_text("utf-8")))
        except (Flaw, UnicodeDecodeError):
            raise WitnessRefused("The checkpoint in the witness's folder is damaged.", "unfit") from None
        if kept.size > showing.size:
            raise WitnessRefused(
                f"The witness's folder holds a checkpoint of {kept.size} entries, more than there are."
            )
        new = read_checkpoint(read_note(showing.note))
        try:
            if kept.origin != new.origin:
                raise Flaw("It is of another log.")
            verify_consistency(
                old_size=kept.size, new_size=new.size, old_root=kept.root, new_root=new.root,
                proof=showing.proof(kept.size) if kept.size < new.size else [],
            )  # fmt: skip
        except Flaw as flaw:
            raise WitnessRefused(
                f"The log does not begin with the {kept.size} entries whose checkpoint the witness's folder holds. "
                f"{flaw}"
            ) from None
        return kept.size


def _replace(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
