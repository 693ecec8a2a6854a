"""What a person's own fields become when two records are one, and how they become two again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from aureole.kernel.errors import Refused
from aureole.people.models import Childhood, Person, PersonStatus

Side = Literal["stays", "goes"]
PICKED = ("name", "pronouns", "postal_address", "birth_date", "language", "time_zone", "organisation")
_SETTLED = (
    "also_known_as", "guardian", "childhood", "child_since", "relationship_ended_on", "last_contact_on",
    "created_at", "source", "status", "restricted_at", "site_id",
)  # fmt: skip
FIELDS = (*(f"{f}_id" if f == "organisation" else f for f in PICKED), *_SETTLED)
"""Columns of a person that a merge may change."""


def picks_for(goes: Person, stays: Person, given: Mapping[str, str]) -> dict[str, Side]:
    """Whose value counts, for every field: as given, else the one that stays, else the one there is.

    Raises Refused for a field or a side there is not.
    """
    strange = set(given) - set(PICKED)
    if strange or set(given.values()) - {"stays", "goes"}:
        raise Refused(
            "merge_pick_unknown",
            f"Pick from the fields {', '.join(PICKED)}, and say for each whether the value of the record that stays "
            "or of the one that goes is right. Nothing was changed.",
        )
    return {
        field: "goes" if given.get(field, _by_default(goes, stays, field)) == "goes" else "stays"
        for field in PICKED
    }


def _by_default(goes: Person, stays: Person, field: str) -> Side:
    column = f"{field}_id" if field == "organisation" else field
    return "stays" if getattr(stays, column) or not getattr(goes, column) else "goes"


def joined(goes: Person, stays: Person, picks: Mapping[str, Side]) -> dict[str, Any]:
    """The values of the one record that both become, by column. Whatever protects the person more counts."""
    values: dict[str, Any] = {}
    for field, side in picks.items():
        source = goes if side == "goes" else stays
        if field == "organisation":
            values |= {"organisation_id": source.organisation_id, "site_id": source.site_id}
        else:
            values[field] = getattr(source, field)
    first = min((stays, goes), key=lambda person: person.created_at)
    return values | {
        "also_known_as": _other_names(goes, stays, values["name"]),
        "created_at": first.created_at,
        "source": first.source,
        "relationship_ended_on": _both(max, stays.relationship_ended_on, goes.relationship_ended_on),
        "last_contact_on": _either(max, stays.last_contact_on, goes.last_contact_on),
        "childhood": _childhood(goes, stays),
        "child_since": _either(min, stays.child_since, goes.child_since),
        "guardian": "\n".join(dict.fromkeys(str(p.guardian) for p in (stays, goes) if p.guardian)) or None,
        "status": PersonStatus.RESTRICTED if _restricted(goes, stays) else PersonStatus.ACTIVE,
        "restricted_at": _either(min, stays.restricted_at, goes.restricted_at),
    }


def _other_names(goes: Person, stays: Person, chosen: Any) -> str | None:
    names = [str(p.name) for p in (stays, goes) if p.name] + stays.other_names + goes.other_names
    return "\n".join(dict.fromkeys(name for name in names if name != str(chosen or ""))) or None


def _both(choose: Any, one: Any, other: Any) -> Any:
    """None when either has none: whoever still is a customer on one record is one."""
    return None if one is None or other is None else choose(one, other)


def _either(choose: Any, one: Any, other: Any) -> Any:
    known = [value for value in (one, other) if value is not None]
    return choose(known) if known else None


def _childhood(goes: Person, stays: Person) -> str:
    """Nobody answers for a child before a guardian of every record of theirs is known."""
    said = {goes.childhood, stays.childhood} - {Childhood.NONE}
    if not said:
        return Childhood.NONE
    return Childhood.WAITING if Childhood.WAITING in said else Childhood.GUARDED


def _restricted(goes: Person, stays: Person) -> bool:
    return PersonStatus.RESTRICTED in (goes.status, stays.status)


# ------------------------------------------------------------------ taking apart


def as_kept(person: Person) -> dict[str, Any]:
    """Every column of a record as JSON, opened: it is sealed as a whole."""
    return {f.attname: as_json(getattr(person, f.attname)) for f in person._meta.concrete_fields}


def as_json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value if value is None or isinstance(value, bool | int) else str(value)


def made_again(kept: Mapping[str, Any]) -> Person:
    """The record that ended, as it was."""
    fields = {f.attname: f for f in Person._meta.concrete_fields}
    return Person(**{name: _read(fields[name], value) for name, value in kept.items() if name in fields})


def _read(field: Any, value: Any) -> Any:
    return value if field.get_internal_type() == "BinaryField" else field.to_python(value)


def put_back(stays: Person, changed: Mapping[str, list[Any]]) -> list[str]:
    """Give each field its value of before, where nobody has changed it since; the columns that were given."""
    fields = {f.attname: f for f in Person._meta.concrete_fields}
    given = [
        name for name, (_, after) in changed.items()
        if name not in ("status", "restricted_at") and as_json(getattr(stays, name)) == after
    ]  # fmt: skip
    for name in given:
        setattr(stays, name, _read(fields[name], changed[name][0]))
    return given


def part_restriction(again: Person, stays: Person, changed: Mapping[str, list[Any]]) -> None:
    """A restriction goes back to whose it was. One that was set or lifted since the merge counts for both."""
    before, after = changed["restricted_at"]
    today = as_json(stays.restricted_at)
    if today == after:
        stays.status, stays.restricted_at = _status(before)
    else:
        again.status, again.restricted_at = _status(today)


def _status(restricted_at: str | None) -> tuple[PersonStatus, datetime | None]:
    if restricted_at is None:
        return PersonStatus.ACTIVE, None
    return PersonStatus.RESTRICTED, datetime.fromisoformat(restricted_at)
