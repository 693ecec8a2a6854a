"""The loader and its opposite, on a part of the story that has every kind of thing in it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import cache

import pytest
from django.apps import apps
from django.test import Client

from aureole.desk.actions.open_ticket import open_ticket
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.models import Message, Ticket
from aureole.kernel.actor import Actor
from aureole.ops.demo.load import load_demo
from aureole.ops.demo.reading import read_story
from aureole.ops.demo.remove import remove_demo
from aureole.ops.demo.story import Story
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Person
from aureole.staff.models import Agent, Team
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock
from aureole.web.staff.privacy.requests.trying import trying_context

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

_PART = (
    "welcome", "fjellro-pole", "present-ada", "kobben-kalender", "levar-dados", "sendung/4", "ada-auskunft",
    "ada-sovsack", "loeschung-voss", "beratung-de/3", "gunilla-vidarebefordrat", "fair-cards",
)  # fmt: skip
_STAYS = {
    "ledger.Entry", "ledger.Unplaced", "keystore.PersonKey", "keystore.SystemKey", "keystore.WrappingKey",
    "fences.FenceLine",
}  # fmt: skip


@cache
def part_of_story() -> Story:
    whole = read_story()
    return dataclasses.replace(whole, threads=tuple(t for t in whole.threads if t.key in _PART))


def row_counts() -> Counter[str]:
    """Rows of every table of ours but the log, the key store and the job queue."""
    models = [m for m in apps.get_models() if m._meta.managed and m._meta.label not in _STAYS]
    counted = {m._meta.label: m._base_manager.count() for m in models if m._meta.app_label != "procrastinate"}
    return Counter({label: count for label, count in counted.items() if count})


def test_a_load_that_breaks_off_leaves_nothing_and_is_done_again() -> None:
    before = row_counts()

    def breaking(done: int, of: int) -> None:
        if done == of - 1:  # everything but the last step is told, restrictions and objections too
            raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        load_demo(breaking, story=part_of_story())
    assert row_counts() == before
    assert load_demo(story=part_of_story()).tickets == len(_PART)


def test_a_load_that_breaks_off_leaves_no_row() -> None:
    before = row_counts()

    def pull_the_plug(done: int, of: int) -> None:
        if done == of // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_demo(pull_the_plug, story=part_of_story())
    assert row_counts() == before


def test_removing_leaves_real_people_and_their_tickets_alone() -> None:
    real = recognise_person(
        kind="email", value="nobody.else@elsewhere.example", name="Nobody Else", source="email",
        by=Actor.system(),
    )  # fmt: skip
    load_demo(story=part_of_story())
    team, agent = Team.objects.get(name="Returns"), Agent.objects.filter(role="agent").first()
    ticket = open_ticket(
        requester=real,
        subject="A real question",
        by=Actor.system(),
        channel="email",
        team=team,
        assignee=agent,
    )
    receive_message(ticket=ticket, author=real, text="Are you there?", by=Actor.system())
    remove_demo()
    kept = unlock(Ticket.objects.all())
    assert [t.subject for t in kept] == ["A real question"]
    assert kept[0].team == team and kept[0].assignee is None
    assert Person.objects.get().id == real.id
    assert [m.text for m in unlock(Message.objects.all())] == ["Are you there?"]


def test_removing_what_is_not_there_does_nothing() -> None:
    removed = remove_demo()
    assert (removed.persons, removed.tickets, removed.messages) == (0, 0, 0)


def test_an_empty_console_offers_to_try_a_request_with_ada(personas: Personas) -> None:
    assert trying_context() == {"try_href": "", "try_words": ""}
    load_demo(story=dataclasses.replace(part_of_story(), askings=()))
    assert trying_context()["try_words"] == "Try one with sample person Ada"
    client = Client()
    client.force_login(personas.agent(role="privacy_officer"), backend="aureole.staff.backend.AgentBackend")
    shown = client.get("/privacy/").content.decode()
    assert "Try one with sample person Ada" in shown
    answer = client.get(trying_context()["try_href"]).content.decode()
    assert "What does Ada Lindqvist ask for?" in answer
