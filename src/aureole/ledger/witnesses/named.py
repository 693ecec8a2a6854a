"""Which witnesses the settings name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from aureole.kernel.errors import Refused
from aureole.ledger.witnesses.folder import FolderWitness
from aureole.ledger.witnesses.instance import InstanceWitness
from aureole.ledger.witnesses.letter import LetterWitness
from aureole.ledger.witnesses.port import Witness


def witnesses() -> list[Witness]:
    """Those that AUREOLE_LEDGER_WITNESSES names. Raises Refused for an address of no known kind."""
    found, names = [_witness(address) for address in settings.AUREOLE_LEDGER_WITNESSES], Counter[str]()
    for witness in found:  # a second folder is another witness than the first
        names[witness.name] += 1
        if names[witness.name] > 1:
            witness.name = f"{witness.name} {names[witness.name]}"
    return found


def _witness(address: str) -> Witness:
    parts = urlsplit(address)
    if parts.scheme == "file":
        return FolderWitness(Path(unquote(parts.path)))
    if parts.scheme == "mailto":
        return LetterWitness(parts.path)
    if parts.scheme in ("http", "https") and parts.fragment:
        return InstanceWitness(address.partition("#")[0].rstrip("/"), unquote(parts.fragment))
    raise Refused(
        "ledger_witness_unknown",
        "A witness in AUREOLE_LEDGER_WITNESSES is written as file:///folder, mailto:address or "
        "https://host#its-key. Nothing was changed.",
    )
