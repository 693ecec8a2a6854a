"""Addresses of the desk's pages. They hold numbers, ids and names of lists; never a word a person typed."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

FIRST_QUEUE = "mine"


def queue_of(request: HttpRequest) -> str:
    """The list the reader came from, kept as ?view= on every address of the desk."""
    return request.GET.get("view") or FIRST_QUEUE


def list_url(queue: str, **more: str | int | None) -> str:
    return _with(reverse("desk:list"), queue, more)


def ticket_url(number: int, queue: str, **more: str | int | None) -> str:
    return _with(reverse("desk:ticket", args=[number]), queue, more)


def action_url(name: str, number: int, queue: str, *also: str) -> str:
    """The address a form of the ticket posts to."""
    return _with(reverse(f"desk:{name}", args=[number, *also]), queue, {})


def person_url(person_id: uuid.UUID) -> str:
    """The person's record; empty where this instance has no pages of people."""
    try:
        return reverse("people:record", args=[person_id])
    except NoReverseMatch:
        return ""


def everything_url(person_id: uuid.UUID) -> str:
    """All that is held about the person."""
    return reverse("people:data", args=[person_id])


def _with(path: str, queue: str, more: dict[str, str | int | None]) -> str:
    query = {"view": queue if queue != FIRST_QUEUE else None, **more}
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path
