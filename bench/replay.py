"""The floor of a page: its own queries replayed by psycopg on plain tables, its template filled from plain dicts."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from django.contrib.messages.storage.base import BaseStorage
from django.db import connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.template.loader import get_template
from django.utils.functional import Promise
from psycopg.rows import dict_row

from aureole.kernel.errors import Broken
from aureole.web.staff.desk import list_page, ticket_page
from bench.browser import Browser

_NOT_DATA = ("request", "perms")
_MAY_DIFFER = 0.02  # tokens against forged requests have another length each time


class Replay:
    def __init__(self, session: psycopg.Connection[Any], statements: list[tuple[str, str, Any]]) -> None:
        self._session = session
        self.queries = len(statements)
        self._reads = [
            (sql, params) for alias, sql, params in statements if alias == "default" and _is_read(sql)
        ]
        self.template: Any = None
        self.context: dict[str, Any] = {}

    def fetch(self) -> list[list[dict[str, Any]]]:
        with self._session.cursor(row_factory=dict_row) as cursor:
            return [cursor.execute(sql, params).fetchall() for sql, params in self._reads]

    def draw(self) -> str:
        return str(self.template.render(self.context))

    def fill(self) -> str:
        """What the machine does at best for this page. Log entries and sealed keys are no part of it."""
        self.fetch()
        return self.draw()

    def share(self) -> str:
        """How the floor's time divides."""
        begun = time.perf_counter()
        self.fetch()
        middle = time.perf_counter()
        self.draw()
        fetching, drawing = (middle - begun) * 1000, (time.perf_counter() - middle) * 1000
        return f"floor: queries {fetching:.1f}, template {drawing:.1f}"


def record_page(browser: Browser, path: str, session: psycopg.Connection[Any]) -> Replay:
    """Watch the page being made once. Raises Broken when the floor would not make the same page."""
    statements: list[tuple[str, str, Any]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((context["connection"].alias, sql, params))
        return execute(sql, params, many, context)

    browser.get(path)
    with ExitStack() as stack:
        drawn = stack.enter_context(_watched_drawing())
        for alias in ("default", "keys"):
            stack.enter_context(connections[alias].execute_wrapper(watch))
        page = browser.get(path)
    replay = Replay(session, statements)
    replay.template, replay.context = drawn[0]
    made = len(replay.fill().encode())
    if abs(made - len(page)) > _MAY_DIFFER * len(page):
        raise Broken("bench.floor", f"The floor made {made} bytes of {path}, the page has {len(page)}.")
    return replay


def _is_read(sql: str) -> bool:
    return sql.lstrip().upper().startswith(("SELECT", "WITH")) and "ledger_" not in sql


@contextmanager
def _watched_drawing() -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """Template and context of what the views render within the block."""
    drawn: list[tuple[Any, dict[str, Any]]] = []
    modules: tuple[Any, ...] = (list_page, ticket_page)
    real = {module: module.render for module in modules}

    def watch(request: HttpRequest, name: str, context: dict[str, Any], **more: Any) -> HttpResponse:
        drawn.append((get_template(name), _whole(request, context)))
        return render(request, name, context, **more)

    for module in modules:
        module.render = watch
    try:
        yield drawn
    finally:
        for module in modules:
            module.render = real[module]


def _whole(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the template gets, with the context processors' part, as plain values."""
    found: dict[str, Any] = {}
    for processor in engines["django"].engine.template_context_processors:  # type: ignore[attr-defined]
        found.update(processor(request))
    found.update(context)
    return {name: as_plain(value) for name, value in found.items() if name not in _NOT_DATA}


class PlainDict(dict[str, Any]):
    """A dict that also answers as an attribute, for what is drawn by functions and not by a template."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def as_plain(value: Any) -> Any:
    """Dicts, lists and strings of it; properties are worked out."""
    if isinstance(value, Promise):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [f.name for f in dataclasses.fields(value)]
        names += [name for name, thing in vars(type(value)).items() if isinstance(thing, property)]
        return PlainDict((name, as_plain(getattr(value, name))) for name in names)
    if isinstance(value, Model):
        return {f.attname: as_plain(getattr(value, f.attname)) for f in value._meta.concrete_fields}
    if isinstance(value, dict):
        return {key: as_plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, BaseStorage)):
        return [as_plain(one) for one in value]
    return value
