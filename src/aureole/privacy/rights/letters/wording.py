"""Texts of letters by language, and what stands below each."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from aureole.privacy.rights.place import authority

LANGUAGES = ("en", "de", "fr", "es")
_WORDS = Path(__file__).parent.parent / "words"


@cache
def words(language: str) -> dict[str, Any]:
    """Texts of that language; English where there is none."""
    code = language.lower()[:2]
    return tomllib.loads((_WORDS / f"{code if code in LANGUAGES else 'en'}.toml").read_text("utf-8"))


def ending_of(texts: dict[str, Any]) -> str:
    """Where one may complain: by name, where the authority of the controller's place is on file."""
    found = authority()
    return f"{texts['ending']} {found.name}: https://{found.web}" if found else str(texts["ending"])
