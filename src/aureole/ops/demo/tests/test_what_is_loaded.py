"""What is there once a part of the story was loaded, and what becomes of it: loaded once for all that begin there."""

from __future__ import annotations

import dataclasses
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks
from pytest_django.plugin import DjangoDbBlocker

from aureole.desk.models import Attachment, Brand, Message, MessageKind, Tag, Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.ops.demo.load import Loaded, load_demo
from aureole.ops.demo.models import DemoMark
from aureole.ops.demo.reading import read_story
from aureole.ops.demo.remove import remove_demo
from aureole.ops.demo.tests.test_load_and_remove import part_of_story, row_counts
from aureole.people.models import Person
from aureole.people.queries import identifiers_of
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.informing.listing import Standing, settled, standing
from aureole.privacy.models import RequestLetter, RetentionRule, RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import clock_of, today
from aureole.staff.models import Agent
from aureole.testing.shared_state import shared_state
from aureole.vault.files import read_file
from aureole.vault.intake import instance_subject
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.store import file_store
from aureole.vault.unlock import unlock

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@dataclass(frozen=True, kw_only=True)
class Before:
    """What was there before anything was loaded."""

    rows: Counter[str]
    files: set[str]


@pytest.fixture(scope="module", autouse=True)
def before(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Before]:
    with django_db_blocker.unblock(), shared_state(tmp_path_factory.mktemp("fences")):
        yield Before(rows=row_counts(), files=set(file_store().names()))


@pytest.fixture(scope="module", autouse=True)
def loaded(before: Before) -> Loaded:
    return load_demo(story=part_of_story())


@pytest.fixture
def files_come_back(tmp_path: Path) -> Iterator[None]:
    """For what deletes them: no rollback brings them back for the tests after it."""
    folder, kept = settings.AUREOLE_FILES.folder, tmp_path / "kept"
    shutil.copytree(folder, kept)
    yield
    shutil.copytree(kept, folder, dirs_exist_ok=True)


def test_what_was_loaded_happened_in_the_past() -> None:
    present = Ticket.objects.filter(message_count=4).earliest("created_at")
    assert now() - present.created_at > timedelta(days=80)
    moments = list(present.messages.order_by("id").values_list("created_at", flat=True))
    assert moments == sorted(moments)
    assert moments[0] == present.created_at
    assert not Message.objects.filter(created_at__gt=now()).exists()
    assert not Entry.objects.filter(type="desk.replied", at__gt=now()).exists()


def test_brands_have_tickets_of_their_own_and_one_a_period_of_its_own() -> None:
    story = part_of_story()
    pro = Brand.objects.get(code="pro")
    assert Brand.objects.count() == len(story.brands) == 2
    theirs = [thread for thread in story.threads if thread.brand == "pro"]
    assert Ticket.objects.filter(brand=pro).count() == len(theirs) > 0
    rule = RetentionRule.objects.get()
    assert (rule.scope, rule.value, rule.months) == ("brand", str(pro.pk), story.brands["pro"].months)


def test_the_newest_tickets_have_the_highest_numbers() -> None:
    numbers = list(Ticket.objects.order_by("created_at").values_list("number", flat=True))
    assert numbers == sorted(numbers)


def test_requests_are_told_with_their_dates_and_stand_in_different_states(loaded: Loaded) -> None:
    states = dict(RightsRequest.objects.values_list("kind", "state").filter(person_id__isnull=False))
    assert states == {"access": "approval", "erasure": "approval", "portability": "working"}
    assert loaded.requests == RightsRequest.objects.count() == 4, "and one that nobody recognises"
    erasure, unknown = (RightsRequest.objects.get(**w) for w in ({"kind": "erasure"}, {"person_id": None}))
    assert unknown.state == "received"
    assert erasure.person_id and make_plan(erasure.person_id).hash == erasure.plan_hash, "it can be released"
    ticket = Ticket.objects.filter(requester_id=erasure.person_id).latest("created_at")
    assert erasure.received_at == ticket.messages.earliest("created_at").sent_at
    assert clock_of(erasure).paused_days(today()) in (8, 9), "the person took days to give the code back"


