"""The tiles and forms: four fields, four languages, errors at the field, and the same answer for every address."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aureole.desk.actions.add_brand import add_brand
from aureole.desk.actions.remove_brand import remove_brand
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.privacy.consent.records import _withdrawal
from aureole.privacy.models import RequestLetter, RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.letters import LANGUAGES
from aureole.testing.postbox import Postbox
from aureole.testing.privacy_centre import ask, give_code, page, read
from aureole.vault.unlock import unlock
from aureole.web.portal.privacy.asking import TILES

HOME = "/portal/privacy/"
UNKNOWN = "nobody@nowhere.example"


@pytest.mark.parametrize(("language", "verb"), [
    ("en", "See my data"), ("de", "Meine Daten sehen"), ("fr", "Voir mes données"), ("es", "Ver mis datos"),
])  # fmt: skip
def test_the_tiles_stand_in_the_language_of_the_browser_or_the_one_chosen(
    client: Client, db: None, language: str, verb: str
) -> None:
    by_browser = client.get(HOME, headers={"Accept-Language": f"{language}-XX,xx;q=0.5"})
    assert verb in by_browser.content.decode()
    assert f'<html lang="{language}"' in by_browser.content.decode()
    assert by_browser["Content-Language"] == language
    client.get(HOME, {"lang": language})
    assert verb in read(client, HOME), "the choice is kept"


def test_who_comes_from_a_brands_site_reads_its_name_and_whose_brand_it_is(client: Client, db: None) -> None:
    brand = add_brand(code="fjell", name="Fjell & Co", addresses=["help@fjell.example"], by=Actor.operator())
    came, own = read(client, f"{HOME}?brand=fjell"), f"It is {settings.AUREOLE_WORKSPACE} that answers"
    for shown in (came, read(client, f"{HOME}ask/access/")):
        assert "Fjell &amp; Co</a>" in shown and "Write to help@fjell.example." in shown and own in shown
    assert own not in read(client, f"{HOME}?brand=")
    read(client, f"{HOME}?brand=fjell")
    remove_brand(brand=brand, by=Actor.operator())
    assert own not in read(client, HOME)


def test_every_language_has_every_text() -> None:
    folder = Path(__file__).parents[1] / "privacy" / "words"
    shapes = [_shape(tomllib.loads((folder / f"{code}.toml").read_text("utf-8"))) for code in LANGUAGES]
    for shape in shapes[1:]:
        assert shape == shapes[0]


def _shape(texts: dict[str, Any], before: str = "") -> dict[str, list[str]]:
    """Name of each text, with the values it is filled with."""
    found: dict[str, list[str]] = {}
    for name, value in texts.items():
        found |= _shape(value, f"{before}{name}.") if isinstance(value, dict) else {
            f"{before}{name}": sorted(re.findall(r"\{(\w+)\}", value))
        }  # fmt: skip
    return found


def test_a_child_of_twelve_can_read_it() -> None:
    """Flesch-Kincaid grade (Kincaid et al. 1975) of the English texts: at most 6, which is reached at about twelve."""
    told = tomllib.loads((Path(__file__).parents[1] / "privacy" / "words" / "en.toml").read_text("utf-8"))
    sentences = [s for text in _texts(told) for s in re.split(r"[.?!:;]\s*", text) if len(s.split()) > 3]
    words = [word for s in sentences for word in re.findall(r"[a-z’]+", s.lower())]
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", w.removesuffix("e")))) for w in words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    assert grade <= 6, grade


def _texts(told: dict[str, Any]) -> list[str]:
    return [text for v in told.values() for text in (_texts(v) if isinstance(v, dict) else [v])]


@pytest.mark.parametrize("kind", TILES)
def test_no_form_has_more_than_four_fields(client: Client, db: None, kind: str) -> None:
    shown = read(client, f"{HOME}ask/{kind}/")
    named = set(re.findall(r'name="(\w+)"', shown)) - {
        "csrfmiddlewaretoken",
        "viewport",
        "referrer",
        "robots",
    }
    assert 2 <= len(named) <= 4
    assert "<script" not in shown


def test_errors_stand_on_top_and_at_the_field_in_the_same_words(client: Client, db: None) -> None:
    answer = client.post(f"{HOME}ask/rectification/", {"address": "ada at home", "words": "It is wrong."})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: Correct it" in shown
    for sentence in ("Type an e-mail address with a name", "Choose what is wrong", "Type what is right"):
        assert shown.count(sentence) == 2
    assert "It is wrong." in shown, "what was typed is kept"
    told = client.post(
        f"{HOME}ask/access/?lang=de", {"address": "ada@brevduva.example", "words": "a\0b"}
    ).content.decode()
    assert "Es wurde nichts geändert" in told and "characters" not in told
    assert not RightsRequest.objects.exists()


def test_a_known_and_an_unknown_address_get_the_same_pages_for_the_same_work(
    client: Client, ada: Person
) -> None:
    _seen(Client(), "first@nowhere.example")  # counts of this network are there from now on
    seen = [_seen(Client(), address) for address in ("ada@brevduva.example", UNKNOWN)]
    assert seen[0] == seen[1]


def _seen(client: Client, address: str) -> list[Any]:
    """Every page an outsider can come to, with what differs by chance taken out, and the statements it took."""
    seen: list[Any] = []

    def note(answer: Any, queries: CaptureQueriesContext) -> None:
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d{1,4}\b|value=\"\w{64}\"", "…", answer.content.decode())
        cookies = sorted(answer.cookies)
        seen.append((answer.status_code, text, cookies, [q["sql"].split()[0] for q in queries]))

    with CaptureQueriesContext(connection) as queries:
        answer = client.post(f"{HOME}ask/access/", {"address": address, "words": ""})
    note(answer, queries)
    made = RightsRequest.objects.latest("number")
    from aureole.testing.jobs import run_waiting_jobs

    run_waiting_jobs("privacy.recognise_request")
    steps = [
        lambda: client.get(answer["Location"]), lambda: client.get(page(made)),
        lambda: client.post(f"{page(made)}open/", {"code": "12345678"}),
        lambda: client.post(f"{page(made)}open/", {"code": ""}),
        lambda: client.post(f"{page(made)}code/"), lambda: client.post(f"{page(made)}take-back/"),
        lambda: client.post(f"{page(made)}answer/", {"answer": "x"}), lambda: client.get(f"{page(made)}download/"),
    ]  # fmt: skip
    for step in steps:
        with CaptureQueriesContext(connection) as queries:
            shown = step()
        note(shown, queries)
    return seen


def test_asking_twice_says_the_same_for_both_and_is_one_request(
    client: Client, ada: Person, postbox: Postbox
) -> None:
    first, second = (ask(client, "erasure", "ada@brevduva.example") for _ in range(2))
    assert first.pk != second.pk
    assert second.state == "joined"
    assert "earlier" not in read(client, page(second))
    letters = postbox.texts("ada@brevduva.example")
    assert sum("has received a request" in text for text in letters) == 1, "one receipt, not two"
    answer = give_code(client, second, postbox.code("ada@brevduva.example"))
    assert "Delete it" in answer.content.decode()
    first.refresh_from_db()
    assert first.state == "working"


def test_an_unknown_address_is_sent_nothing(client: Client, ada: Person, postbox: Postbox) -> None:
    made = ask(client, "access", UNKNOWN, words="<b>Buy</b> this")
    assert postbox.everyone() == set()
    assert made.person_id is None
    assert unlock([made])[0].contact == UNKNOWN, "kept, sealed, for an officer to look at"


def test_the_fifth_request_for_an_address_has_to_wait_whoever_it_is(client: Client, ada: Person) -> None:
    for address in ("ada@brevduva.example", UNKNOWN):
        for _ in range(5):
            ask(Client(), "access", address)
        answer = Client().post(f"{HOME}ask/access/", {"address": address.upper(), "words": ""})
        assert answer.status_code == 422
        assert "Too many tries" in answer.content.decode()
    with clock.at(now() + timedelta(minutes=2)):
        ask(Client(), "access", UNKNOWN)


def test_the_code_goes_to_the_address_that_was_given(client: Client, ada: Person, postbox: Postbox) -> None:
    from aureole.kernel.actor import Actor
    from aureole.people.actions.add_identifier import add_identifier
    from aureole.people.models import Identifier, IdentifierOrigin

    with clock.at(now() - timedelta(days=2)):
        other = add_identifier(person=ada, kind="email", value="ada@work.example", by=Actor.system())
    Identifier.objects.filter(pk=other.pk).update(origin=IdentifierOrigin.OWN)
    ask(client, "access", "ada@work.example")
    assert postbox.code("ada@work.example")
    assert not postbox.code("ada@brevduva.example")
    assert postbox.link("ada@brevduva.example", "not-me"), "the notice goes to every own address"


def test_the_language_of_the_page_is_that_of_the_letters(
    client: Client, ada: Person, postbox: Postbox
) -> None:
    on_behalf = open_request(
        kind="access", person_id=ada.pk, channel="agent", language="en", by=Actor.operator()
    )
    client.get(HOME, {"lang": "de"})
    made = ask(client, "access", "ada@brevduva.example")
    assert made.joins_id == on_behalf.pk
    assert any("Ihr Code" in text for text in postbox.texts("ada@brevduva.example"))


def test_the_form_to_delete_says_what_happens_when(client: Client, db: None, settings: Any) -> None:
    assert "14 days to change your mind" in read(client, f"{HOME}ask/erasure/")
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    shown = read(client, f"{HOME}ask/erasure/")
    steps = shown.partition('<ol class="plain">')[2].partition("</ol>")[0]
    assert "no more days to wait" in steps and steps.count("<li>") == steps.count(".") == 3, "three sentences"


def test_withdrawing_and_correcting_become_requests_of_their_kind(client: Client, ada: Person) -> None:
    made = ask(client, "objection", "ada@brevduva.example", which="withdrawal", words="The newsletter")
    assert made.kind == "withdrawal"
    where = _withdrawal()["url"].removeprefix(settings.AUREOLE_BASE_URL)
    assert 'value="withdrawal"' in client.get(where, follow=True).content.decode(), "as consents say how"
    made = ask(client, "rectification", "ada@brevduva.example", field="name", right="Ada Lindkvist")
    assert unlock([made])[0].correction == {"name": "Ada Lindkvist"}
    form = {"address": "bo@ek.example", "field": "birth_date", "words": ""}
    for typed in ("31.02.2014", "17.05.0012", "in May"):
        refused = client.post(f"{HOME}ask/rectification/", form | {"right": typed})
        assert "Type the day, month and year" in refused.content.decode()
    client.post(f"{HOME}ask/rectification/", form | {"right": "17. Mai 2014"})
    assert unlock(RightsRequest.objects.order_by("-number"))[0].correction == {"birth_date": "2014-05-17"}


def test_nothing_that_was_typed_is_in_jobs_or_letters(client: Client, db: None) -> None:
    client.post(f"{HOME}ask/access/", {"address": UNKNOWN, "words": "secret words"})
    with connection.cursor() as cursor:
        for table in ("procrastinate_jobs", "privacy_request", "ledger_entry"):
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)", [["%nowhere%", "%secret%"]]
            )
            assert cursor.fetchone() == (0,)
    assert not RequestLetter.objects.exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "What we hold",
                "postal address",
                "Conversations you were copied on",
                "Nobody outside our own staff",
            ),
        ),
        ("de", ("Was wir über Sie haben", "Postanschrift", "um Anfragen zu beantworten", "Suchindex")),
    ],
)
def test_it_says_above_the_tiles_what_is_held_from_the_map(
    client: Client, db: None, language: str, said: tuple[str, ...]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        shown = read(client, f"{HOME}?lang={language}")
    above = shown.partition('class="tiles"')[0]
    assert all(words in above for words in said)
    assert "Staff account" not in shown and "Mitarbeiterkonto" not in shown, "nothing about agents"
    assert len(asked) == 0, "the page knows nobody and asks no database"
