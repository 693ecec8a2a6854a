from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.ledger.ports import confidant
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.models import Correction, Identifier, Person
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.models import Disclosure
from aureole.privacy.ports import cautions
from aureole.privacy.rights.actions.open_request import open_request
from aureole.testing.personas import Personas
from aureole.web.staff.people.masking import mask_all, mask_phone
from aureole.web.tests.browsers import SignIn

PHONE, HOME = "+46 70 123 45 67", "Storgatan 14, Göteborg"


@pytest.fixture
def ada(personas: Personas) -> Person:
    person = personas.person("Ada Lindqvist", "ada@brevduva.example")
    add_identifier(person=person, kind="phone", value=PHONE, by=Actor.system())
    correct_person(person=person, by=Actor.system(), postal_address=HOME, pronouns="she/her", language="sv")
    return person


def _readings(person: Person) -> list[dict[str, int]]:
    entries = Entry.objects.filter(person=confidant().pseudonym(person.id), type="people.read").order_by("pk")
    return [entry.facts for entry in entries]


def test_the_record_says_what_is_held_why_and_until_when(ada: Person, sign_in: SignIn) -> None:
    page = sign_in().get(f"/people/{ada.id}/data/").content.decode()
    for words in (
        "Ada Lindqvist",
        "she/her",
        "ada@brevduva.example",
        "We hold",
        "Contract",
        "customer + 3 months",
    ):
        assert words in page


def test_every_look_is_one_entry_of_the_log(ada: Person, sign_in: SignIn) -> None:
    client = sign_in()
    for page in ("", "data/", "log/", "correct/"):
        before = len(_readings(ada))
        assert client.get(f"/people/{ada.id}/{page}").status_code == 200
        assert len(_readings(ada)) == before + 1, page
    assert _readings(ada)[1]["fields"] > 4


def test_phone_and_home_are_masked_until_it_is_said_what_they_are_needed_for(
    ada: Person, personas: Personas, sign_in: SignIn
) -> None:
    client, where = sign_in(agent=personas.agent("Mikkel Dam")), f"/people/{ada.id}/show/postal_address/"
    page = client.get(f"/people/{ada.id}/data/").content.decode()
    assert PHONE not in page and HOME not in page and 'value="to_answer_them"' in page
    for why in ("", "curious"):
        refused = client.post(where, {"why": why}, headers={"HX-Request": "true"})
        assert refused.status_code == 409 and HOME not in refused.content.decode()
    assert not Entry.objects.filter(type="people.shown").exists()
    shown = client.post(where, {"why": "to_answer_them"}, headers={"HX-Request": "true"}).content.decode()
    assert HOME in shown
    [entry] = Entry.objects.filter(type="people.shown")
    assert entry.facts == {"value": "postal_address", "reason": "to_answer_them"}
    log = client.get(f"/people/{ada.id}/log/").content.decode()
    assert re.search(r"Mikkel Dam.*hidden value.*postal address, to answer them", log, re.DOTALL)


def test_showing_works_without_script_too(ada: Person, sign_in: SignIn) -> None:
    page = sign_in().post(f"/people/{ada.id}/show/postal_address/", {"why": "to_correct_it"}).content.decode()
    assert HOME in page
    assert PHONE not in page


def test_what_is_not_hidden_is_not_logged_as_shown(ada: Person, sign_in: SignIn) -> None:
    answer = sign_in().post(f"/people/{ada.id}/show/name/", {"why": "to_correct_it"})
    assert answer.status_code == 409
    assert not Entry.objects.filter(type="people.shown").exists()


def test_a_value_is_never_shown_by_a_link(ada: Person, sign_in: SignIn) -> None:
    assert sign_in().get(f"/people/{ada.id}/show/postal_address/").status_code == 405


def test_what_is_not_held_cannot_be_shown(ada: Person, sign_in: SignIn) -> None:
    answer = sign_in().post(f"/people/{ada.id}/show/shoe_size/", headers={"HX-Request": "true"})
    assert answer.status_code == 404


