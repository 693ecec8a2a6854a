"""Words about a breach stay for years and go to an authority, so they name nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from aureole.kernel.errors import Refused
from aureole.kernel.text import storable
from aureole.privacy.ports import directory

LONGEST = 8000
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.\w")
_NUMBER = re.compile(r"(?:\+|\b00?)\d(?:[\s/().-]?\d){6,}")
_CAPITALISED = re.compile(r"[^\W\d_][\w'’-]+")


def said_without_names(text: str) -> str:
    """The text as it is kept. Raises Refused where it has an address, a number or the full name of somebody on file."""
    said = storable(text).strip()[:LONGEST]
    if _ADDRESS.search(said) or _NUMBER.search(said):
        raise _naming("an address or a number")
    if any(directory().bearers(name, besides=None) for name in _names(said)):
        raise _naming("the name of somebody on file")
    return said


def _names(text: str) -> Iterator[str]:
    """Each two words that stand side by side and both begin with a capital, once."""
    words = list(_CAPITALISED.finditer(text))
    pairs = {
        f"{one.group()} {two.group()}"
        for one, two in pairwise(words)
        if one.group()[0].isupper() and two.group()[0].isupper() and text[one.end() : two.start()].isspace()
    }
    yield from sorted(pairs)


def _naming(what: str) -> Refused:
    return Refused(
        "breach_names",
        f"These words hold {what}. They stay in the register for years and go to the authority: say who is meant "
        "without naming them, for example “a customer” or “an agent of ours”. Nothing was changed.",
    )
