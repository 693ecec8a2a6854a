"""Of two records that are merged, what protects the person more counts for both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.actions.unmerge_persons import unmerge_persons
from aureole.people.models import Person, PersonStatus
from aureole.people.tests.merging import Two, agrees, merge
from aureole.people.tests.merging import two as two
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.consent.actions.withdraw_consent import withdraw_consent
from aureole.privacy.consent.sending import may_send
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.guard import in_force
from aureole.privacy.models import Consent, Objection
from aureole.privacy.rights.place import today
from aureole.privacy.rights.ports import address_book
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
CUSTOMER = Actor(kind="customer")
pytestmark = pytest.mark.django_db


def test_an_objection_of_one_record_ends_the_consent_of_the_other(two: Two) -> None:
    object_to_purpose(person_id=two[1].id, purpose="news", by=CUSTOMER)
    agrees(two[0])
    with transaction.atomic():
        assert may_send(two[0].id, "news")
    merge(two)
    with transaction.atomic():
        assert not may_send(two[0].id, "news")


def test_a_withdrawal_of_one_record_ends_the_consent_of_the_other(two: Two) -> None:
    agrees(two[1])
    withdraw_consent(person_id=two[1].id, purpose="news", by=CUSTOMER)
    agrees(two[0])
    merge(two)
    with transaction.atomic():
        assert not may_send(two[0].id, "news")
    assert not Consent.objects.filter(ended_at=None).exists()


def test_of_two_consents_the_later_one_counts(two: Two) -> None:
    agrees(two[0])
    agrees(two[1])
    merge(two)
    assert Consent.objects.get(ended_at=None).person_id == two[0].id
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert Consent.objects.filter(ended_at=None).count() == 2


def test_an_objection_since_the_merge_counts_for_both_afterwards(two: Two) -> None:
    merge(two)
    object_to_purpose(person_id=two[0].id, purpose="news", by=CUSTOMER)
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert set(Objection.objects.values_list("person_id", flat=True)) == {p.id for p in two}


def test_a_restriction_of_one_record_counts_for_both(two: Two, personas: Personas) -> None:
    restrict_person(person_id=two[1].id, reason="contested", by=OPERATOR)
    agent = personas.agent().actor
    with pytest.raises(NotFound):
        merge_persons(stays=two[0].id, goes=two[1].id, by=agent)
    person = merge(two)
    assert person.status == PersonStatus.RESTRICTED
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert dict(Person.objects.filter(pk__in=[p.id for p in two]).values_list("pk", "status")) == {
        two[0].id: "active", two[1].id: "restricted",
    }  # fmt: skip


def test_holds_join(two: Two) -> None:
    place_hold(person_id=two[0].id, reason="claim", review_on=today() + timedelta(days=9), by=OPERATOR)
    place_hold(person_id=two[1].id, reason="audit", review_on=today() + timedelta(days=5), by=OPERATOR)
    merge(two)
    one = unlock(in_force())[0]
    assert (str(one.reason).split("\n"), one.review_on) == (["claim", "audit"], today() + timedelta(days=5))
    with pytest.raises(Refused, match="hold"):
        erase_person(two[0].id, by=OPERATOR, reason="asked")


def test_an_address_that_came_over_proves_nobodys_identity(two: Two) -> None:
    merge(two)
    usable = {a.masked: a.why_not for a in address_book().addresses(two[0].id)}
    assert usable["a…@arbete.example"] == "came_by_merge"
    assert usable["a…@hemma.example"] != "came_by_merge"
