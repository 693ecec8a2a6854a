"""A breach from the moment it is noticed to its end: its clock, whom it concerns, whom it is told, what stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from aureole.channels.email import transport
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.ledger.record import record
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.breaches.actions.assess_breach import assess_breach
from aureole.privacy.breaches.actions.bound_breach import bound_breach
from aureole.privacy.breaches.actions.close_breach import close_breach
from aureole.privacy.breaches.actions.describe_breach import describe_breach
from aureole.privacy.breaches.actions.excuse_telling import excuse_telling
from aureole.privacy.breaches.actions.record_breach import record_breach
from aureole.privacy.breaches.actions.report_breach import report_breach
from aureole.privacy.breaches.actions.tell_affected import tell_affected
from aureole.privacy.breaches.affected import find, unreached
from aureole.privacy.breaches.register import breaches, is_late, open_duties
from aureole.privacy.breaches.reminding import remind_of_breaches
from aureole.privacy.breaches.telling import tell
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.models import Breach, BreachPerson, BreachStep, RequestLetter
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from aureole.vault.groups import KeyGroup
from aureole.vault.keystore.models import PersonKey
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier() -> Iterator[transport.FakeTransport]:
    fake = transport.FakeTransport()
    transport.use(fake)
    yield fake
    transport.use(None)


def _noticed(hours: float = 1, **more: Any) -> Breach:
    values = {"title": "Lost laptop", "facts": "A laptop was left on a train.", "lost": True} | more
    return record_breach(noticed_at=now() - timedelta(hours=hours), by=OPERATOR, **values)


def _code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def _fresh(breach: Breach) -> Breach:
    return Breach.objects.get(pk=breach.pk)


def _bound_to(breach: Breach, *persons: Person) -> Breach:
    bound_breach(breach_id=breach.id, scope="persons", persons=[p.id for p in persons], by=OPERATOR)
    find(breach.id)
    return _fresh(breach)


def test_it_gets_a_number_a_clock_and_officers_hear_of_it(personas: Personas) -> None:
    personas.agent("Olle Berg", role="privacy_officer")
    one, two = _noticed(), _noticed(2)
    assert two.number == one.number + 1 and one.law == "GDPR" and one.hours == 72
    assert list(breaches()) == [two, one], "the first noticed stands first"
    letters = unlock(RequestLetter.objects.filter(kind="reminder"))
    assert [f"Breach no. {one.number}", f"Breach no. {two.number}"] == sorted(str(x.heading) for x in letters)
    assert not is_late(one)
    with clock.at(now() + timedelta(hours=72)):
        assert is_late(_fresh(one))


@pytest.mark.parametrize(
    "words",
    [
        "ada@brevduva.example was written to",
        "call +49 30 1234567",
        "Ada Lindqvist got the list",
        "By Ada Lindqvist.",
    ],
)
def test_words_that_name_somebody_are_refused(personas: Personas, words: str) -> None:
    personas.person("Ada Lindqvist")
    with pytest.raises(Refused) as refused:
        _noticed(facts=words)
    assert _code(refused) == "breach_names" and not Breach.objects.exists()


def test_words_that_name_nobody_on_file_are_kept(personas: Personas) -> None:
    personas.person("Ada Lindqvist")
    assert _noticed(facts="Deutsche Bahn lost the bag on 2026-11-20, 1200 rows, Berlin Mitte.").facts


def test_what_was_said_before_stays_in_the_steps(personas: Personas) -> None:
    breach = _noticed()
    describe_breach(breach_id=breach.id, words={"effects": "Somebody could read names."}, by=OPERATOR)
    describe_breach(
        breach_id=breach.id, words={"effects": "Nobody could: the disk was encrypted."}, by=OPERATOR
    )
    describe_breach(
        breach_id=breach.id, words={"effects": "Nobody could: the disk was encrypted."}, by=OPERATOR
    )
    said = [step.said.get("effects") for step in BreachStep.objects.filter(breach=breach, what="described")]
    assert said == ["Somebody could read names.", "Nobody could: the disk was encrypted."]


def test_whom_an_account_looked_at_is_found_by_the_log_and_nobody_else(personas: Personas) -> None:
    thief, other = personas.agent(), personas.agent()
    seen, before, by_other, gone, unseen, merged, stays = (personas.person(f"Person {n}") for n in "ABCDEFG")
    start = now() - timedelta(hours=5)
    with clock.at(start - timedelta(hours=1)):
        record("people.read", by=thief.actor, person=before.id, fields=1)
    with clock.at(start + timedelta(hours=1)):
        for one in (seen, seen, gone, merged):
            record("people.read", by=thief.actor, person=one.id, fields=1)
        record("people.read", by=other.actor, person=by_other.id, fields=1)
    personas.ticket(seen)
    erase_person(gone.id, by=OPERATOR, reason="asked")
    merge_persons(stays=stays.id, goes=merged.id, by=OPERATOR)
    Person.objects.create(name=None, source="import", created_at=now())  # who never had a key stops nothing
    keys = PersonKey.objects.filter(group=KeyGroup.EVIDENCE)
    assert keys.filter(person_id=seen.id).update(mark_digest=None) == 1, "as of a key older than digests"
    assert not keys.filter(person_id=gone.id, mark_digest__isnull=False).exists()
    breach = _noticed(disclosed=True)
    bound_breach(
        breach_id=breach.id, scope="reads", account=thief.actor, since=start, until=start + timedelta(hours=2),
        by=OPERATOR,
    )  # fmt: skip
    run_waiting_jobs("privacy.find_affected")
    found = _fresh(breach)
    assert {p.person_id for p in found.persons.all()} == {seen.id, stays.id}, "also by a record merged since"
    assert (found.finding, found.persons_found, found.persons_gone) == ("found", 3, 1)
    assert found.records["Person"] == 2 and found.records["Messages"] == 1
    assert "user.contact.email" in found.categories
    assert unseen.id not in {p.person_id for p in found.persons.all()}


def test_finding_again_notes_nobody_twice(personas: Personas) -> None:
    persons = [personas.person() for _ in range(3)]
    breach = _noticed()
    for _ in range(2):
        bound_breach(breach_id=breach.id, scope="everybody", sealed_only=True, by=OPERATOR)
        find(breach.id)
        find(breach.id)
    found = _fresh(breach)
    assert found.persons_found == BreachPerson.objects.filter(breach=breach).count() >= len(persons)


def test_the_statements_of_a_search_do_not_grow_with_the_persons(personas: Personas) -> None:
    from django.db import connection

    def counted() -> int:
        breach = _noticed()
        bound_breach(breach_id=breach.id, scope="everybody", by=OPERATOR)
        with CaptureQueriesContext(connection) as queries:
            find(breach.id)
        return len(queries)

    personas.person()
    few = counted()
    for _ in range(5):
        personas.person()
    assert counted() == few


def test_reports_may_come_in_phases_and_each_stays_as_it_was_handed_in(personas: Personas) -> None:
    breach = _noticed()
    report_breach(breach_id=breach.id, by=OPERATOR)
    with pytest.raises(Refused) as refused:
        report_breach(breach_id=breach.id, is_last=True, by=OPERATOR)
    assert _code(refused) == "breach_incomplete" and "likely consequences" in refused.value.sentence
    words = {"effects": "Names could be read.", "measures": "Keys were changed.", "contact": "The officer."}
    describe_breach(breach_id=breach.id, words=words, by=OPERATOR)
    _bound_to(breach, personas.person())
    assess_breach(breach_id=breach.id, risk="risk", reason="Names only.", by=OPERATOR)
    report_breach(breach_id=breach.id, is_last=True, by=OPERATOR)
    first, last = BreachStep.objects.filter(breach=breach, what="reported")
    assert first.said["effects"] == "" and "persons" in first.said["missing"]
    assert (
        last.said["effects"] == "Names could be read."
        and last.said["persons"] == 1
        and not last.said["missing"]
    )


def test_a_first_report_after_the_hours_takes_the_reasons_for_the_delay(personas: Personas) -> None:
    breach = _noticed(80)
    with pytest.raises(Refused) as refused:
        report_breach(breach_id=breach.id, by=OPERATOR)
    assert _code(refused) == "breach_delay" and "72 hours" in refused.value.sentence
    report_breach(breach_id=breach.id, delay_reason="It was a holiday.", by=OPERATOR)
    assert not is_late(_fresh(breach)) and _fresh(breach).delay_reason == "It was a holiday."


def test_one_that_was_handed_in_in_time_and_noted_later_is_not_late(personas: Personas) -> None:
    breach = _noticed(80)
    report_breach(breach_id=breach.id, handed_in_at=now() - timedelta(hours=10), by=OPERATOR)
    assert _fresh(breach).delay_reason == ""


def test_those_affected_are_written_to_once_in_their_language(
    personas: Personas, carrier: transport.FakeTransport
) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Ek")
    Person.objects.filter(pk=bo.id).update(language="de")
    restrict_person(person_id=ada.id, reason="contested", by=OPERATOR)
    breach = _bound_to(_noticed(), ada, bo)
    assess_breach(breach_id=breach.id, risk="high", reason="Card numbers.", by=OPERATOR)
    tell_affected(breach_id=breach.id, words={"en": "Somebody read it.", "de": "Jemand las es."}, by=OPERATOR)
    run_waiting_jobs("privacy.tell_affected", "privacy.send_request_letter")
    tell(breach.id)
    run_waiting_jobs("privacy.send_request_letter")
    sent = [raw.decode() for _, _, raw in carrier.sent]
    assert len(sent) == 2
    assert (
        sum("Somebody read it." in text for text in sent)
        == sum("Jemand las es." in text for text in sent)
        == 1
    )
    with pytest.raises(Refused) as refused:
        tell_affected(breach_id=breach.id, words={"en": "Again."}, by=OPERATOR)
    assert _code(refused) == "breach_told"


def test_who_was_seen_in_a_copy_line_only_is_counted_as_not_reached(personas: Personas) -> None:
    from aureole.people.actions.recognise_person import recognise_person

    copied = recognise_person(
        kind="email", value="copied@brevduva.example", name="", source="mentioned", by=Actor.system()
    )
    breach = _bound_to(_noticed(), copied)
    tell_affected(breach_id=breach.id, words={"en": "Words."}, by=OPERATOR)
    tell(breach.id)
    assert unreached(breach) == 1


def test_sealed_is_a_reason_not_to_tell_only_where_nothing_could_be_read(personas: Personas) -> None:
    breach = _bound_to(_noticed(), personas.person())
    with pytest.raises(Refused) as refused:
        excuse_telling(breach_id=breach.id, ground="sealed", reason="Encrypted.", by=OPERATOR)
    assert _code(refused) == "breach_open"
    bound_breach(breach_id=breach.id, scope="everybody", sealed_only=True, by=OPERATOR)
    find(breach.id)
    excuse_telling(breach_id=breach.id, ground="sealed", reason="Encrypted.", by=OPERATOR)
    assert _fresh(breach).telling == "sealed"


def test_it_is_closed_only_when_nothing_the_law_wants_is_left(personas: Personas) -> None:
    breach = _noticed()
    assert open_duties(breach) == ["describe", "bound", "assess", "report", "complete", "close"]
    with pytest.raises(Refused) as refused:
        close_breach(breach_id=breach.id, remedy="Locks.", by=OPERATOR)
    assert _code(refused) == "breach_left" and "judge the risk" in refused.value.sentence
    assess_breach(breach_id=breach.id, risk="none", reason="Found unopened the same day.", by=OPERATOR)
    assert open_duties(_fresh(breach)) == ["close"], "without risk it is recorded and not notified"
    close_breach(breach_id=breach.id, remedy="Locks.", by=OPERATOR)
    with pytest.raises(Refused) as closed:
        describe_breach(breach_id=breach.id, words={"facts": "Other facts."}, by=OPERATOR)
    assert _code(closed) == "breach_closed"


def test_a_high_risk_is_told_or_excused_before_the_end(personas: Personas) -> None:
    breach = _noticed()
    assess_breach(breach_id=breach.id, risk="high", reason="Health data.", by=OPERATOR)
    assert "tell" in open_duties(_fresh(breach))


def test_each_stage_is_reminded_of_once_and_not_after_the_report(personas: Personas) -> None:
    personas.agent(role="privacy_officer")
    breach = _noticed(0)
    begin = breach.noticed_at

    def reminded(hours: float) -> int:
        with clock.at(begin + timedelta(hours=hours)):
            return remind_of_breaches()

    assert [reminded(h) for h in (1, 47, 48, 50, 66, 67, 72, 73, 90)] == [0, 0, 1, 0, 1, 0, 1, 0, 0]
    other = _noticed(60)
    report_breach(breach_id=other.id, by=OPERATOR)
    assert remind_of_breaches() == 0


def test_the_log_holds_numbers_and_codes_only(personas: Personas) -> None:
    breach = _bound_to(_noticed(), personas.person())
    assess_breach(breach_id=breach.id, risk="high", reason="Health data.", by=OPERATOR)
    entries = Entry.objects.filter(type__startswith="privacy.breach_")
    assert {e.type for e in entries} == {
        f"privacy.breach_{what}" for what in ("recorded", "bounded", "found", "assessed")
    }
    assert all(e.facts["breach"] == breach.number for e in entries)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"lost": False}, "breach_kind"),
        ({"title": " "}, "breach_words"),
        ({"role": "friend"}, "breach_role"),
        ({"began_at": datetime.max.replace(tzinfo=now().tzinfo)}, "breach_began"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        _noticed(**more)
    assert _code(refused) == code and refused.value.sentence.endswith(("recorded.", "changed."))
