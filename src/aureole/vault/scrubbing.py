"""Looks whether every sealed file is there, whole, and opens: rot is found while there still is a backup."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from aureole.vault.errors import CannotOpen, KeyMissing
from aureole.vault.files import check_length, open_file, sha256
from aureole.vault.models import SealedFile

_BATCH = 100
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """`kind`: missing or wrong length ("length"), does not open ("damaged"), key store without its key ("key")."""

    file_id: uuid.UUID
    kind: str


@dataclass(slots=True, kw_only=True)
class Scrub:
    """What was seen so far. `last` is where another run may begin; None before the first file."""

    checked: int = 0
    bytes: int = 0
    erased: int = 0
    last: uuid.UUID | None = None
    troubles: list[Trouble] = field(default_factory=list)


def check_files(
    *,
    after: uuid.UUID | None = None,
    contents: bool = True,
    progress: Progress | None = None,
    into: Scrub | None = None,
) -> Scrub:
    """Check all files in the order of their ids.

    after     begin behind this id (`last` of a run that was interrupted)
    contents  also open every file and compare its hash; else only presence and length, one question a file
    into      filled while it goes, so that whoever interrupts the run still has what was seen

    Reads only. An erased person's file has no key: its length is checked. Raises FileStoreAway when the store does
    not answer: that is no damage.
    """
    scrub, total = into or Scrub(), SealedFile.objects.count()
    scrub.last = after
    while page := _page(scrub.last):
        for file in page:
            _check(file, scrub, contents)
            scrub.last = file.pk
            if progress:
                progress(scrub.checked, total)
    return scrub


def _page(after: uuid.UUID | None) -> list[SealedFile]:
    rows = SealedFile.objects.order_by("pk")
    return list((rows if after is None else rows.filter(pk__gt=after))[:_BATCH])


def _check(file: SealedFile, scrub: Scrub, contents: bool) -> None:
    kind = "length"
    try:
        check_length(file)
        kind = "damaged"
        if contents and sha256(file) is None:
            scrub.erased += 1
        elif contents:
            for _ in open_file(file):
                pass
    except (CannotOpen, KeyMissing) as trouble:
        if SealedFile.objects.filter(pk=file.pk).exists():  # else deleted while we looked
            kind = "key" if isinstance(trouble, KeyMissing) else kind
            scrub.troubles.append(Trouble(file_id=file.pk, kind=kind))
    scrub.checked += 1
    scrub.bytes += file.size
