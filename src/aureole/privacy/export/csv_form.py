"""CSV that a spreadsheet may open: no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MARK = "\ufeff"  # so that spreadsheets read UTF-8
NOTE = (
    "In CSV files a cell that begins with = + - @ or a blank of another kind carries an apostrophe before it."
)


def csv_lines(rows: Iterable[Iterable[Any]]) -> str:
    """Lines after RFC 4180. Words that begin like a formula get an apostrophe (OWASP, CSV injection)."""
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in values] for values in rows)
    return lines.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if type(value) is str:  # nearly all of them
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(_FORMULA) else text