def test_the_seal_says_why_and_who_read_it(ada: Person, personas: Personas, sign_in: SignIn) -> None:
    agent = personas.agent("Mikkel Dam")
    client = sign_in(agent=agent)
    client.get(f"/people/{ada.id}/")
    seal = client.get(f"/people/{ada.id}/why/name/", headers={"HX-Request": "true"}).content.decode()
    assert "to answer what people ask us" in seal
    assert "GDPR Art. 6(1)(b)" in seal
    assert "Mikkel Dam" in seal
    assert "key identity" in seal
    opened = client.get(f"/people/{ada.id}/data/?seal=name").content.decode()
    assert "to answer what people ask us" in opened


def test_nobody_elses_data_stands_in_the_record(ada: Person, personas: Personas, sign_in: SignIn) -> None:
    bo = personas.person("Bo Ek", "bo@brevduva.example")
    personas.ticket(bo, subject="About skis", text="Bo's own words")
    personas.ticket(ada, subject="About poles", text="Ada's own words")
    client = sign_in()
    for page in ("", "data/", "log/"):
        content = client.get(f"/people/{ada.id}/{page}").content.decode()
        assert "Bo Ek" not in content
        assert "About skis" not in content


def test_the_timeline_merges_all_tickets_newest_first(
    ada: Person, personas: Personas, sign_in: SignIn
) -> None:
    first = personas.ticket(ada, subject="Pole snapped", text="It broke.")
    personas.ticket(ada, subject="Second matter", text="Another thing.")
    agent = personas.agent("Mikkel Dam")
    reply(ticket=first, text="A new one is on its way.", by=agent.actor)
    add_note(ticket=first, text="Be kind to her.", by=agent.actor)
    page = sign_in().get(f"/people/{ada.id}/").content.decode()
    order = [page.index(text) for text in ("Be kind", "A new one", "Another thing", "It broke")]
    assert order == sorted(order)
    assert f"/desk/{first.number}" in page or f"{first.number}" in page


def test_the_timeline_takes_the_same_queries_for_many_messages(
    ada: Person, personas: Personas, sign_in: SignIn
) -> None:
    client = sign_in()
    ticket = personas.ticket(ada)
    few = _queries(client, f"/people/{ada.id}/")
    for _ in range(5):
        personas.message(ticket, ada)
    personas.ticket(ada)
    assert _queries(client, f"/people/{ada.id}/") == few


def test_the_data_page_takes_the_same_queries_for_many_rows(
    ada: Person, personas: Personas, sign_in: SignIn
) -> None:
    client = sign_in()
    ticket = personas.ticket(ada)
    few = _queries(client, f"/people/{ada.id}/data/")
    for _ in range(5):
        personas.message(ticket, ada)
    assert _queries(client, f"/people/{ada.id}/data/") == few


def _queries(client: object, url: str) -> int:
    with CaptureQueriesContext(connections["default"]) as caught:
        client.get(url)  # type: ignore[attr-defined]
    return len(caught)


def test_the_access_log_names_who_looked_in_plain_words(
    ada: Person, personas: Personas, sign_in: SignIn
) -> None:
    agent = personas.agent("Mikkel Dam")
    client = sign_in(agent=agent)
    client.get(f"/people/{ada.id}/")
    page = client.get(f"/people/{ada.id}/log/").content.decode()
    assert "Mikkel Dam" in page
    assert "looked at a person" in page
    assert "Aureole, by itself" in page


def test_a_foreign_page_mark_of_the_log_is_refused(ada: Person, sign_in: SignIn) -> None:
    assert sign_in().get(f"/people/{ada.id}/log/?below=x").status_code == 409


def test_a_correction_changes_only_what_was_changed(ada: Person, sign_in: SignIn) -> None:
    values = {"name": "Ada  Lind", "pronouns": "she/her", "postal_address": HOME, "language": "sv"}
    before = Entry.objects.filter(type="people.corrected").count()
    assert sign_in().post(f"/people/{ada.id}/correct/", values).status_code == 302
    assert Person.objects.get(pk=ada.id).name == "Ada Lind"
    corrected = Entry.objects.filter(type="people.corrected")
    assert corrected.count() == before + 1
    assert corrected.order_by("number").last().facts == {"field": "name"}  # type: ignore[union-attr]


