from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.models import Consent, Objection, RequestState, RightsRequest
from aureole.privacy.rights.place import today
from aureole.privacy.vocabulary import purposes
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock
from aureole.web.tests.browsers import Browser, SignIn

NEWS = next(p.key for p in purposes() if p.basis == "consent")
YES = {
    "wording": "Yes, write to me about skis.", "version": "2026-03", "language": "en", "channel": "phone",
    "proof": "witness", "given_on": today().isoformat(),
}  # fmt: skip


@pytest.fixture
def ada(personas: Personas) -> Person:
    return personas.person("Ada Lindqvist", "ada@brevduva.example")


@pytest.fixture
def agent(sign_in: SignIn) -> Browser:
    return sign_in()


def _tab(client: Client, person: Person) -> str:
    return client.get(f"/people/{person.id}/consent/").content.decode()


def _agree(person: Person, version: str) -> Consent:
    return record_consent(
        person_id=person.id, purpose=NEWS, wording=f"Yes to {version}.", version=version, language="en",
        channel="portal", proof="confirmed", by=Actor.operator(),
    )  # fmt: skip


def test_nothing_is_chosen_before_it_was_said(ada: Person, agent: Browser) -> None:
    page = _tab(agent, ada)
    assert "was never asked, or never answered" in page and "not agreed" in page
    assert "Staff accounts" not in page and "Staff accounts" in _tab(agent, agent.agent.person)
    forms = page[page.index('class="consents"') : page.index("</main>")]
    assert " checked" not in forms and forms.count(" selected>Choose one") == forms.count(" selected>") == 3
    before = Entry.objects.filter(type="people.read").count()
    _tab(agent, ada)
    assert Entry.objects.filter(type="people.read").count() == before + 1


def test_a_yes_is_set_down_with_its_words_and_can_be_taken_back_by_one_press(
    ada: Person, agent: Browser
) -> None:
    where = f"/people/{ada.id}/consent/{NEWS}/"
    agent.post(f"{where}record/", YES)
    [given] = unlock(Consent.objects.filter(person_id=ada.id))
    assert (given.wording, given.version, given.channel, given.proof) == (
        YES["wording"], "2026-03", "phone", "witness",
    )  # fmt: skip
    page = _tab(agent, ada)
    assert "agreed to 1 purpose" in page and YES["wording"] in page and "an agent who heard it" in page
    said = agent.post(f"{where}withdraw/", follow=True).content.decode()
    assert "Withdrawn." in said and "taken back by the person" in said
    assert not Consent.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("missing", list(YES))
def test_without_any_of_its_parts_a_consent_is_not_recorded_and_the_rest_stays_typed(
    ada: Person, agent: Browser, missing: str
) -> None:
    answer = agent.post(f"/people/{ada.id}/consent/{NEWS}/record/", YES | {missing: ""})
    page = answer.content.decode()
    assert answer.status_code == 422 and not Consent.objects.exists()
    assert "<title>Error:" in page and ("Yes, write to me" in page or missing == "wording")


def test_what_the_action_refuses_stands_at_the_form(ada: Person, agent: Browser) -> None:
    later = (today() + timedelta(days=3)).isoformat()
    answer = agent.post(f"/people/{ada.id}/consent/{NEWS}/record/", YES | {"given_on": later})
    assert answer.status_code == 409 and "in the future" in answer.content.decode()
    contract = next(p.key for p in purposes() if p.basis == "contract")
    answer = agent.post(f"/people/{ada.id}/consent/{contract}/object/")
    assert answer.status_code == 409 and "no right to object" in answer.content.decode()


def test_they_object_to_what_rests_on_our_interest(ada: Person, agent: Browser) -> None:
    interest = next(p.key for p in purposes() if p.basis == "legitimate_interest")
    agent.post(f"/people/{ada.id}/consent/{interest}/object/")
    assert Objection.objects.get().purpose == interest
    assert "objected to 1." in _tab(agent, ada)


def test_every_version_they_agreed_to_is_kept_in_sight(ada: Person, agent: Browser) -> None:
    for version in ("2025-1", "2026-1"):
        _agree(ada, version)
    page = _tab(agent, ada)
    assert (
        page.index("version 2026-1") < page.index("version 2025-1") and "given again to other words" in page
    )


