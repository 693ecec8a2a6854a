from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.checkpoints import bring_up_to_date, log_key
from aureole.ledger.models import Audit, Entry
from aureole.ledger.record import record
from aureole.ledger.verifier import read_checkpoint, read_note, verify_note, verify_proof
from aureole.ledger.witnesses.showing import show_to_witnesses
from aureole.people.models import Person
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn


@pytest.fixture
def ada(personas: Personas) -> Person:
    person = personas.person("Ada Lindqvist", "ada@brevduva.example")
    personas.ticket(person)
    return person


@pytest.mark.parametrize("role", ["agent", "read_only"])
def test_only_officers_read_the_log(ada: Person, sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for page in ("", "checkpoint/", f"{Entry.objects.first().uid}/proof/"):  # type: ignore[union-attr]
        assert client.get(f"/privacy/log/{page}").status_code == 403
    for page in ("check/", "find/"):
        assert client.post(f"/privacy/log/{page}").status_code == 403


def test_entries_are_plain_sentences_without_names_of_persons(ada: Person, sign_in: SignIn) -> None:
    record("rights.hits_shown", by=Actor(kind="customer", person_id=ada.id), person=ada.id, hits=1, request=1)
    page = sign_in("privacy_officer").get("/privacy/log/").content.decode()
    assert "The person</" in page and "Somebody who was erased" not in page, (
        "whoever acts in the privacy centre is there"
    )
    assert "1 hit" in page and "1 hits" not in page
    assert "opened a ticket" in page or "received a message" in page
    assert "not verified yet" in page
    assert "Lindqvist" not in page
    assert log_key() in page
    assert "None. Without one the log proves nothing" in page


def test_it_is_filtered_by_what_whom_and_who(ada: Person, personas: Personas, sign_in: SignIn) -> None:
    officer = personas.agent("Ilse Brandt", role="privacy_officer")
    client = sign_in(agent=officer)
    client.get(f"/people/{ada.id}/")

    def lines(query: str) -> int:
        return client.get(f"/privacy/log/?{query}").content.decode().count("/proof/")

    assert lines("type=people.read") == 1
    assert lines(f"type=people.read&person={ada.id}&agent={officer.id}") == 1
    assert lines(f"type=people.read&agent={personas.agent().id}") == 0
    assert lines(f"person={officer.person_id}&type=people.read") == 0
    assert client.get("/privacy/log/?person=ada").status_code == 409


def test_a_person_is_found_by_an_address_that_stands_in_no_address_line(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("privacy_officer")
    answer = client.post("/privacy/log/find/", {"address": "ada@brevduva.example"})
    assert answer.headers["Location"] == f"/privacy/log/?person={ada.id}"
    nobody = client.post("/privacy/log/find/", {"address": "nobody@elsewhere.example"})
    assert nobody.status_code == 422
    assert 'value="nobody@elsewhere.example"' in nobody.content.decode()


def test_older_entries_come_page_by_page_with_the_filter(
    ada: Person, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aureole.web.staff.privacy.log_entries.PAGE", 2)
    page = sign_in("privacy_officer").get(f"/privacy/log/?person={ada.id}").content.decode()
    assert f"person={ada.id}&amp;below=" in page


def test_check_now_has_the_worker_verify_everything_and_the_page_follows(
    ada: Person, sign_in: SignIn
) -> None:
    client = sign_in("privacy_officer")
    for _ in range(2):
        page = client.post("/privacy/log/check/", follow=True).content.decode()
    assert "The worker is reading every entry" in page and 'hx-trigger="every 2s"' in page
    assert 'http-equiv="refresh"' in page and not Audit.objects.exists()
    assert "every 2s" in client.get("/privacy/log/checking/").content.decode()
    assert run_waiting_jobs("ledger.audit") == 1
    audit = Audit.objects.get()
    assert (audit.entries, audit.problems) == (Entry.objects.count(), [])
    assert client.get("/privacy/log/checking/").headers["HX-Refresh"] == "true"
    page = client.get("/privacy/log/").content.decode()
    assert "all of it is what it was" in page and "every 2s" not in page


def test_a_changed_entry_is_named(ada: Person, sign_in: SignIn) -> None:
    bring_up_to_date()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE ledger_entry SET actor_kind = 'operator' WHERE number = (SELECT min(number) FROM ledger_entry)"
        )
        cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER USER")
    client = sign_in("privacy_officer")
    client.post("/privacy/log/check/")
    run_waiting_jobs("ledger.audit")
    page = client.get("/privacy/log/").content.decode()
    assert "The log does not hold" in page
    assert "does not hold</span>" in page and "Record a breach" in page
    assert "entry 0" in page


_FILTERS = {
    "what": ({"type": "people.read"}, "ledger_entry_type"),
    "who": ({"actor": b"a" * 16}, "ledger_entry_actor"),
    "who and what": ({"actor": b"a" * 16, "type": "people.read"}, "ledger_entry_actor_type"),
    "whom": ({"person": b"a" * 16}, "ledger_entry_person"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("by", list(_FILTERS))
def test_every_filter_walks_an_index_in_the_order_of_the_page(by: str) -> None:
    """So a page costs the same however long the log is: nothing is sorted, nothing is read and thrown away."""
    asked, index = _FILTERS[by]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = Entry.objects.filter(**asked).order_by("-number")[:51].explain()
    assert f"using {index} " in plan and "Sort" not in plan and "Filter" not in plan, plan


def test_the_checkpoint_and_a_proof_hold_outside(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("privacy_officer")
    note = read_note(client.get("/privacy/log/checkpoint/").content.decode())
    verify_note(note, log_key())
    assert read_checkpoint(note).size == Entry.objects.count()
    uid = Entry.objects.order_by("number")[0].uid
    proof = client.get(f"/privacy/log/{uid}/proof/").content.decode()
    assert str(uid).encode() in verify_proof(proof, log_key())[0]


def test_a_witness_is_shown_with_how_far_it_vouches(
    ada: Person, sign_in: SignIn, settings: Any, tmp_path: Path
) -> None:
    settings.AUREOLE_LEDGER_WITNESSES = (tmp_path.as_uri(),)
    client = sign_in("privacy_officer")
    assert "has not answered yet" in client.get("/privacy/log/").content.decode()
    bring_up_to_date()
    show_to_witnesses()
    page = client.get("/privacy/log/").content.decode()
    assert f"saw {Entry.objects.count()} of" in page and "nobody outside vouches" not in page
    client.get(f"/people/{ada.id}/")
    bring_up_to_date()
    with clock.at(now() + timedelta(days=2)):
        assert "nobody outside vouches" in client.get("/privacy/log/").content.decode()
    next(tmp_path.glob("*/latest.checkpoint")).write_text("damaged")
    client.get(f"/people/{ada.id}/")
    bring_up_to_date()
    show_to_witnesses()
    assert ": what it answers or keeps does not fit" in client.get("/privacy/log/").content.decode()
    assert "1 witness does not vouch for the log" in client.get("/privacy/").content.decode()
