from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from aureole.channels.email.actions.send_queued_mail import send_queued_mail
from aureole.channels.email.models import OutboundMail
from aureole.desk.actions.reply import reply
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.people.actions.discard_child import discard_child
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.note_come_of_age import note_come_of_age
from aureole.people.actions.note_no_child import note_no_child
from aureole.people.actions.record_guardian import record_guardian
from aureole.people.children import age_on, is_below_age, waiting_children
from aureole.people.models import Person
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.consent.sending import may_send
from aureole.privacy.models import Consent
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()


def _born(years_ago: int) -> str:
    day = today()
    return day.replace(year=day.year - years_ago, day=min(day.day, 28)).isoformat()


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 5, 17), date(2026, 5, 16), 15),
        (date(2010, 5, 17), date(2026, 5, 17), 16),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
    ],
)
def test_years_are_full_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("country", "child"), [("DE", True), ("DK", False), ("EU", True), ("DE-BY", True), ("CH", True)]
)
def test_the_age_is_that_of_the_controllers_country_else_the_highest_of_any(
    settings: Any, country: str, child: bool
) -> None:
    settings.AUREOLE_COUNTRY = country
    assert is_below_age(date.fromisoformat(_born(15))) is child
    assert not is_below_age(date.fromisoformat(_born(16)))


def test_a_birth_date_below_the_age_starts_the_childs_path(personas: Personas, settings: Any) -> None:
    settings.AUREOLE_COUNTRY = "DE"
    ada = mark_child(person=personas.person(), born=_born(15), by=OPERATOR)
    assert [p.id for p in waiting_children()] == [ada.id]
    [kept] = unlock(Person.objects.all())
    assert (kept.birth_date, kept.childhood) == (_born(15), "waiting")
    assert Entry.objects.filter(type="people.child_marked").count() == 1
    with clock.at(now() + timedelta(days=370)):
        assert note_come_of_age() == 1, "their sixteenth birthday has come"
        assert note_come_of_age() == 0
    assert not waiting_children().exists()
    mark_child(person=kept, born=_born(15), by=OPERATOR)
    mark_child(person=kept, born=_born(16), by=OPERATOR)
    assert not waiting_children().exists()
    assert Person.objects.get().child_since is None


def test_a_statement_is_enough(personas: Personas) -> None:
    mark_child(person=personas.person(), known=True, by=OPERATOR)
    assert waiting_children().count() == 1


@pytest.mark.parametrize("born", ["17.5.2012", "2999-01-01", "0012-05-17", ""])
def test_a_day_that_is_none_is_refused(personas: Personas, born: str) -> None:
    with pytest.raises(Refused):
        mark_child(person=personas.person(), born=born, by=OPERATOR)


def test_nothing_that_rests_on_consent_is_sent_until_a_guardian_answered(
    personas: Personas,
) -> None:
    ada, agent = personas.person(), personas.agent()
    ticket = personas.ticket(ada)
    _agree(ada)
    news = OutboundMail.objects.get(
        message=reply(ticket=ticket, text="A new tent", by=agent.actor, purpose="news")
    )
    mark_child(person=ada, known=True, by=OPERATOR)
    for _ in range(2):  # stopped at once, and once more by whoever comes to send it
        assert (OutboundMail.objects.get().state, OutboundMail.objects.get().reason) == ("failed", "stopped")
        OutboundMail.objects.update(state="queued")
        assert send_queued_mail(news.id) is None
    reply(ticket=ticket, text="a contract asks for no consent", by=agent.actor)
    with pytest.raises(Refused, match="below the age"):
        reply(ticket=ticket, text="Hello", by=agent.actor, purpose="news")
    record_guardian(person=ada, guardian="Her mother, by telephone", by=OPERATOR)
    assert not waiting_children().exists()
    reply(ticket=ticket, text="Hello", by=agent.actor, purpose="news")


def test_a_guardian_needs_words_and_a_child(personas: Personas) -> None:
    ada = personas.person()
    with pytest.raises(Refused, match="not known"):
        record_guardian(person=ada, guardian="Her mother", by=OPERATOR)
    with pytest.raises(Refused, match="not known"):
        discard_child(person=ada, by=OPERATOR)
    mark_child(person=ada, known=True, by=OPERATOR)
    with pytest.raises(Refused, match="who consented"):
        record_guardian(person=ada, guardian=" ", by=OPERATOR)


def test_a_child_nobody_answers_for_is_discarded(personas: Personas) -> None:
    ada = personas.person()
    personas.ticket(ada)
    mark_child(person=ada, known=True, by=OPERATOR)
    assert discard_child(person=ada, by=OPERATOR).residue["places"] == []
    assert not Person.objects.exists()
    assert Entry.objects.filter(type="people.child_discarded").count() == 1


def test_who_comes_of_age_agrees_alone_from_then_on_and_what_they_had_agreed_to_alone_ends(
    personas: Personas, settings: Any
) -> None:
    settings.AUREOLE_COUNTRY = "DE"
    alone, guarded = personas.person(), personas.person("Ben Ek")
    for one in (alone, guarded):
        _agree(one)
        mark_child(person=one, born=_born(15), by=OPERATOR)
    with pytest.raises(Refused, match="their yes does not count"):
        _agree(alone, version="2")
    record_guardian(person=guarded, guardian="His mother, by telephone", by=OPERATOR)
    with clock.at(now() + timedelta(days=370)):
        assert note_come_of_age() == 2
        assert note_come_of_age() == 0
        assert not may_send(alone.id, "news")
        assert may_send(guarded.id, "news"), "a guardian agreed: that counts until it is taken back"
    assert Consent.objects.get(person_id=alone.id).end == "underage"
    assert not Person.objects.exclude(childhood="").exists()


def test_a_statement_leaves_a_date_alone_that_was_put_right_since_the_page_was_opened(
    personas: Personas,
) -> None:
    opened = personas.person()
    mark_child(person=Person.objects.get(), born=_born(10), by=OPERATOR)
    mark_child(person=opened, known=True, by=OPERATOR)
    assert unlock(Person.objects.all())[0].birth_date == _born(10)


def test_a_wrong_date_or_statement_is_taken_back_without_a_right_one(personas: Personas) -> None:
    ada = personas.person()
    for said in ({"born": _born(10)}, {"known": True}):
        mark_child(person=ada, by=OPERATOR, **said)  # type: ignore[arg-type]
        for _ in range(2):
            note_no_child(person=ada, by=OPERATOR)
        [kept] = unlock(Person.objects.all())
        assert (kept.birth_date, kept.childhood, kept.child_since) == (None, "", None)
    assert Entry.objects.filter(type="people.no_child").count() == 2
    mark_child(person=ada, born=_born(40), by=OPERATOR)
    mark_child(person=ada, known=True, by=OPERATOR)
    note_no_child(person=ada, by=OPERATOR)
    assert unlock(Person.objects.all())[0].birth_date == _born(40), "this date says nothing of a child"


def _agree(person: Person, version: str = "1") -> None:
    record_consent(
        person_id=person.id, purpose="news", wording="Yes, send me news", version=version, language="en",
        channel="portal", proof="confirmed", by=OPERATOR,
    )  # fmt: skip
