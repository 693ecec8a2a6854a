"""The loader and its opposite, on a part of the story that has every kind of thing in it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import cache

import pytest
from django.apps import apps
from django.test import Client
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from aureole.desk.actions.open_ticket import open_ticket
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.models import Attachment, Message, MessageKind, Ticket
from aureole.kernel.actor import Actor
from aureole.ops.demo.load import Loaded, load_demo
from aureole.ops.demo.reading import read_story
from aureole.ops.demo.remove import remove_demo
from aureole.ops.demo.story import Story
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Person
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.rights.actions.open_request import open_request
from aureole.staff.models import Agent, Team
from aureole.testing.personas import Personas
from aureole.vault.intake import instance_subject
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.store import file_store
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


def test_loading_brings_in_people_tickets_and_their_whole_course() -> None:
    loaded = load_demo(story=part_of_story())
    lines = [line for thread in part_of_story().threads for line in thread.lines]
    assert (loaded.tickets, loaded.messages) == (len(_PART), len(lines))
    assert Message.objects.count() == len(lines)
    assert Message.objects.filter(kind=MessageKind.NOTE).count() == sum(line.note for line in lines)
    assert Attachment.objects.count() == sum(len(line.files) for line in lines)
    assert Person.objects.filter(agent=None).count() == loaded.persons - Agent.objects.count()
    assert sorted(Ticket.objects.values_list("status", flat=True)) == sorted(
        thread.status for thread in part_of_story().threads
    )


def test_loading_twice_adds_nothing() -> None:
    load_demo(story=part_of_story())
    before = row_counts()
    assert load_demo(story=part_of_story()) == Loaded(persons=0, tickets=0, messages=0)
    assert row_counts() == before


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


def test_removing_leaves_no_row_no_file_and_no_living_key(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before, files = row_counts(), set(file_store().names())
    loaded = load_demo(story=part_of_story())
    ada = next(person for person in unlock(Person.objects.all()) if person.name == "Ada Lindqvist")
    open_request(kind="review", by=Actor.operator(), channel="cli", person_id=ada.id)
    assert set(file_store().names()) != files
    with django_capture_on_commit_callbacks(execute=True):
        removed = remove_demo()
    assert (removed.tickets, removed.messages) == (loaded.tickets, loaded.messages)
    assert removed.requests == loaded.requests + 1, "what visitors tried on sample people goes, too"
    assert row_counts() == before
    assert set(file_store().names()) == files
    alive = PersonKey.objects.using("keys").filter(state=KeyState.ACTIVE)
    assert not alive.exclude(person_id=instance_subject()).exists()


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


def test_after_removing_it_can_be_loaded_again() -> None:
    first = load_demo(story=part_of_story())
    remove_demo()
    assert load_demo(story=part_of_story()) == first


def test_a_sample_person_who_was_erased_does_not_come_back() -> None:
    load_demo(story=part_of_story())
    ada = next(person for person in unlock(Person.objects.all()) if person.name == "Ada Lindqvist")
    erase_person(ada.id, by=Actor.operator(), reason="asked for it")
    less = row_counts()
    assert load_demo(story=part_of_story()) == Loaded(persons=0, tickets=0, messages=0)
    assert row_counts() == less
    hers = tuple(thread for thread in read_story().threads if thread.key == "skarv-sole")
    assert load_demo(story=dataclasses.replace(part_of_story(), threads=hers)) == Loaded(
        persons=0, tickets=0, messages=0
    )


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
