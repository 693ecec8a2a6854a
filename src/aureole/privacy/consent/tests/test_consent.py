"""Consent, withdrawal, objection: who may be written to for what, and that a no stops what waits."""

from __future__ import annotations

import hashlib
import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from aureole.channels.email import transport
from aureole.channels.email.actions.resend_mail import resend_mail
from aureole.channels.email.actions.send_queued_mail import send_queued_mail
from aureole.channels.email.models import OutboundMail, OutboundState
from aureole.desk.actions.reply import reply
from aureole.desk.models import Message, Ticket
from aureole.desk.queries import open_conversation
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy import vocabulary
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.consent.actions.withdraw_consent import withdraw_consent
from aureole.privacy.consent.records import consent_records
from aureole.privacy.consent.sending import may_send
from aureole.privacy.export.package import export_person
from aureole.privacy.models import Consent, Objection
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.vocabulary import Purpose, declare_purpose
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
WORDS = "Yes, send me news about tents. I can take this back at any time."

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier(settings: Any) -> Iterator[transport.FakeTransport]:
    from config.addresses import MailServer

    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    fake = transport.FakeTransport()
    transport.use(fake)
    yield fake
    transport.use(None)


@pytest.fixture
def ada(personas: Personas) -> Person:
    return personas.person("Ada Lindqvist")


def _agree(person: Person, **other: Any) -> Consent:
    given: dict[str, Any] = {
        "purpose": "news", "wording": WORDS, "version": "2026-1", "language": "en", "channel": "portal",
        "proof": "confirmed",
    }  # fmt: skip
    return record_consent(person_id=person.id, by=OPERATOR, **(given | other))


def _write(person: Person, personas: Personas, purpose: str) -> OutboundMail:
    agent = personas.agent().actor
    opened = open_conversation(personas.ticket(person).number, agent)
    message = reply(ticket=opened.ticket, text="There is a new tent.", by=agent, purpose=purpose)
    return OutboundMail.objects.get(message=message)


def test_nobody_has_agreed_to_anything_before_they_say_so(ada: Person) -> None:
    assert not may_send(ada.id, "news")
    assert may_send(ada.id, "answer_enquiries"), "what a contract asks for needs no consent"


def test_a_consent_keeps_the_very_words_how_and_when_it_was_given(ada: Person) -> None:
    _agree(ada)
    kept = unlock(Consent.objects.all())[0]
    assert (kept.wording, kept.version, kept.language) == (WORDS, "2026-1", "en")
    assert (kept.channel, kept.proof, kept.ended_at) == ("portal", "confirmed", None)
    assert may_send(ada.id, "news")
    assert Entry.objects.filter(type="consent.given").count() == 1


def test_the_same_words_twice_are_one_consent_and_other_words_replace_it(ada: Person) -> None:
    assert _agree(ada).pk == _agree(ada).pk
    _agree(ada, version="2026-2", wording=f"{WORDS} And ropes.")
    assert list(Consent.objects.order_by("given_at").values_list("version", "end")) == [
        ("2026-1", "replaced"),
        ("2026-2", ""),
    ]


