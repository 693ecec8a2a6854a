"""CSV that a spreadsheet may open: no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MARK = "\ufeff"  # so that spreadsheets read UTF-8
NOTE = (
    "In CSV files a cell that begins with = + - @ or a blank of another kind carries an apostrophe before it."
)


def csv_line(values: list[Any]) -> str:
    """One line after RFC 4180. Words that begin like a formula get an apostrophe (OWASP, CSV injection)."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n").writerow(
        [_cell(value) for value in values]
    )
    return line.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(_FORMULA) else text
