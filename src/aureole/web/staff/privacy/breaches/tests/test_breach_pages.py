"""The register in a browser without script: recorded, bounded, judged, reported, told, closed; and who may see it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.privacy.models import Breach, BreachStep
from aureole.testing.breached import breach_of
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn

pytestmark = pytest.mark.django_db
ALL = "/privacy/breaches/"


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in("privacy_officer")


def _post(client: Client, path: str, **values: object) -> str:
    answer = client.post(path, values, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_a_breach_goes_from_the_first_word_to_its_end(client: Client, personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    shown = _post(
        client, f"{ALL}new/", title="List sent to a wrong address", facts="A list went to a customer.",
        kinds=["disclosed"], noticed_at=(now() - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"), role="controller",
    )  # fmt: skip
    breach = Breach.objects.get()
    page = f"{ALL}{breach.number}/"
    assert "Report to the authority by" in shown and "hours left" in shown
    assert "List sent to a wrong address" in client.get("/privacy/").content.decode(), (
        "the band is on the first page"
    )
    _post(
        client, f"{page}describe/", facts=breach.facts, effects="It can be passed on.", measures="Asked to delete it.",
        contact="The privacy officer",
    )  # fmt: skip
    _post(client, f"{page}bound/", scope="persons", persons="ada@brevduva.example\n")
    run_waiting_jobs("privacy.find_affected")
    _post(client, f"{page}assess/", risk="high", reason="It has health data.")
    assert client.get(f"{page}notification/").content.startswith(b"%PDF")
    BreachStep.objects.filter(what="bounded").update(by_kind="named")
    shown = _post(client, f"{page}report/", is_last="on")
    assert shown.count("named by the operator, not signed in") == 1
    assert "as it was handed in" in shown and "Report to the authority by" not in shown
    report = client.get(shown.split(f"{page}reports/")[1].split('"')[0].join([f"{page}reports/", ""])).json()
    assert report["persons"] == 1 and report["is_last"] is True
    _post(client, f"{page}tell/", en="A list with your name was sent to a wrong address.")
    assert "Ada Lindqvist" in client.get(f"{page}affected/").content.decode()
    assert Entry.objects.filter(type="privacy.breach_read").count() == 1
    assert "It stays in the register" in _post(
        client, f"{page}close/", remedy="Addresses are checked before sending."
    )
    rows = list(csv.DictReader(io.StringIO(client.get(f"{ALL}?form=csv").content.decode())))
    assert rows[0]["persons"] == "1" and rows[0]["risk"] == "high" and "Ada" not in str(rows)
    assert ada.id


def test_a_refusal_stands_at_its_form_and_keeps_what_was_typed(client: Client, personas: Personas) -> None:
    breach = breach_of(personas.person())
    path = f"{ALL}{breach.number}/"
    for what, values, words in (
        ("assess", {"risk": "high", "reason": "mail x@example.org"}, "These words hold an address"),
        ("tell", {"en": "It means [say it in plain words]"}, "[brackets]"),
        ("close", {"remedy": "Locks."}, "Left to do: "),
        ("bound", {"scope": "reads"}, "from when to when"),
        ("bound", {"scope": "persons", "persons": "nobody@nowhere.example"}, "nobody@nowhere.example"),
    ):
        answer = client.post(f"{path}{what}/", values)
        assert answer.status_code in (409, 422) and words in answer.content.decode(), what
    assert client.post(f"{path}dance/").status_code == 404
    assert not Breach.objects.get().risk


def test_one_that_is_late_says_so_everywhere(client: Client, personas: Personas) -> None:
    breach = breach_of(personas.person())
    with clock.at(now() + timedelta(hours=75)):
        assert "1 of them late" in client.get(ALL).content.decode()
        assert "hours late" in client.get(f"{ALL}{breach.number}/").content.decode()
        answer = client.post(f"{ALL}{breach.number}/report/", {})
        assert answer.status_code == 409 and "reasons for the delay" in answer.content.decode()


def test_one_of_which_only_ciphertext_was_taken_says_so(client: Client, personas: Personas) -> None:
    personas.person()
    breach = breach_of(personas.person())
    _post(client, f"{ALL}{breach.number}/bound/", scope="everybody", sealed_only="on")
    run_waiting_jobs("privacy.find_affected")
    assert "Only ciphertext was taken" in client.get(f"{ALL}{breach.number}/").content.decode()


def test_agents_do_not_see_the_register(sign_in: SignIn, personas: Personas) -> None:
    breach = breach_of(personas.person())
    client = sign_in("agent")
    for path in (
        "",
        "new/",
        "?form=csv",
        *(f"{breach.number}/{p}" for p in ("", "affected/", "notification/")),
    ):
        assert client.get(f"{ALL}{path}").status_code == 403, path
    assert client.post(f"{ALL}{breach.number}/close/", {"remedy": "x"}).status_code == 403


def test_a_page_has_as_many_queries_however_many_are_affected(client: Client, personas: Personas) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted(count: int) -> int:
        breach = breach_of(*(personas.person() for _ in range(count)))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{ALL}{breach.number}/affected/").status_code == 200
        return len(queries)

    counted(1)
    assert counted(2) == counted(6)