def test_two_consents_to_one_purpose_cannot_both_count(ada: Person) -> None:
    first = _agree(ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            person_id=ada.id, purpose="news", wording="x", version="x", language="en", channel="portal",
            proof="confirmed", given_at=first.given_at,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"purpose": "answer_enquiries"}, "consent_not_needed"),
        ({"purpose": "newz"}, "purpose_unknown"),
        ({"wording": " "}, "consent_words"),
        ({"version": ""}, "consent_words"),
        ({"channel": "pigeon"}, "consent_channel"),
        ({"proof": "ticked"}, "consent_proof"),
        ({"language": "tlh"}, "consent_language"),
    ],
)
def test_a_consent_without_what_the_law_asks_for_is_refused(
    ada: Person, other: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        _agree(ada, **other)
    assert refusal.value.code == code and not Consent.objects.exists()


def test_a_consent_from_the_future_or_of_nobody_is_refused(ada: Person) -> None:
    with pytest.raises(Refused, match="future"):
        _agree(ada, given_at=now() + timedelta(hours=1))
    with pytest.raises(NotFound):
        _agree(Person(id=uuid.uuid4()))


@pytest.mark.parametrize("no", [withdraw_consent, object_to_purpose])
def test_a_no_stops_what_waits_at_once_and_nothing_brings_it_back(
    no: Any, ada: Person, personas: Personas, carrier: transport.FakeTransport
) -> None:
    _agree(ada)
    news, answer = _write(ada, personas, "news"), _write(ada, personas, "answer_enquiries")
    assert no(person_id=ada.id, purpose="news", by=OPERATOR) == 1
    news.refresh_from_db()
    assert (news.state, news.reason) == (OutboundState.FAILED, "stopped")
    assert Message.objects.get(pk=news.message_id).delivery == "failed"
    assert not may_send(ada.id, "news")
    resend_mail(outbound_id=news.id, by=OPERATOR)
    send_queued_mail(news.id)
    assert carrier.sent == []
    send_queued_mail(answer.id)
    assert len(carrier.sent) == 1, "an answer to their own question still leaves"
    assert no(person_id=ada.id, purpose="news", by=OPERATOR) == 0


def test_a_no_that_is_rolled_back_stops_nothing(
    ada: Person, personas: Personas, carrier: transport.FakeTransport
) -> None:
    _agree(ada)
    news = _write(ada, personas, "news")
    with transaction.atomic():
        withdraw_consent(person_id=ada.id, purpose="news", by=OPERATOR)
        transaction.set_rollback(True)
    send_queued_mail(news.id)
    assert len(carrier.sent) == 1


def test_without_a_consent_no_mail_is_written_for_that_purpose(ada: Person, personas: Personas) -> None:
    with pytest.raises(Refused, match="not agreed"):
        _write(ada, personas, "news")
    with pytest.raises(Refused, match="no purpose"):
        _write(ada, personas, "newz")
    assert not OutboundMail.objects.exists()


def test_mail_of_others_is_not_touched_by_a_no(
    ada: Person, personas: Personas, carrier: transport.FakeTransport
) -> None:
    bo = personas.person("Bo Ek")
    _agree(ada)
    _agree(bo)
    theirs = _write(bo, personas, "news")
    assert withdraw_consent(person_id=ada.id, purpose="news", by=OPERATOR) == 0
    send_queued_mail(theirs.id)
    assert len(carrier.sent) == 1


def test_an_objection_ends_the_consent_and_a_new_yes_ends_the_objection(ada: Person) -> None:
    _agree(ada)
    object_to_purpose(person_id=ada.id, purpose="news", by=OPERATOR)
    assert Consent.objects.get().end == "withdrawn"
    _agree(ada)
    assert may_send(ada.id, "news") and not Objection.objects.exists() and Consent.objects.count() == 2


def test_there_is_no_objection_to_what_a_contract_or_a_law_asks_for(ada: Person) -> None:
    for purpose in ("answer_enquiries", "accountability"):
        with pytest.raises(Refused, match="no right to object"):
            object_to_purpose(person_id=ada.id, purpose=purpose, by=OPERATOR)


@pytest.mark.parametrize("basis", ["contract", "legitimate_interest", "consent"])
def test_against_direct_marketing_an_objection_always_counts_whatever_it_rests_on(
    ada: Person, basis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "_purposes", dict(vocabulary._purposes))
    declare_purpose(Purpose(key="offers", label="Offers", basis=basis, words="to sell", marketing=True))
    object_to_purpose(person_id=ada.id, purpose="offers", by=OPERATOR)
    assert not may_send(ada.id, "offers")


def test_an_objection_to_a_legitimate_interest_stops_it(ada: Person) -> None:
    assert may_send(ada.id, "security")
    object_to_purpose(person_id=ada.id, purpose="security", by=OPERATOR)
    assert not may_send(ada.id, "security")


@pytest.mark.parametrize(
    ("kind", "scope"), [(k, s) for k in ("withdrawal", "objection") for s in ([], ["news"])]
)
def test_a_request_carries_it_out_for_what_was_asked_or_for_all(
    kind: str, scope: list[str], ada: Person, personas: Personas, carrier: transport.FakeTransport
) -> None:
    _agree(ada)
    _write(ada, personas, "news")
    request = open_request(kind=kind, person_id=ada.id, channel="cli", by=OPERATOR, scope=scope)
    vouch_identity(request_id=request.id, by=OPERATOR, how="known in person")
    done = complete_request(request_id=request.id, by=OPERATOR)
    assert done.outcome == {"purposes": 1, "stopped": 1}
    assert not may_send(ada.id, "news")


def test_purposes_that_rest_on_consent_are_told_apart_in_the_data_map() -> None:
    assert [p.key for p in vocabulary.purposes() if p.basis == "consent"] == ["news"]


def test_tickets_know_nothing_of_a_consent(ada: Person, personas: Personas) -> None:
    """A withdrawal is no detriment (GDPR Art. 7(4)): their questions are answered as before."""
    ticket: Ticket = personas.ticket(ada)
    _agree(ada)
    withdraw_consent(person_id=ada.id, purpose="news", by=OPERATOR)
    agent = personas.agent().actor
    opened = open_conversation(ticket.number, agent)
    assert reply(ticket=opened.ticket, text="Here you are.", by=agent).pk


def test_a_consent_is_handed_out_as_a_record_in_the_structure_of_iso_27560(
    ada: Person, settings: Any
) -> None:
    settings.AUREOLE_POSTAL_ADDRESS, settings.AUREOLE_COUNTRY = "Havnegade 1, 8000 Aarhus", "DK"
    _agree(ada)
    withdraw_consent(person_id=ada.id, purpose="news", by=OPERATOR)
    _agree(ada, version="2026-2", language="de", wording="Ja, schicken Sie mir Neues.")
    told = consent_records(ada.id)
    current, ended = told["records"]
    assert {
        "schema_version",
        "record_id",
        "pii_principal_id",
        "pii_processing",
        "consent_events",
        "parties",
    } <= set(current)
    assert current["pii_principal_id"] != str(ada.id)
    processing = current["pii_processing"]
    assert (processing["privacy_notice"]["words"], processing["language"]) == (
        "Ja, schicken Sie mir Neues.",
        "de",
    )
    for named in (
        "purpose", "purpose_type", "lawful_basis", "pii_information", "pii_controllers", "collection_method",
        "processing_method", "storage_locations", "retention_period", "processing_locations", "services",
        "jurisdictions", "withdrawal_method", "privacy_rights", "authority_party",
    ):  # fmt: skip
        assert processing[named], named
    assert processing["recipient_third_parties"] == [p["party_name"] for p in current["parties"][1:]]
    assert {"pii_type": "user.contact.email", "special_pii_category": False} in processing["pii_information"]
    assert processing["retention_period"].startswith(
        "3 months, counted from the end of the customer relationship"
    )
    assert "datatilsynet" in processing["authority_party"]["party_url"]
    assert current["parties"][0]["party_address"] == "Havnegade 1, 8000 Aarhus"
    assert [event["event_state"] for event in current["consent_events"]] == ["given"]
    assert [event["event_state"] for event in ended["consent_events"]] == ["given", "withdrawn"]
    assert "party_phone" in told["left_out"]


def test_an_export_holds_the_records_and_one_without_consents_holds_none(ada: Person, tmp_path: Path) -> None:
    def consents_in(name: str) -> list[Any]:
        export_person(ada.id, tmp_path / name, by=OPERATOR)
        with zipfile.ZipFile(tmp_path / name) as package:
            return (
                json.loads(package.read("consents.json"))["records"]
                if "consents.json" in package.namelist()
                else []
            )

    assert consents_in("before.zip") == []
    _agree(ada)
    [one] = consents_in("after.zip")
    notice = one["pii_processing"]["privacy_notice"]
    assert "words" not in notice and notice["sha256"] == hashlib.sha256(WORDS.encode()).hexdigest()
