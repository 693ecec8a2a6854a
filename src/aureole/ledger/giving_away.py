"""The verifier as the file it is: it goes out with every certificate, export package and evidence bundle."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from aureole.ledger import verifier

VERIFIER_NAME = "verifier.py"


@cache
def verifier_source() -> str:
    """The text of the one file, as the instance itself runs it."""
    return Path(verifier.__file__).read_text("utf-8")