def test_whoever_was_answered_was_told_and_of_those_entered_by_hand_one_is_due_soon_and_one_is_late() -> None:
    assert standing() == Standing(owed=2, soon=1, overdue=1)
    told = settled().values_list("source", "how")
    assert ("staff", "phone") in told and ("mentioned", "message") in told


def test_no_letter_about_a_sample_request_waits_to_be_sent() -> None:
    assert set(RequestLetter.objects.values_list("state", flat=True)) == {"sent"}
    assert not RequestLetter.objects.filter(text__isnull=False).exists()
    jobs = ProcrastinateJob.objects.values_list("task_name", flat=True)
    assert "privacy.send_request_letter" not in set(jobs)


def test_ada_has_two_addresses_and_a_number() -> None:
    persons = unlock(Person.objects.exclude(agent__isnull=False))
    ada = next(person for person in persons if person.name == "Ada Lindqvist")
    kinds = sorted(identifier.kind for identifier in identifiers_of([ada.id]))
    assert kinds == ["email", "email", "phone"]
    assert str(ada.postal_address).startswith("Storgatan 14")


def test_attachments_hold_the_bytes_that_were_made() -> None:
    files = [a.file for a in Attachment.objects.select_related("file")]
    starts = {read_file(file)[:4] for file in files}
    assert starts == {b"\x89PNG", b"BEGI", b"%PDF"}


def test_no_sample_answer_waits_to_be_sent() -> None:
    assert set(Message.objects.values_list("delivery", flat=True)) == {"none"}


def test_marks_and_labels_name_nobody() -> None:
    words = [name.casefold() for c in part_of_story().people.values() for name in c.name.split()]
    shown = [*DemoMark.objects.values_list("told", flat=True), *Tag.objects.values_list("name", flat=True)]
    assert not [word for word in words if len(word) > 3 and any(word in text for text in shown)]


def test_loading_brings_in_people_tickets_and_their_whole_course(loaded: Loaded) -> None:
    lines = [line for thread in part_of_story().threads for line in thread.lines]
    assert (loaded.tickets, loaded.messages) == (len(part_of_story().threads), len(lines))
    assert Message.objects.count() == len(lines)
    assert Message.objects.filter(kind=MessageKind.NOTE).count() == sum(line.note for line in lines)
    assert Attachment.objects.count() == sum(len(line.files) for line in lines)
    assert Person.objects.filter(agent=None).count() == loaded.persons - Agent.objects.count()
    assert sorted(Ticket.objects.values_list("status", flat=True)) == sorted(
        thread.status for thread in part_of_story().threads
    )


def test_loading_twice_adds_nothing() -> None:
    before = row_counts()
    assert load_demo(story=part_of_story()) == Loaded(persons=0, tickets=0, messages=0)
    assert row_counts() == before


def test_removing_leaves_no_row_no_file_and_no_living_key_and_it_can_be_loaded_again(
    loaded: Loaded,
    before: Before,
    files_come_back: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ada = next(person for person in unlock(Person.objects.all()) if person.name == "Ada Lindqvist")
    open_request(kind="review", by=Actor.operator(), channel="cli", person_id=ada.id)
    assert set(file_store().names()) > before.files
    with django_capture_on_commit_callbacks(execute=True):
        removed = remove_demo()
    assert (removed.tickets, removed.messages) == (loaded.tickets, loaded.messages)
    assert removed.requests == loaded.requests + 1, "what visitors tried on sample people goes, too"
    assert row_counts() == before.rows
    assert set(file_store().names()) == before.files
    alive = PersonKey.objects.using("keys").filter(state=KeyState.ACTIVE)
    assert not alive.exclude(person_id=instance_subject()).exists()
    assert load_demo(story=part_of_story()) == loaded


def test_a_sample_person_who_was_erased_does_not_come_back(files_come_back: None) -> None:
    ada = next(person for person in unlock(Person.objects.all()) if person.name == "Ada Lindqvist")
    erase_person(ada.id, by=Actor.operator(), reason="asked for it")
    less = row_counts()
    assert load_demo(story=part_of_story()) == Loaded(persons=0, tickets=0, messages=0)
    assert row_counts() == less
    hers = tuple(thread for thread in read_story().threads if thread.key == "skarv-sole")
    assert load_demo(story=dataclasses.replace(part_of_story(), threads=hers)) == Loaded(
        persons=0, tickets=0, messages=0
    )
