"""What is there once a part of the story was loaded; it is loaded once for all that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.plugin import DjangoDbBlocker

from aureole.desk.models import Attachment, Brand, Message, Tag, Ticket
from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.ops.demo.load import Loaded, load_demo
from aureole.ops.demo.models import DemoMark
from aureole.ops.demo.tests.test_load_and_remove import part_of_story
from aureole.people.models import Person
from aureole.people.queries import identifiers_of
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.informing.listing import Standing, settled, standing
from aureole.privacy.models import RequestLetter, RetentionRule, RightsRequest
from aureole.privacy.rights.place import clock_of, today
from aureole.testing.shared_state import shared_state
from aureole.vault.files import read_file
from aureole.vault.unlock import unlock

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module", autouse=True)
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    with django_db_blocker.unblock(), shared_state(tmp_path_factory.mktemp("fences")):
        yield load_demo(story=part_of_story())


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
