"""Which fence lists can be reached, and whether one of them is sure to be current."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aureole.kernel.errors import Refused
from aureole.ops.schema import connect
from aureole.vault.fences.folder import FenceFolder
from aureole.vault.fences.lines import Image, Line, lacks, union
from config.addresses import DatabaseAddress


@dataclass(frozen=True, kw_only=True)
class Reached:
    """All lists together. `current`: one of them was written at every erasure and lacks nothing that is known."""

    lines: list[Line]
    folders: tuple[FenceFolder, ...]
    current: bool

    def image_of(self, line: Line) -> Image | None:
        """From whichever folder has it."""
        images = (folder.image(line) for folder in self.folders)
        return next((image for image in images if image is not None), None)


def reach(live: Iterable[Path], copies: Sequence[Path], *, store: Sequence[Line] = ()) -> Reached:
    """Read every list there is.

    live    folders that are written at every erasure, and the one the operator names
    copies  those inside backups: as old as the backup, so they prove nothing about later erasures
    store   the list of a living key store; empty when there is none

    Lists of another instance (a machine that was just prepared has one) do not count at all. A live list that
    lacks a line of another list is an old copy itself and does not count as current.
    """
    given = [folder for folder in map(FenceFolder, [*live, *copies]) if folder.exists()]
    copied = {folder.root for folder in given if folder.is_of_a_backup or folder.root in copies}
    found_live = [folder for folder in given if folder.root not in copied]
    folders = (*found_live, *(folder for folder in given if folder.root in copied))
    read = {folder.root: list(folder.lines()) for folder in folders}
    ours = _name_of([*(read[folder.root] for folder in folders if folder.root in copied), list(store)])
    lists = {root: lines for root, lines in read.items() if lines and lines[0].uid == ours}
    living = list(store) if store and store[0].uid == ours else []
    every = union([*lists.values(), living])
    written = [
        *(lists[folder.root] for folder in found_live if folder.root in lists),
        *([living] if living else []),
    ]
    current = any(not lacks({line.uid: line for line in lines}, every) for lines in written)
    return Reached(lines=every, folders=folders, current=current)


def _name_of(lists: Iterable[Sequence[Line]]) -> uuid.UUID | None:
    """Which list is meant: that of the backup, or else that of the living key store."""
    return next((lines[0].uid for lines in lists if lines), None)


def list_in(address: DatabaseAddress) -> list[Line]:
    """The list of a key store, without its images; empty when it has none."""
    with connect(address) as session:
        if session.execute("SELECT to_regclass('fences_line')").fetchone() == (None,):
            return []
        rows = session.execute(
            "SELECT number, uid, at, kind, ledger, person_id, detail, image IS NOT NULL "
            "FROM fences_line ORDER BY number"
        )
        return [
            Line(
                number=number, uid=uid, at=at, kind=kind, ledger=ledger, person_id=person_id,
                detail=detail, has_image=bool(has_image),
            )
            for number, uid, at, kind, ledger, person_id, detail, has_image in rows.fetchall()
        ]  # fmt: skip


def refuse_unless_current(reached: Reached, *, accept: str | None, looked_at: Sequence[Path]) -> None:
    """Raises Refused when keys would come back and nobody knows whose were destroyed since."""
    if reached.current or accept:
        return
    places = ", ".join(str(path) for path in looked_at) or "nowhere"
    raise Refused(
        "restore.no_fences",
        "This brings keys back, and no current fence list can be reached: persons who were erased after the "
        f"backup would be readable again. Nothing was changed. Looked at: {places}. Name the folder that "
        "AUREOLE_FENCES_FOLDER pointed at, or fences/ of the lost home folder, with --fences FOLDER. If there is "
        "none left, --accept-missing-fences REASON restores all the same: then erase again, by the requests and "
        "certificates you hold, whoever was erased since, and tell your data protection officer.",
    )
