"""What somebody said no to, and what may not go, outlives a restore to the day before it was said."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from unittest.mock import Mock

import pytest

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.release_person import release_person
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.consent.actions.withdraw_consent import withdraw_consent
from aureole.privacy.consent.sending import may_send
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.models import Consent, Hold, Objection
from aureole.privacy.replay import standing
from aureole.privacy.replay.run import replay
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.testing.yesterday import dumped, restored
from aureole.vault.fences.models import FenceLine, LineKind
from aureole.vault.unlock import unlock

OFFICER = Actor.operator()


@pytest.fixture
def ada(personas: Personas) -> Person:
    return personas.person("Ada Lindqvist", "ada@brevduva.example")


def _hold(person: Person) -> Hold:
    return place_hold(
        person_id=person.id, reason="Claim 7 of 2026", review_on=today() + timedelta(days=90), by=OFFICER
    )


def _agreed(person: Person) -> None:
    record_consent(
        person_id=person.id, purpose="news", wording="Yes, write to me", version="1", language="en",
        channel="portal", proof="confirmed", by=Actor(kind="customer"),
    )  # fmt: skip


def test_a_hold_that_is_newer_than_the_backup_stands_with_its_reason(ada: Person) -> None:
    before = dumped()
    hold = _hold(ada)
    restored(before)
    assert not Hold.objects.exists(), "the backup has none"
    assert replay(None).standing == Counter(privacy_hold=1)
    [back] = unlock(Hold.objects.all())
    assert (back.pk, back.reason, back.review_on, back.ground) == (
        hold.pk, "Claim 7 of 2026", hold.review_on, hold.ground,
    )  # fmt: skip
    with pytest.raises(Refused, match="hold"):
        erase_person(ada.id, by=OFFICER, reason="asked")


def test_a_hold_that_was_released_since_stops_no_erasure_that_followed(ada: Person) -> None:
    hold = _hold(ada)
    before = dumped()
    release_hold(hold_id=hold.pk, reason="settled", by=OFFICER)
    restored(before)
    replay(None)
    [back] = unlock(Hold.objects.all())
    assert back.released_at is not None
    assert back.release_reason == "settled"


def test_an_objection_still_stops_what_a_restored_consent_would_allow(ada: Person) -> None:
    _agreed(ada)
    before = dumped()
    object_to_purpose(person_id=ada.id, purpose="news", by=Actor(kind="customer"))
    restored(before)
    assert may_send(ada.id, "news"), "so it was in the backup"
    assert replay(None).standing == Counter(privacy_objection=1, privacy_consent=1)
    assert not may_send(ada.id, "news")
    assert Objection.objects.count() == 1


def test_a_withdrawn_consent_stays_withdrawn_and_its_words_readable(ada: Person) -> None:
    _agreed(ada)
    before = dumped()
    withdraw_consent(person_id=ada.id, purpose="news", by=Actor(kind="customer"))
    restored(before)
    replay(None)
    [consent] = unlock(Consent.objects.all())
    assert (consent.end, consent.wording) == ("withdrawn", "Yes, write to me")
    assert not may_send(ada.id, "news")


def test_a_restricted_person_is_restricted_again_and_a_child_a_child(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dumped()
    restrict_person(person_id=ada.id, reason="contested", by=OFFICER)
    release_person(person_id=ada.id, reason="checked", told="on the phone", by=OFFICER)
    mark_child(person=ada, known=True, by=OFFICER)
    restrict_person(person_id=ada.id, reason="contested again", by=OFFICER)
    restored(before)
    reading = Mock(side_effect=standing.image_in_store)
    monkeypatch.setattr(standing, "image_in_store", reading)
    assert replay(None).standing == Counter(people_person=2)
    assert reading.call_count == 2, "of four notes the last of each"
    again = Person.objects.get()
    assert (again.status, again.childhood) == ("restricted", "waiting")
    assert again.restricted_at is not None
    assert unlock([again])[0].name == "Ada Lindqvist"


def test_the_last_word_counts_and_a_repeat_finds_nothing_more(ada: Person) -> None:
    before = dumped()
    restrict_person(person_id=ada.id, reason="contested", by=OFFICER)
    release_person(person_id=ada.id, reason="checked", told="on the phone", by=OFFICER)
    restored(before)
    assert not replay(None).standing
    assert Person.objects.get().status == "active"
    _hold(ada)
    assert not replay(None).standing


def test_nothing_of_it_is_kept_or_comes_back_once_the_person_is_erased(ada: Person) -> None:
    before = dumped()
    object_to_purpose(person_id=ada.id, purpose="news", by=Actor(kind="customer"))
    erase_person(ada.id, by=OFFICER, reason="asked")
    assert not FenceLine.objects.filter(kind=LineKind.STANDS, image__isnull=False).exists()
    restored(before)
    assert not replay(None).standing
    assert not Objection.objects.exists()
