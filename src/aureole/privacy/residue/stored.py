"""The file store as it rests. What has the sealed form of its row is ciphertext; everything else is searched."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models.functions import Collate

from aureole.privacy.residue.folders import pieces
from aureole.privacy.residue.matcher import Matcher
from aureole.privacy.residue.report import Gathering
from aureole.vault.chunks import may_be_sealed, sealed_size
from aureole.vault.models import SealedFile
from aureole.vault.store import Stored, file_store

NOT_READ = "the bytes of sealed files, whose length and first byte were checked instead"
_BATCH = 500


def search_file_store(matcher: Matcher, gathering: Gathering) -> None:
    """Search the bytes of every stored file that is not plainly a ciphertext.

    A ciphertext is longer than what it seals by a known number of bytes: a file of exactly that length for the size
    its row says, which begins as no text does, is one. Reading gigabytes of it for words would prove nothing.
    """
    sealed = searched = 0
    for one, size in _with_sizes():
        try:
            if size is not None and one.size == sealed_size(size) and _begins_sealed(one.name):
                sealed += 1
                continue
            with file_store().open(one.name) as file:
                gathering.add("file store", matcher.find_stream(pieces(file), sealed=True))
        except FileNotFoundError:
            continue  # deleted while we looked
        searched += 1
    gathering.searched.append(f"file store: {sealed + searched} files, {sealed} of them sealed by their form")
    if sealed:
        gathering.not_searched.append(NOT_READ)


def _begins_sealed(name: str) -> bool:
    with file_store().open(name) as file:
        return may_be_sealed(file.read(1))


def _with_sizes() -> Iterator[tuple[Stored, int | None]]:
    """Every stored file with the plain size its row says, None without a row."""
    rows = SealedFile.objects.exclude(stored_as=None).order_by(Collate("stored_as", "C"))
    known = rows.values_list("stored_as", "size").iterator(chunk_size=_BATCH)
    row = next(known, None)
    for one in file_store().stored():
        while row is not None and str(row[0]) < one.name:
            row = next(known, None)
        yield one, row[1] if row is not None and row[0] == one.name else None