def test_the_tab_takes_the_same_queries_for_a_long_history(ada: Person, agent: Browser) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connections["default"]) as caught:
            _tab(agent, ada)
        return len(caught)

    _agree(ada, "1")
    few = queries()
    for version in ("2", "3", "4"):
        _agree(ada, version)
    assert queries() == few


def test_a_child_waits_for_a_guardian(ada: Person, agent: Browser, settings: Any) -> None:
    settings.AUREOLE_COUNTRY = "DE"
    assert "from 16 years" in _tab(agent, ada)
    born = (today() - timedelta(days=10 * 365)).isoformat()
    assert agent.post(f"/people/{ada.id}/child/", {"born": "2999-01-01"}).status_code == 409
    page = agent.post(f"/people/{ada.id}/child/", {"born": born}, follow=True).content.decode()
    assert "nobody has answered for them" in page and born in page
    assert "That was a mistake" in page
    where = f"/people/{ada.id}/child/"
    assert agent.post(where, {"known": "on", "mistaken": "on"}).status_code == 422
    assert "not known to be a child" in agent.post(where, {"mistaken": "on"}, follow=True).content.decode()
    assert born in agent.post(where, {"born": born}, follow=True).content.decode()
    assert agent.post(f"/people/{ada.id}/guardian/", {"guardian": " "}).status_code == 422
    page = agent.post(
        f"/people/{ada.id}/guardian/", {"guardian": "Eva, called back."}, follow=True
    ).content.decode()
    assert "a child, with a guardian’s consent" in page and "Eva, called back." in page
    held = agent.get(f"/people/{ada.id}/data/").content.decode()
    assert "Date of birth" in held and born in held and "Eva, called back." in held, (
        "every field with its value"
    )


def test_a_child_nobody_answers_for_is_discarded_from_the_record_with_its_name_typed(
    ada: Person, sign_in: SignIn
) -> None:
    officer = sign_in("privacy_officer")
    officer.post(f"/people/{ada.id}/child/", {"known": "on"})
    assert "Discard the child" in _tab(officer, ada) and "Discard the child" not in _tab(sign_in(), ada)
    where = f"/privacy/erase/{ada.id}/"
    plan = officer.get(where).content.decode()
    assert plan.index('value="child"') < plan.index('value="asked"')
    frozen = {"plan": plan.partition('name="plan" value="')[2][:64], "reason": "child"}
    assert officer.post(where, frozen | {"confirm": "Ada"}).status_code == 422
    assert not RightsRequest.objects.exists()
    assert officer.post(where, frozen | {"confirm": "Ada Lindqvist"}).status_code == 302
    assert RightsRequest.objects.get(person_id=ada.id).state == RequestState.APPROVAL
    assert Entry.objects.filter(type="people.child_discarded").count() == 1


def test_of_a_restricted_person_no_new_yes_is_taken(ada: Person, agent: Browser, sign_in: SignIn) -> None:
    _agree(ada, "1")
    restrict_person(person_id=ada.id, reason="contested", by=Actor.operator())
    page = _tab(sign_in("privacy_officer"), ada)
    assert "/record/" not in page and "/withdraw/" in page
    officer = sign_in("privacy_officer")
    answer = officer.post(f"/people/{ada.id}/consent/{NEWS}/record/", YES)
    assert answer.status_code == 409 and "restricted" in answer.content.decode()
    assert officer.post(f"/people/{ada.id}/consent/{NEWS}/withdraw/").status_code == 302
    assert not Consent.objects.filter(ended_at=None).exists()
    assert agent.get(f"/people/{ada.id}/consent/").status_code == 404


def test_read_only_sees_it_and_changes_nothing(ada: Person, sign_in: SignIn) -> None:
    reader = sign_in("read_only")
    assert "/record/" not in _tab(reader, ada)
    for doing in ("record", "withdraw", "object"):
        assert reader.post(f"/people/{ada.id}/consent/{NEWS}/{doing}/", YES).status_code == 403
    assert reader.post(f"/people/{ada.id}/child/", {"known": "on"}).status_code == 403