def test_an_address_is_put_on_the_record_and_taken_off(ada: Person, sign_in: SignIn) -> None:
    client, where = sign_in(), f"/people/{ada.id}/addresses/"
    refused = client.post(f"{where}add/", {"kind": "phone", "value": "not a number"})
    assert refused.status_code == 422 and 'value="not a number"' in refused.content.decode()
    assert client.post(f"{where}add/", {"kind": "external", "value": "KD-20931"}).status_code == 302
    added = Identifier.objects.get(person=ada, kind="external")
    assert added.origin == "staff", "it proves nobody's identity"
    client.post(f"{where}{added.pk}/remove/")
    page = client.get(f"/people/{ada.id}/correct/").content.decode()
    assert f"{where}{added.pk}/remove/" not in page and "KD-20931" in page, "it stands in the history"


def test_who_got_their_data_is_noted_by_name_and_has_to_be_told_of_what_becomes_of_it(
    ada: Person, sign_in: SignIn, personas: Personas
) -> None:
    client, note = sign_in("privacy_officer"), f"/people/{ada.id}/recipients/note/"
    refused = client.post(note, {"to": "carrier", "on": "2020-02-01"})
    assert (refused.status_code, "Name who got it" in refused.content.decode()) == (409, True)
    assert 'value="2020-02-01"' in refused.content.decode(), "as it was typed"
    client.post(note, {"to": "insurer", "unnamed": "unknown", "why": "their file is gone"})
    client.post(note, {"to": "carrier", "name": "Fjellfrakt AS", "on": "2020-02-01"})
    tab = client.get(f"/people/{ada.id}/requests/").content.decode()
    assert "Fjellfrakt AS (a carrier)" in tab and "cannot be found out: their file is gone" in tab
    unnamed = Disclosure.objects.get(unnamed="unknown")
    client.post(f"/people/{ada.id}/recipients/{unnamed.id}/name/", {"name": "Trygg AB"})
    assert "Trygg AB (an insurer)" in client.get(f"/people/{ada.id}/requests/").content.decode()
    asked = open_request(kind="rectification", person_id=ada.id, channel="cli", by=Actor.operator())
    page = client.get(f"/privacy/requests/{asked.number}/").content.decode()
    assert "Tell them too" in page and "Fjellfrakt AS (a carrier), 2020-02-01" in page
    assert any("Trygg AB" in caution for caution in cautions(ada.id))
    assert "a carrier (by name at each person)" in client.get("/privacy/map/art-30/").content.decode()
    assert sign_in("read_only").post(note, {"to": "carrier", "name": "X"}).status_code == 403
    correct_person(person=ada, by=Actor.operator(), postal_address="Fjellvegen 1")
    frakt = Disclosure.objects.get(to="carrier")
    settle = f"/people/{ada.id}/recipients/{frakt.id}/settle/"
    tab = client.get(f"/people/{ada.id}/requests/").content.decode()
    assert "Tell Fjellfrakt AS (a carrier), 2020-02-01: corrected on" in tab and settle in tab
    refused = client.post(settle, {"hearing": "effort"})
    assert (refused.status_code, "what shows that" in refused.content.decode()) == (409, True)
    strange = settle.replace(str(ada.id), str(personas.person("Cy Dahl").id))
    assert client.post(strange, {"hearing": "told"}).status_code == 409, "of this person only"
    assert client.post(settle, {"hearing": "told", "reason": "by phone"}).status_code == 302
    assert settle not in client.get(f"/people/{ada.id}/requests/").content.decode()
    assert sign_in("agent").post(settle, {"hearing": "told"}).status_code == 403


