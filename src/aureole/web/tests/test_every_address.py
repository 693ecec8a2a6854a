"""Who may open which address. New addresses are found in the urlconf: what is not named here as open is closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from aureole.staff.permissions import PERMISSIONS
from aureole.testing.personas import Personas
from aureole.web.staff.privacy.breaches import doing as breaches
from aureole.web.staff.privacy.consulting import doing as consulting
from aureole.web.staff.privacy.requests import doing as requests
from aureole.web.staff.privacy.transfers import doing as transfers
from aureole.web.tests.browsers import signed_in

pytestmark = pytest.mark.django_db

# Whoever comes without an account: machines that watch, other instances, the privacy centre, the door itself.
_OUTSIDE = ("livez", "readyz", "metrics", "sign-in/", "ledger/", "transfers/", "portal/")
# Under privacy/ all is for officers but these.
_FOR_EVERYBODY = {
    "privacy/", "privacy/map/", "privacy/map/changes/", "privacy/map/trace/", "privacy/map/<slug:form>/",
    "privacy/check/",
}  # fmt: skip
_FOR_WHO_WORKS = {
    "privacy/requests/new/", "tickets/new/", "people/twins/", "people/<uuid:person_id>/correct/",
    "people/<uuid:person_id>/requests/", "people/<uuid:person_id>/merge/",
    "people/<uuid:person_id>/merge/<uuid:other_id>/",
}  # fmt: skip
_FOR_OFFICERS = {
    "people/<uuid:person_id>/restrict/", "people/<uuid:person_id>/recipients/note/",
    "people/<uuid:person_id>/recipients/<uuid:disclosure_id>/name/",
    "people/<uuid:person_id>/recipients/<uuid:disclosure_id>/settle/",
}  # fmt: skip
# What is only posted changes something, so whoever only reads may not; but these look, or set one's own screen.
_POSTED_TO_LOOK = {"people/<uuid:person_id>/show/<str:key>/", "ui/find", "ui/look"}
# Officers may open everything, which the tests of each page show.
_ROLES = ("read_only", "agent")

Answers = dict[str, int]


def test_every_address_is_closed_to_whom_it_is_not_for(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    address = _filler(str(ada.pk), personas.ticket(ada).number)
    signed = {role: signed_in(personas.agent(role=role)) for role in _ROLES}
    wrong, seen = [], 0
    for route, view in _routes(get_resolver().url_patterns):
        seen += 1
        if getattr(view, "open_to_all", False):
            faults = list(_faults_outside(route, address(route)))
        else:
            faults = list(_faults_inside(route, address(route), signed))
        wrong += [f"{route} {fault}" for fault in faults]
    assert not wrong
    assert seen > 110


def test_what_asks_for_a_permission_of_its_own_is_for_officers_too() -> None:
    tables = [requests.DOINGS, breaches.DOINGS, consulting.DOINGS]
    tables += [place.doings for place in transfers.PLACES.values()]
    own = {doing.permission for table in tables for doing in table.values()} - {""}
    assert own
    assert not {role for permission in own for role in PERMISSIONS[permission]} & set(_ROLES)


def _faults_outside(route: str, path: str) -> Iterator[str]:
    if not route.startswith(_OUTSIDE):
        yield "is open to strangers and not named as such"
    answers = _ask(Client(), path)
    if any(status >= 500 for status in answers.values()):
        yield f"breaks for a stranger: {answers}"


def _faults_inside(route: str, path: str, signed: dict[str, Client]) -> Iterator[str]:
    for role, client in signed.items():
        answers = _ask(client, path)
        refused = {status == 403 for status in answers.values() if status != 405}
        if refused != {role not in _roles_for(route, answers)}:
            yield f"is wrong for {role}: {answers}"
        if any(status >= 500 for status in answers.values()):
            yield f"breaks for {role}: {answers}"


def _roles_for(route: str, answers: Answers) -> tuple[str, ...]:
    open_ = _FOR_EVERYBODY | _FOR_WHO_WORKS
    if route.startswith("settings/"):  # for administrators
        return ()
    if route in _FOR_OFFICERS or (route.startswith("privacy/") and route not in open_):
        return ()
    only_posted = answers["get"] == 405 and route not in _POSTED_TO_LOOK | _FOR_EVERYBODY
    return ("agent",) if only_posted or route in _FOR_WHO_WORKS else _ROLES


def _ask(client: Client, path: str) -> Answers:
    client.raise_request_exception = False
    return {"get": client.get(path).status_code, "post": client.post(path).status_code}


def _routes(
    patterns: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, Callable[..., object]]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif route != "sign-in/out/":  # would end the visits this test makes
            yield route, pattern.callback


def _filler(person_id: str, ticket: int) -> Callable[[str], str]:
    """The address of a route: of somebody and of a conversation that are there, else of nothing."""
    nothing = {"uuid": "00000000-0000-4000-8000-000000000001", "int": "987654", "slug": "x", "str": "x"}
    known = {"<uuid:person_id>": person_id, "<slug:status>": "solved", "<slug:where>": "arrived"}

    def fill(route: str) -> str:
        here = dict(known)
        if route.startswith("tickets/"):
            here["<int:number>"] = str(ticket)
        return "/" + re.sub(r"<(\w+):\w+>", lambda part: here.get(part[0]) or nothing[part[1]], route)

    return fill
