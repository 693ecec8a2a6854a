"""Reading the content files into a story."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from aureole.ops.demo.patterns import threads_of_pattern
from aureole.ops.demo.story import (
    Asking,
    Company,
    Customer,
    Doing,
    FileRecipe,
    House,
    Line,
    StaffMember,
    Story,
    Thread,
)

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_SPAN = re.compile(r"(\d+)([mhd])")


def read_story() -> Story:
    """The whole content of this package.

    Raises KeyError, TypeError or ValueError for a file that is not as it should be.
    """
    company = _toml(_folder() / "company.toml")
    staff = {a["key"]: StaffMember(**{**a, "teams": tuple(a["teams"])}) for a in company["agents"]}
    people = _people()
    return Story(
        workspace=company["name"],
        mailbox=company["mailbox"],
        teams={team["key"]: team["name"] for team in company["teams"]},
        brands={b["key"]: House(**{**b, "addresses": tuple(b["addresses"])}) for b in company["brands"]},
        staff=staff,
        people=people,
        companies=_companies(),
        files=_files(),
        threads=(*_threads(), *_pattern_threads(staff, people)),
        askings=tuple(_asking(**row) for row in _toml(_folder() / "requests.toml")["request"]),
    )


def span(text: str) -> timedelta:
    """ "12m", "5h" or "2d" as a duration."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a span like 12m, 5h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _folder() -> Traversable:
    return files("aureole.ops.demo") / "content"


def _toml(path: Traversable) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _each(folder: str) -> Iterator[dict[str, Any]]:
    for path in sorted((_folder() / folder).iterdir(), key=lambda p: p.name):
        if path.name.endswith(".toml"):
            yield _toml(path)


def _people() -> dict[str, Customer]:
    rows = _toml(_folder() / "people.toml")["people"]
    return {row["key"]: Customer(**{**row, "emails": tuple(row["emails"])}) for row in rows}


def _companies() -> dict[str, Company]:
    rows = _toml(_folder() / "organisations.toml")["organisations"]
    sites = {row["key"]: tuple((s["name"], s["country"]) for s in row["sites"]) for row in rows}
    return {row["key"]: Company(key=row["key"], name=row["name"], sites=sites[row["key"]]) for row in rows}


def _files() -> dict[str, FileRecipe]:
    recipes = [_recipe(**row) for row in _toml(_folder() / "files.toml")["file"]]
    return {recipe.key: recipe for recipe in recipes}


def _recipe(key: str, name: str, kind: str, **details: Any) -> FileRecipe:
    return FileRecipe(key=key, name=name, kind=kind, details=details)


def _threads() -> Iterator[Thread]:
    for document in _each("threads"):
        yield from (_thread(row) for row in document["thread"])


def _thread(row: dict[str, Any]) -> Thread:
    lines = tuple(_line(message) for message in row["message"])
    hour, minute = row["at"].split(":")
    return Thread(
        key=row["key"], subject=row["subject"], requester=row.get("requester", lines[0].by),
        team=row["team"], language=row["language"], status=row["status"], lines=lines,
        days_ago=row["days_ago"], at=time(int(hour), int(minute)),
        fresh=span(row["fresh"]) if "fresh" in row else None,
        assignee=row.get("assignee", ""), priority=row.get("priority", "normal"),
        tags=tuple(row.get("tags", ())), copied=tuple(row.get("cc", ())),
        brand=row.get("brand", ""),
    )  # fmt: skip


def _line(row: dict[str, Any]) -> Line:
    return Line(
        by=row["by"], text=row["text"].strip("\n"), after=span(row.get("after", "0m")),
        note=row.get("note", False), files=tuple(row.get("attach", ())), address=row.get("address", ""),
        enters=tuple(row.get("enters", ())), tells=tuple(row.get("tells", ())),
    )  # fmt: skip


def _asking(steps: list[dict[str, Any]], at: str = "", **rest: Any) -> Asking:
    doings = tuple(_doing(**step) for step in steps)
    return Asking(steps=doings, at=time.fromisoformat(at) if at else None, **rest)


def _doing(after: str = "0m", ago: str = "", **rest: Any) -> Doing:
    return Doing(after=span(after), ago=span(ago) if ago else None, **rest)


def _pattern_threads(staff: dict[str, StaffMember], people: dict[str, Customer]) -> Iterator[Thread]:
    for document in _each("patterns"):
        for pattern in document["pattern"]:
            lines = [(_line({**m, "text": ""}), tuple(m["text"])) for m in pattern["message"]]
            yield from threads_of_pattern(pattern, lines, staff, people)
