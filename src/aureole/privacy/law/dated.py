"""Reading the tables of `data/`: the line that applied in a country on a day."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from aureole.kernel.errors import Refused

_FOLDER = Path(__file__).parent / "data"


@cache
def table(name: str) -> dict[str, Any]:
    """A file of `data/` as it is written."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def is_in_force(line: dict[str, Any], day: date) -> bool:
    """From the first day it applies, until the last where one is named."""
    return bool(line["from"] <= day <= line.get("until", date.max))


def line_for(name: str, kind: str, country: str, day: date, *, record: str = "") -> dict[str, Any]:
    """The one line of `[[kind]]` that applies in the country on that day.

    record  which of a line's `records` it is about, where a table tells them apart
    Raises Refused when there is none, so that a missing law is seen and never guessed.
    """
    for line in table(name)[kind]:
        if record and record not in line["records"]:
            continue
        if country in line["countries"] and is_in_force(line, day):
            found: dict[str, Any] = line
            return found
    raise Refused(
        "law_unknown",
        f"No rule is on file for {country or 'an unnamed country'} on {day}. Set AUREOLE_COUNTRY to the controller's "
        "country (ISO 3166, for example DE); nothing was changed.",
    )
