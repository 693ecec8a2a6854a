"""Events: something happened, told in the past tense, ids only, in the same transaction.

An event is stored as one background job per reaction (the transactional outbox): a rollback
takes it back, a crash after commit loses nothing, and a reaction that runs twice must be
harmless. An event nobody reacts to costs nothing.
"""

from __future__ import annotations

import dataclasses
import typing
import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from procrastinate.contrib.django import app

_ALLOWED = (uuid.UUID, int, bool)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. Fields may be UUIDs and whole numbers: ids never carry personal data."""


E = TypeVar("E", bound=Event)
Reaction = Callable[[Any], None]

_reactions: dict[str, dict[str, Reaction]] = defaultdict(dict)
_types: dict[str, type[Event]] = {}


def _name(thing: type | Reaction) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def reacts_to(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function to be run by the worker after each such event has been committed."""
    _check(event_type)

    def register(reaction: Callable[[E], None]) -> Callable[[E], None]:
        _types[_name(event_type)] = event_type
        _reactions[_name(event_type)][_name(reaction)] = reaction
        return reaction

    return register


def _check(event_type: type[Event]) -> None:
    for field, kind in typing.get_type_hints(event_type).items():
        if kind not in _ALLOWED:
            raise TypeError(f"{event_type.__name__}.{field}: events carry ids only (UUID, int, bool).")


def announce(event: Event) -> None:
    """Store the event for each of its reactions, inside the caller's transaction."""
    name = _name(type(event))
    if not _reactions.get(name):
        return
    react = app.configure_task("kernel.react", allow_unknown=False)  # of tasks.py, which delivers
    payload: dict[str, Any] = {field: _plain(value) for field, value in dataclasses.asdict(event).items()}
    for reaction in _reactions[name]:
        react.defer(event=name, reaction=reaction, payload=payload)


def _plain(value: uuid.UUID | int) -> str | int:
    return str(value) if isinstance(value, uuid.UUID) else value


def deliver(event_name: str, reaction_name: str, payload: dict[str, str | int]) -> None:
    """Run one reaction. A name this version no longer knows raises KeyError, so the job is kept and seen."""
    event_type = _types[event_name]
    hints = typing.get_type_hints(event_type)
    values = {k: uuid.UUID(str(v)) if hints[k] is uuid.UUID else v for k, v in payload.items()}
    _reactions[event_name][reaction_name](event_type(**values))
