"""From a recipe to bytes, when the message that carries the file is told."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from datetime import datetime, timedelta

from aureole.desk.writing import NewFile
from aureole.ops.demo.papers import write_event, write_invoice
from aureole.ops.demo.pictures import draw_picture
from aureole.ops.demo.story import FileRecipe, Story

_TYPES = {".ics": "text/calendar", ".csv": "text/csv"}


def make_file(recipe: FileRecipe, story: Story, at: datetime) -> NewFile:
    """The file as it would have been on that day. Raises KeyError for an unknown kind."""
    content = _MAKERS[recipe.kind](recipe, story, at)
    return NewFile(name=recipe.name, content_type=_content_type(recipe.name), content=content)


def _content_type(name: str) -> str:
    suffix = name[name.rfind(".") :].lower()
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _picture(recipe: FileRecipe, story: Story, at: datetime) -> bytes:
    return draw_picture(recipe.details["scene"], recipe.key)


def _invoice(recipe: FileRecipe, story: Story, at: datetime) -> bytes:
    return write_invoice(recipe.details["number"], recipe.details["to"], recipe.details["lines"], at)


def _event(recipe: FileRecipe, story: Story, at: datetime) -> bytes:
    guests = [story.people[key] for key in recipe.details["people"]]
    starts = (at + timedelta(days=recipe.details["in_days"])).replace(hour=17, minute=0, second=0)
    invited = [(guest.name, guest.emails[0]) for guest in guests]
    return write_event(recipe.details["title"], recipe.details["place"], invited, starts)


def _text(recipe: FileRecipe, story: Story, at: datetime) -> bytes:
    return str(recipe.details["text"]).lstrip("\n").encode()


_MAKERS: dict[str, Callable[[FileRecipe, Story, datetime], bytes]] = {
    "picture": _picture, "invoice": _invoice, "event": _event, "text": _text,
}  # fmt: skip
