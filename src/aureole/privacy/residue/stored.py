"""The file store as it rests: ciphertext, searched all the same, in case something was stored unsealed."""

from __future__ import annotations

from aureole.privacy.residue.folders import pieces
from aureole.privacy.residue.matcher import Matcher
from aureole.privacy.residue.report import Gathering
from aureole.vault.store import file_store


def search_file_store(matcher: Matcher, gathering: Gathering) -> int:
    """Search every stored file's bytes; returns how many."""
    seen = 0
    for name in file_store().names():
        try:
            with file_store().open(name) as file:
                gathering.add("file store", matcher.find_stream(pieces(file), sealed=True))
        except FileNotFoundError:
            continue  # deleted while we looked
        seen += 1
    return seen