def test_the_head_says_their_time_zone_and_what_time_it_is_there(ada: Person, sign_in: SignIn) -> None:
    client, where = sign_in(), f"/people/{ada.id}/correct/"
    values = {"name": "Ada Lindqvist", "pronouns": "she/her", "postal_address": HOME, "language": "sv"}
    refused = client.post(where, values | {"time_zone": "Europe/Gothenburg"})
    assert refused.status_code == 422 and 'value="Europe/Gothenburg"' in refused.content.decode()
    client.post(where, values | {"time_zone": "Europe/Stockholm"})
    with clock.at(datetime(2026, 1, 15, 12, 30, tzinfo=UTC)):
        assert "Europe/Stockholm, 13:30 there now" in client.get(f"/people/{ada.id}/").content.decode()


def test_the_form_shows_what_stood_there_before_and_forgets_it_when_told(
    ada: Person, sign_in: SignIn
) -> None:
    client = sign_in()
    client.post(
        f"/people/{ada.id}/correct/",
        {"name": "Ada Berg", "pronouns": "she/her", "postal_address": HOME, "language": "sv"},
    )
    page = client.get(f"/people/{ada.id}/correct/").content.decode()
    assert "Ada Lindqvist" in page
    assert "by a colleague" in page
    [row] = Correction.objects.all()
    gone = client.post(f"/people/{ada.id}/correct/{row.pk}/forget/", follow=True).content.decode()
    assert "Ada Lindqvist" not in gone
    assert not Correction.objects.exists()


def test_read_only_sees_no_button_and_is_refused(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("read_only")
    page = client.get(f"/people/{ada.id}/").content.decode()
    for words in ("Erase…", "Export</button>", "Correct…"):
        assert words not in page
    assert client.post(f"/people/{ada.id}/correct/", {"name": "X"}).status_code == 403
    assert client.post(f"/privacy/exports/of/{ada.id}/").status_code == 403
    assert client.post(f"/privacy/erase/{ada.id}/", {"confirm": "Ada Lindqvist"}).status_code == 403


def test_an_officer_sees_the_buttons(ada: Person, sign_in: SignIn) -> None:
    page = sign_in("privacy_officer").get(f"/people/{ada.id}/").content.decode()
    assert "Erase…" in page
    assert "Export</button>" in page


def test_a_hostile_name_is_shown_as_text(personas: Personas, sign_in: SignIn) -> None:
    person = personas.person('"><img src=x onerror=alert(1)>')
    for page in ("", "data/", "log/", "correct/"):
        assert "<img src=x" not in sign_in().get(f"/people/{person.id}/{page}").content.decode()


def test_a_person_being_erased_is_closed(ada: Person, sign_in: SignIn) -> None:
    begin_erasure(person_id=ada.id, by=Actor.operator(), reason="")
    page = sign_in("privacy_officer").get(f"/people/{ada.id}/").content.decode()
    assert "is being erased" in page
    assert "Lindqvist" not in page
    assert "See how far it is" in page
    assert "See how far it is" not in sign_in("agent").get(f"/people/{ada.id}/").content.decode()


def test_an_erased_person_leaves_a_page_without_a_name(ada: Person, sign_in: SignIn) -> None:
    erase_person(ada.id, by=Actor.operator(), reason="")
    answer = sign_in().get(f"/people/{ada.id}/")
    assert answer.status_code == 410
    assert "This person was erased" in answer.content.decode()
    assert "Lindqvist" not in answer.content.decode()


def test_a_person_who_never_was_is_not_found(sign_in: SignIn) -> None:
    assert sign_in().get("/people/01890000-0000-7000-8000-000000000000/").status_code == 404


@pytest.mark.parametrize(
    ("number", "masked"),
    [("+46 70 123 45 67", "+46 70 ··· ·· 67"), ("+4512345678", "+4512····78"), ("12345", "···45")],
)
def test_a_phone_number_keeps_its_beginning_and_end(number: str, masked: str) -> None:
    assert mask_phone(number) == masked


def test_a_masked_text_does_not_tell_its_length() -> None:
    assert mask_all("a") == mask_all("a much longer address")
