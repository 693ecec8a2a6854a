from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aureole.people.models import Person
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock
from aureole.web.staff.privacy.requests.tests.conftest import Ask
from aureole.web.tests.browsers import SignIn

NEW = "/privacy/requests/new/"


def _typed(**more: Any) -> dict[str, Any]:
    return {"kind": "access", "words": "all of it", "received": today().isoformat(), "language": "de", **more}


def test_an_agent_opens_one_from_the_record_and_sees_only_that_it_is_there(
    ada: Person, sign_in: SignIn
) -> None:
    client = sign_in("agent")
    tab = client.get(f"/people/{ada.id}/requests/").content.decode()
    assert f"{NEW}?person={ada.id}" in tab
    answer = client.post(f"{NEW}?person={ada.id}", _typed())
    assert answer.headers["Location"] == f"/people/{ada.id}/requests/"
    request = unlock(RightsRequest.objects.all())[0]
    assert (request.person_id, request.words, request.channel, request.language) == (
        ada.id,
        "all of it",
        "agent",
        "de",
    )
    tab = client.get(f"/people/{ada.id}/requests/").content.decode()
    assert "no. " in tab
    assert "all of it" not in tab
    assert f"/privacy/requests/{request.number}/" not in tab


def test_an_officer_is_led_to_the_request(ada: Person, sign_in: SignIn) -> None:
    answer = sign_in("privacy_officer").post(f"{NEW}?person={ada.id}", _typed())
    assert answer.headers["Location"] == f"/privacy/requests/{RightsRequest.objects.get().number}/"


def test_the_clock_starts_on_the_day_it_reached_us(ada: Person, sign_in: SignIn) -> None:
    day = today() - timedelta(days=9)
    sign_in("agent").post(NEW, _typed(address="ada@brevduva.example", received=day.isoformat()))
    request = RightsRequest.objects.get()
    assert (request.received_on, request.person_id) == (day, ada.id)


def test_an_address_nobody_has_waits_to_be_recognised(personas: Personas, sign_in: SignIn) -> None:
    client = sign_in("agent")
    answer = client.post(NEW, _typed(address="stranger@elsewhere.example"))
    assert answer.headers["Location"] == NEW
    request = unlock(RightsRequest.objects.all())[0]
    assert (request.person_id, request.contact) == (None, "stranger@elsewhere.example")
    assert f"no. {request.number} is open" in client.get(NEW).content.decode()


def test_the_same_again_is_told_and_opens_nothing(ask: Ask, ada: Person, sign_in: SignIn) -> None:
    request, client = ask("access"), sign_in("privacy_officer")
    answer = client.post(f"{NEW}?person={ada.id}", _typed(), follow=True)
    assert f"it is request no. {request.number}, which goes on" in answer.content.decode()
    assert RightsRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": ""}, "Choose what they ask for."),
        ({"received": ""}, "Give the day it came in."),
        ({"received": "2999-01-01"}, "cannot have been received in the future"),
        ({"kind": "rectification"}, "Say what is right"),
    ],
)
def test_what_is_missing_is_said_at_the_field_and_the_words_stay(
    ada: Person, sign_in: SignIn, typed: dict[str, str], sentence: str
) -> None:
    answer = sign_in("agent").post(f"{NEW}?person={ada.id}", _typed(words="Zyxela and all", **typed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Zyxela and all" in page
    assert "<title>Error:" in page
    assert not RightsRequest.objects.exists()


def test_a_correction_carries_what_is_right_and_is_shown_beside_what_stands(
    ada: Person, sign_in: SignIn
) -> None:
    sign_in("agent").post(
        f"{NEW}?person={ada.id}", _typed(kind="rectification", name="Ada Byron", pronouns="")
    )
    [made] = unlock(RightsRequest.objects.all())
    assert made.correction == {"name": "Ada Byron"}
    page = sign_in("privacy_officer").get(f"/privacy/requests/{made.number}/").content.decode()
    assert "Ada Byron" in page and 'now: <span dir="auto">Ada Lindqvist</span>' in page


def test_who_only_reads_opens_nothing(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("read_only")
    assert client.get(NEW).status_code == 403
    assert client.post(f"{NEW}?person={ada.id}", _typed()).status_code == 403
    assert client.get(f"/people/{ada.id}/requests/").status_code == 403
    assert f"/people/{ada.id}/requests/" not in client.get(f"/people/{ada.id}/").content.decode()
    assert not RightsRequest.objects.exists()


def test_the_tab_shows_states_and_last_days_of_this_person_only(
    ask: Ask, ada: Person, personas: Personas, sign_in: SignIn
) -> None:
    late, other = ask("access", days=50), ask("erasure", person=personas.person("Bo Ek"))
    page = sign_in("privacy_officer").get(f"/people/{ada.id}/requests/").content.decode()
    assert "overdue" in page
    assert f"/privacy/requests/{late.number}/" in page
    assert f"/privacy/requests/{other.number}/" not in page


@pytest.mark.parametrize("person", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_person_is_not_found(personas: Personas, sign_in: SignIn, person: str) -> None:
    assert sign_in("agent").get(f"{NEW}?person={person}").status_code == 404
