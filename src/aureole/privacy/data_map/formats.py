"""The map in the shapes others read: CSV, a Fides dataset, the record of processing of Art. 30 GDPR."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from aureole.privacy import vocabulary
from aureole.privacy.data_map.rows import OUTSIDE, MapRow
from aureole.privacy.export.csv_form import csv_lines


def as_csv(rows: Sequence[MapRow]) -> str:
    """One line per row, RFC 4180. What a spreadsheet would run as a formula is led by an apostrophe."""
    return csv_lines([list(MapRow.__dataclass_fields__), *(row.as_json().values() for row in rows)])


def as_fides(rows: Sequence[MapRow]) -> str:
    """A Fides manifest (ethyca/fideslang): one dataset, a collection per table, a field per column.

    Written as JSON, which is YAML (YAML 1.2, §1.3): every YAML reader takes it, none can misread it.
    """
    tables = [row for row in rows if row.module != OUTSIDE]
    collections = [_collection(name, list(group)) for name, group in groupby(tables, lambda row: row.table)]
    dataset = {
        "fides_key": "aureole_data",
        "name": "Aureole",
        "description": "Everything an Aureole instance holds about persons",
        "data_categories": sorted({row.category for row in tables}),
        "collections": collections,
    }
    return json.dumps({"dataset": [dataset]}, indent=2, ensure_ascii=False) + "\n"


def _collection(name: str, rows: list[MapRow]) -> dict[str, Any]:
    columns = [row for row in rows if "." not in row.field]
    return {
        "name": name,
        "description": rows[0].label.partition(":")[0],
        "data_purposes": sorted({row.purpose_key for row in rows}),
        "fields": [_field(row, [r for r in rows if r.field.startswith(f"{row.field}.")]) for row in columns],
    }


def _field(row: MapRow, keys: list[MapRow]) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": row.field,
        "description": row.label.partition(": ")[2],
        "data_categories": [row.category],
        "fides_meta": {"at_rest": row.at_rest, "retention": row.retention, "on_erase": row.on_erase},
    }
    if keys:
        field["fields"] = [
            {"name": key.field.partition(".")[2], "data_categories": [key.category]} for key in keys
        ]
    return field


def as_ropa(rows: Sequence[MapRow], recipients: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The record of processing activities (GDPR Art. 30(1)), one activity per purpose.

    Names and contact data of the controller (point a) are the instance's to add; the rest is the map's.
    recipients  of point (d), as `recipients.recipients_of_all` says them
    """
    return [
        _activity(purpose, [r for r in rows if r.purpose_key == purpose.key])
        | ({"recipients": list(recipients)} if recipients else {})
        for purpose in _used(rows)
    ]


def _used(rows: Sequence[MapRow]) -> list[vocabulary.Purpose]:
    keys = {row.purpose_key for row in rows}
    return [purpose for purpose in vocabulary.purposes() if purpose.key in keys]


def _activity(purpose: vocabulary.Purpose, rows: list[MapRow]) -> dict[str, Any]:
    return {
        "activity": purpose.label,
        "purpose": purpose.words,
        "legal_basis": purpose.basis,
        "article": purpose.article,
        "data_subjects": _subjects(rows),
        "categories_of_data": sorted({row.category for row in rows}),
        "tables": sorted({row.table for row in rows}),
        "sources": sorted({row.source for row in rows if row.source}),
        "time_limits": sorted({row.retention for row in rows if row.retention}),
        "security": _security(rows),
    }


def _subjects(rows: list[MapRow]) -> list[str]:
    staff_only = all(row.module == "staff" for row in rows)
    return ["staff"] if staff_only else ["customers and whoever writes to us", "staff"]


def _security(rows: list[MapRow]) -> str:
    sealed = sum(row.at_rest == "sealed" for row in rows)
    keyed = sum(row.at_rest == "keyed" for row in rows)
    return (
        f"{sealed} of {len(rows)} columns are encrypted under a key of the person (AES-256-GCM), "
        f"{keyed} are keyed digests, the others hold codes, dates and random values; access by role, "
        "every reading in a log that only grows"
    )


def as_ropa_text(rows: Sequence[MapRow], recipients: Sequence[str] = ()) -> str:
    """The same record to read or print, in Markdown."""
    lines = ["# Record of processing activities (GDPR Art. 30)", ""]
    for activity in as_ropa(rows, recipients):
        lines += [f"## {activity['activity']}", ""]
        lines += [
            f"- **{_heading(key)}**: {_words(value)}" for key, value in activity.items() if key != "activity"
        ]
        lines.append("")
    return "\n".join(lines)


def _heading(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _words(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
