"""A request from receipt to its end: identity, clock, release by a second person, and exactly what was released."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from aureole.channels.email import transport
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Person
from aureole.privacy.models import (
    Erasure,
    ExportPackage,
    LetterState,
    RequestLetter,
    RequestState,
    RequestStep,
    RightsRequest,
)
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.disown_request import disown_request
from aureole.privacy.rights.actions.extend_request import extend_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.prove_identity import prove_identity
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.privacy.rights.actions.resume_request import resume_request
from aureole.privacy.rights.actions.take_back_request import take_back_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.kinds import REFUSALS, RIGHTS
from aureole.privacy.rights.letters import LANGUAGES, request_disowned_by, words
from aureole.privacy.rights.place import clock_of, today
from aureole.privacy.rights.queue import steps_of
from aureole.privacy.rights.sending import send_letter
from aureole.privacy.rights.unproven import closes_on, due_to_close
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
CUSTOMER = Actor(kind="customer")
YESTERDAY = timedelta(days=2)


@pytest.fixture
def carrier() -> Iterator[transport.FakeTransport]:
    fake = transport.FakeTransport()
    transport.use(fake)
    yield fake
    transport.use(None)


@pytest.fixture
def ada(personas: Personas) -> Person:
    """On file for some days, by mail of her own."""
    with clock.at(now() - YESTERDAY):
        return personas.person("Ada Lindqvist", "ada@brevduva.example")


def _open(ada: Person | None, kind: str = "access", **more: Any) -> RightsRequest:
    person_id = ada.id if ada else None
    return open_request(kind=kind, person_id=person_id, channel="portal", by=CUSTOMER, **more)


def _deliver(carrier: transport.FakeTransport) -> list[str]:
    """Send what waits; gives the texts."""
    from email import message_from_bytes
    from email.policy import default

    for letter_id in RequestLetter.objects.filter(state=LetterState.WAITING).values_list("pk", flat=True):
        send_letter(letter_id)
    return [message_from_bytes(content, policy=default).get_content() for _, _, content in carrier.sent]  # type: ignore[attr-defined]


def _proven(ada: Person, kind: str) -> RightsRequest:
    return vouch_identity(
        request_id=_open(ada, kind).id, how="she showed her card at the counter", by=OPERATOR
    )


def _released(ada: Person, kind: str, first: Actor, second: Actor) -> RightsRequest:
    request = prepare_request(request_id=_proven(ada, kind).id, by=first)
    return approve_request(request_id=request.id, by=second)


# ------------------------------------------------------------------ intake and identity


def test_a_request_is_confirmed_at_every_own_address_with_its_last_day(ada: Person, carrier: Any) -> None:
    request = _open(ada, "erasure")
    [text] = _deliver(carrier)
    assert f"{clock_of(request).due_on(today()):%-d %B %Y}" in text
    assert "not-me" in text
    assert "delete your data" in text
    assert RequestLetter.objects.get().text is None, "what a letter said goes once it is sent"


def test_the_same_request_twice_is_one(ada: Person) -> None:
    assert _open(ada).id == _open(ada).id
    assert _open(ada, "erasure").id != _open(ada).id


def test_a_code_that_was_sent_to_an_own_address_proves_identity_once(ada: Person, carrier: Any) -> None:
    request = ask_identity(request_id=_open(ada).id, by=OPERATOR)
    assert request.state == RequestState.IDENTITY
    code = next(m.group() for text in _deliver(carrier) if (m := re.search(r"\b\d{8}\b", text)))
    with pytest.raises(Refused, match="does not fit"):
        prove_identity(request_id=request.id, code="00000000", by=CUSTOMER)
    assert (
        prove_identity(request_id=request.id, code=f" {code[:4]} {code[4:]}", by=CUSTOMER).state == "working"
    )
    with pytest.raises(Refused):
        prove_identity(request_id=request.id, code=code, by=CUSTOMER)


def test_where_the_policy_asks_for_more_a_code_waits_for_an_officers_word(
    ada: Person, carrier: Any, settings: Any
) -> None:
    settings.AUREOLE_STEP_UP = True
    request = ask_identity(request_id=_open(ada).id, by=OPERATOR)
    code = next(m.group() for text in _deliver(carrier) if (m := re.search(r"\b\d{8}\b", text)))
    proven = prove_identity(request_id=request.id, code=code, by=CUSTOMER)
    assert proven.state == RequestState.IDENTITY and not proven.pauses.filter(until=None).exists()
    with pytest.raises(Refused, match="cannot be done with it now"):
        prepare_request(request_id=request.id, by=OPERATOR)
    with clock.at(now() + timedelta(days=60)):
        assert closes_on(proven, steps_of(proven)) is None and due_to_close() == []
    assert vouch_identity(request_id=request.id, how="knew the last order", by=OPERATOR).state == "working"
    assert not RIGHTS["rectification"].steps_up


def test_five_wrong_tries_end_a_code_even_for_the_right_one(ada: Person, carrier: Any) -> None:
    request = ask_identity(request_id=_open(ada).id, by=OPERATOR)
    code = next(m.group() for text in _deliver(carrier) if (m := re.search(r"\b\d{8}\b", text)))
    for _ in range(5):
        with pytest.raises(Refused):
            prove_identity(request_id=request.id, code="12345678" if code != "12345678" else "1", by=CUSTOMER)
    with pytest.raises(Refused):
        prove_identity(request_id=request.id, code=code, by=CUSTOMER)


def test_a_code_runs_out_and_is_nowhere_in_the_database(transactional_db: None, carrier: Any) -> None:
    with clock.at(now() - YESTERDAY):
        ada = Personas().person("Ada Lindqvist", "ada@brevduva.example")
    request = ask_identity(request_id=_open(ada).id, by=OPERATOR)
    code = next(m.group() for text in _deliver(carrier) if (m := re.search(r"\b\d{8}\b", text)))
    with connection.cursor() as cursor:
        for table in ("privacy_channel_proof", "privacy_request_letter", "procrastinate_jobs"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{code}%"])
            assert cursor.fetchone() == (0,)
    with clock.at(now() + timedelta(minutes=31)), pytest.raises(Refused):
        prove_identity(request_id=request.id, code=code, by=CUSTOMER)


def test_an_address_an_agent_added_or_that_was_only_copied_proves_nothing(
    personas: Personas, carrier: Any
) -> None:
    with clock.at(now() - YESTERDAY):
        copied = recognise_person(
            kind="email", value="cc@brevduva.example", source="mentioned", by=Actor.system()
        )
    with pytest.raises(Refused, match="only ever seen in copies"):
        ask_identity(request_id=_open(copied).id, by=OPERATOR)
    agent = personas.agent()
    add_identifier(person=copied, kind="email", value="thief@elsewhere.example", by=agent.actor)
    with pytest.raises(Refused, match=r"seen in copies|entered by an agent"):
        ask_identity(request_id=RightsRequest.objects.get().id, by=OPERATOR)
    assert _deliver(carrier) == [], "nothing was told to either"


def test_an_address_that_came_on_file_today_proves_nothing_yet(personas: Personas) -> None:
    fresh = personas.person("Ada Lindqvist", "fresh@brevduva.example")
    with pytest.raises(Refused, match="too recently"):
        ask_identity(request_id=_open(fresh).id, by=OPERATOR)


def test_this_was_not_me_stops_it_whatever_was_proven(ada: Person, carrier: Any) -> None:
    request = _proven(ada, "erasure")
    token = next(m.group(1) for text in _deliver(carrier) if (m := re.search(r"not-me/([^/\s]+)/", text)))
    assert request_disowned_by(token) == request.id
    assert disown_request(request_id=request.id, by=CUSTOMER).state == RequestState.REFUSED
    assert "this was not me. So we stopped it" in _deliver(carrier)[-1], "whoever did ask can ask again"
    with pytest.raises(Refused):
        prepare_request(request_id=request.id, by=OPERATOR)
    with pytest.raises(NotFound):
        request_disowned_by(token[:-2] + "xx")


# ------------------------------------------------------------------ clock


def test_proof_of_identity_stops_the_clock_and_both_dates_are_kept(ada: Person, carrier: Any) -> None:
    request = ask_identity(request_id=_open(ada).id, by=OPERATOR)
    strict = clock_of(request).due_on_strict
    with clock.at(now() + timedelta(days=9)):
        vouch_identity(request_id=request.id, how="called back", by=OPERATOR)
        again = RightsRequest.objects.get(pk=request.id)
        assert clock_of(again).due_on_strict == strict
        assert clock_of(again).paused_days(today()) == 9


def test_only_a_question_to_the_person_may_stop_the_clock(ada: Person) -> None:
    request = _proven(ada, "access")
    with pytest.raises(Refused, match="may wait only"):
        pause_request(request_id=request.id, cause="holidays", reason="we are closed", by=OPERATOR)
    pause_request(request_id=request.id, cause="clarification", reason="which year?", by=OPERATOR)
    with pytest.raises(Refused, match="waits already"):
        pause_request(request_id=request.id, cause="clarification", reason="again", by=OPERATOR)
    resume_request(request_id=request.id, by=OPERATOR)


def test_an_extension_is_told_with_reasons_inside_the_first_month_and_only_once(
    ada: Person, carrier: Any
) -> None:
    request = _proven(ada, "access")
    with pytest.raises(Refused, match="told why"):
        extend_request(request_id=request.id, reason=" ", by=OPERATOR)
    extend_request(request_id=request.id, reason="4 000 messages in three systems", by=OPERATOR)
    assert any("4 000 messages" in text for text in _deliver(carrier))
    with pytest.raises(Refused, match="no second"):
        extend_request(request_id=request.id, reason="again", by=OPERATOR)
    late = _proven(ada, "portability")
    with clock.at(now() + timedelta(days=40)), pytest.raises(Refused, match="had to be told by"):
        extend_request(request_id=late.id, reason="too late", by=OPERATOR)


# ------------------------------------------------------------------ release and execution


def test_who_prepares_may_not_release(ada: Person, personas: Personas) -> None:
    officer, second = personas.agent(role="privacy_officer"), personas.agent("Bo Ek", role="admin")
    request = prepare_request(request_id=_proven(ada, "access").id, by=officer.actor)
    with pytest.raises(Refused, match="second person"):
        approve_request(request_id=request.id, by=officer.actor)
    assert approve_request(request_id=request.id, by=second.actor).state == RequestState.EXECUTING


def test_one_person_alone_may_release_where_the_policy_says_so(ada: Person, settings: Any) -> None:
    settings.AUREOLE_SECOND_PERSON = False
    assert _released(ada, "access", OPERATOR, OPERATOR).state == RequestState.EXECUTING


def test_access_ends_in_one_sealed_package_however_often_it_is_carried_out(
    ada: Person, personas: Personas, carrier: Any
) -> None:
    request = _released(ada, "access", OPERATOR, personas.agent(role="admin").actor)
    done = complete_request(request_id=request.id, by=OPERATOR)
    assert (done.state, ExportPackage.objects.count()) == (RequestState.DONE, 1)
    with pytest.raises(Refused):
        complete_request(request_id=request.id, by=OPERATOR)
    assert any("Fetch it here within 7 days" in text for text in _deliver(carrier))


def test_an_erasure_waits_its_days_then_does_exactly_what_was_released(
    ada: Person, personas: Personas, carrier: Any
) -> None:
    personas.ticket(ada, text="My pole broke")
    request = _released(ada, "erasure", OPERATOR, personas.agent(role="admin").actor)
    assert request.state == RequestState.COOLING
    with pytest.raises(Refused, match="may take this back until"):
        complete_request(request_id=request.id, by=OPERATOR)
    with clock.at(now() + timedelta(days=15)):
        done = complete_request(request_id=request.id, by=OPERATOR)
    assert done.state == RequestState.DONE
    assert done.outcome is not None
    assert done.outcome["residue"] == 0
    assert not Person.objects.filter(pk=ada.id).exists()
    assert Erasure.objects.get().state == "done"
    kept = RightsRequest.objects.get(pk=request.id)
    assert (kept.person_id, kept.subject_id, kept.words) == (None, None, None)
    assert any("See the result" in text for text in _deliver(carrier)), "told before the address went"


def test_a_change_since_the_release_stops_an_erasure(ada: Person, personas: Personas) -> None:
    request = _released(ada, "erasure", OPERATOR, personas.agent(role="admin").actor)
    personas.ticket(ada, text="One thing more")
    with clock.at(now() + timedelta(days=15)), pytest.raises(Refused, match="has changed"):
        complete_request(request_id=request.id, by=OPERATOR)
    assert RightsRequest.objects.get(pk=request.id).state == RequestState.WORKING
    assert Person.objects.filter(pk=ada.id).exists()


def test_a_person_may_take_an_erasure_back_until_it_begins(ada: Person, personas: Personas) -> None:
    request = _released(ada, "erasure", OPERATOR, personas.agent(role="admin").actor)
    assert take_back_request(request_id=request.id, by=CUSTOMER).state == RequestState.WITHDRAWN
    assert RequestLetter.objects.filter(kind="taken_back").count() == 1
    with clock.at(now() + timedelta(days=15)), pytest.raises(Refused):
        complete_request(request_id=request.id, by=OPERATOR)
    assert Person.objects.filter(pk=ada.id).exists()


def test_a_rectification_sets_what_was_asked(ada: Person) -> None:
    request = _open(ada, "rectification", correction={"name": "Ada Byron", "statement": "since my wedding"})
    vouch_identity(request_id=request.id, how="called back", by=OPERATOR)
    assert complete_request(request_id=request.id, by=OPERATOR).outcome == {"fields": 1}
    assert unlock(Person.objects.filter(pk=ada.id))[0].name == "Ada Byron"


def test_a_right_done_by_hand_is_closed_with_words(ada: Person) -> None:
    request = _proven(ada, "review")
    with pytest.raises(Refused, match="Say what was done"):
        complete_request(request_id=request.id, by=OPERATOR)
    assert (
        complete_request(request_id=request.id, by=OPERATOR, reason="looked again, reversed").state == "done"
    )


def test_a_refusal_names_its_ground_and_the_way_to_complain(ada: Person, carrier: Any) -> None:
    request = _proven(ada, "access")
    with pytest.raises(Refused, match="Grounds:"):
        refuse_request(request_id=request.id, ground="because", reason="no", by=OPERATOR)
    refuse_request(request_id=request.id, ground="excessive", reason="the ninth this month", by=OPERATOR)
    [text] = [t for t in _deliver(carrier) if "will not do" in t]
    assert "Art. 12(5)(b)" in text
    assert "authority" in text
    assert "court" in text


def test_every_step_is_an_entry_of_the_log_and_holds_no_words(ada: Person) -> None:
    request = _open(ada, "access", words="everything about Zyxela")
    vouch_identity(request_id=request.id, how="Zyxela called", by=OPERATOR)
    steps = RequestStep.objects.filter(request=request)
    assert [s.what for s in steps] == ["received", "identity_vouched"]
    assert set(steps.values_list("entry_uid", flat=True)) == set(
        Entry.objects.filter(type__startswith="rights.").values_list("uid", flat=True)
    )
    with connection.cursor() as cursor:
        for table in ("privacy_request", "privacy_request_step", "ledger_entry"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE '%%zyxela%%'")
            assert cursor.fetchone() == (0,)


def test_the_letters_say_the_same_in_every_language() -> None:
    english = words("en")
    for language in LANGUAGES:
        texts = words(language)
        assert set(texts) == set(english)
        assert set(texts["kinds"]) == set(english["kinds"])
        assert set(texts["grounds"]) == set(REFUSALS)
        for kind in set(english) - {"greeting", "ending", "kinds", "grounds"}:
            slots = [set(re.findall(r"{(\w+)}", str(w[kind]))) for w in (texts, english)]
            assert slots[0] == slots[1], (language, kind)
