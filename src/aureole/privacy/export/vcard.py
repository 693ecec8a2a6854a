"""The person as a contact: vCard 4.0 (RFC 6350)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from aureole.privacy.export.tables import Table
from aureole.privacy.ports import KnownAs

_FROM_MAP = {
    "user.contact.address": "ADR;LABEL={quoted}:;;{value};;;;",
    "user.demographic.language": "LANG:{value}",
    "user.location": "TZ:{value}",
    "user.demographic.gender": "PRONOUNS:{value}",  # RFC 9554 §3.4
}


class Contact:
    """Gathers what a contact card shows while the tables are written."""

    def __init__(self) -> None:
        self._values: dict[str, list[str]] = defaultdict(list)

    def see(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        if table.declaration.person != "id":
            return
        shown = [column for column in table.columns if column.category in _FROM_MAP]
        for values in rows:
            for column in shown:
                value = values.get(column.name)
                if isinstance(value, str) and value:
                    self._values[column.category].append(value)

    @property
    def language(self) -> str:
        """The code on file; "" when there is none."""
        return next(iter(self._values["user.demographic.language"]), "")

    def card(self, known: KnownAs, made_at: datetime) -> str:
        """The card's text, lines folded at 75 bytes."""
        name = next(iter(known.names), "")
        shown = name or next(iter(known.emails), "Unnamed person")
        lines = [
            "BEGIN:VCARD",
            "VERSION:4.0",
            f"UID:{uuid.UUID(str(known.person_id)).urn}",
            f"FN:{_text(shown)}",
        ]
        if name:
            first, _, last = name.rpartition(" ")
            lines.append(f"N:{_text(last)};{_text(first)};;;")
        lines += [f"EMAIL:{_text(email)}" for email in _once(known.emails)]
        lines += [f"TEL;VALUE=text:{_text(phone)}" for phone in _once(known.phones)]
        lines += self._from_map()
        lines += [f"REV:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}", "END:VCARD"]
        return "".join(_folded(line) + "\r\n" for line in lines)

    def _from_map(self) -> list[str]:
        return [
            _FROM_MAP[category].format(value=_text(value), quoted=_quoted(value))
            for category, values in self._values.items()
            for value in _once(tuple(values))
        ]


def _once(values: tuple[str, ...]) -> list[str]:
    return list({value.casefold(): value for value in values}.values())


def _text(value: str) -> str:
    """Escaped after RFC 6350 §3.4."""
    escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _quoted(value: str) -> str:
    """A parameter value after RFC 6868."""
    return '"' + value.replace("^", "^^").replace('"', "^'").replace("\r\n", "^n").replace("\n", "^n") + '"'


def _folded(line: str) -> str:
    """At most 75 bytes a line, never inside a character (RFC 6350 §3.2)."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        limit = 75 if not pieces else 74
        if len((piece + character).encode()) > limit:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
