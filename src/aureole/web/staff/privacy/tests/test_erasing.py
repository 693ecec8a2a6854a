from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.desk.actions.reply import reply
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.data_map.telling import looks_at
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.models import Erasure, Hold
from aureole.testing.personas import Personas
from aureole.web.staff.privacy.account import lay_out_account
from aureole.web.staff.privacy.plan_page import says_the_same
from aureole.web.tests.browsers import SignIn

ADDRESS = "ada.lindqvist@brevduva.example"


@pytest.fixture
def ada(personas: Personas) -> Person:
    person = personas.person("Ada Lindqvist", ADDRESS)
    ticket = personas.ticket(person)
    reply(ticket=ticket, text="On its way.", by=personas.agent().actor)
    return person


@pytest.fixture
def bo(personas: Personas) -> Person:
    """Somebody whose words name Ada."""
    person = personas.person("Bo Ek", "bo@brevduva.example")
    personas.ticket(
        person, subject="My parcel", text=f"My parcel went to Ada Lindqvist ({ADDRESS}) <b>again</b>."
    )
    return person


def _hash(page: str) -> str:
    found = re.search(r'name="plan" value="([0-9a-f]{64})"', page)
    assert found, "the form carries the plan it was made from"
    return found[1]


def test_the_plan_shows_the_totals_of_the_map(ada: Person, bo: Person, sign_in: SignIn) -> None:
    plan = make_plan(ada.id)
    account = lay_out_account(plan, line="", line_rest="", read_url="/read")
    assert account.total_goes == plan.total
    assert account.total_stays == sum(kept.count for kept in plan.keep)
    assert [branch.goes for branch in account.goes if branch.key == "named"] == [1]
    page = sign_in("privacy_officer").get(f"/privacy/erase/{ada.id}/").content.decode()
    assert f"{plan.total} items about Ada go." in page
    assert "No way back from here." in page
    assert "read the 1" in page
    assert [(look.type, look.times) for look in looks_at(ada.id)] == [("privacy.traced", 1)]


def test_a_plan_nobody_may_make_is_refused(ada: Person, sign_in: SignIn) -> None:
    assert sign_in("agent").get(f"/privacy/erase/{ada.id}/").status_code == 403
    assert sign_in("read_only").get(f"/privacy/erase/{ada.id}/mentions/").status_code == 403


def test_a_wrong_name_erases_nothing(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("privacy_officer")
    plan = _hash(client.get(f"/privacy/erase/{ada.id}/").content.decode())
    answer = client.post(f"/privacy/erase/{ada.id}/", {"confirm": "Ada", "plan": plan})
    assert answer.status_code == 422
    assert "That is not the name" in answer.content.decode()
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("hash_sent", ["", "0" * 64])
def test_a_plan_that_changed_is_shown_again(ada: Person, sign_in: SignIn, hash_sent: str) -> None:
    client = sign_in("privacy_officer")
    answer = client.post(f"/privacy/erase/{ada.id}/", {"confirm": "Ada Lindqvist", "plan": hash_sent})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "has changed since you looked at the plan" in page
    assert _hash(page) == make_plan(ada.id).hash
    assert not Erasure.objects.exists()


def test_where_one_is_enough_the_right_name_begins_it_and_leaves_one_job(
    ada: Person, sign_in: SignIn, settings: Any
) -> None:
    settings.AUREOLE_SECOND_PERSON = False
    client = sign_in("privacy_officer")
    plan = _hash(client.get(f"/privacy/erase/{ada.id}/").content.decode())
    answer = client.post(
        f"/privacy/erase/{ada.id}/", {"confirm": " ada  lindqvist", "plan": plan, "reason": "asked"}
    )
    erasure = Erasure.objects.get()
    assert answer.headers["Location"] == f"/privacy/erasures/{erasure.id}/"
    again = client.post(f"/privacy/erase/{ada.id}/", {"confirm": "Ada Lindqvist", "plan": plan})
    assert again.headers["Location"] == f"/privacy/erasures/{erasure.id}/"
    jobs = ProcrastinateJob.objects.filter(task_name="privacy.carry_out_erasure")
    assert [job.args for job in jobs] == [{"erasure_id": str(erasure.id)}]


def test_the_page_follows_and_then_gives_a_receipt(
    ada: Person, bo: Person, sign_in: SignIn, settings: Any
) -> None:
    settings.AUREOLE_SECOND_PERSON = False
    client = sign_in("privacy_officer")
    plan = _hash(client.get(f"/privacy/erase/{ada.id}/").content.decode())
    client.post(f"/privacy/erase/{ada.id}/", {"confirm": "Ada Lindqvist", "plan": plan})
    erasure_id = Erasure.objects.get().id
    running = client.get(f"/privacy/erasures/{erasure_id}/").content.decode()
    assert f'data-live-topic="erasure:{erasure_id}"' in running
    assert client.get(f"/privacy/erasures/{erasure_id}/certificate/").status_code == 409
    carry_out(erasure_id)
    part = client.get(f"/privacy/erasures/{erasure_id}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "no trace was found" in part
    assert "data-live-topic" not in part
    whole = client.get(f"/privacy/erasures/{erasure_id}/").content.decode()
    assert "Lindqvist" not in whole
    assert ADDRESS not in whole


def test_the_certificate_is_downloaded_and_holds(ada: Person, sign_in: SignIn) -> None:
    erase_person(ada.id, by=Actor.operator(), reason="")
    client, erasure = sign_in("privacy_officer"), Erasure.objects.get()
    answer = client.get(f"/privacy/erasures/{erasure.id}/certificate/")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert json.loads(answer.content)["payload"]["erasure"] == str(erasure.id)
    file = SimpleUploadedFile("certificate.json", answer.content)
    assert "It holds." in client.post("/privacy/check/", {"certificate": file}).content.decode()
    stored = client.post("/privacy/check/", {"erasure": str(erasure.id)}, headers={"HX-Request": "true"})
    assert "This instance signed exactly this." in stored.content.decode()


def test_a_changed_certificate_does_not_hold(ada: Person, sign_in: SignIn) -> None:
    erase_person(ada.id, by=Actor.operator(), reason="")
    text = Erasure.objects.get().certificate.replace('"count": ', '"count": 1', 1)
    file = SimpleUploadedFile("certificate.json", text.encode())
    page = sign_in().post("/privacy/check/", {"certificate": file}).content.decode()
    assert "It does not hold." in page


@pytest.mark.parametrize("erasure", ["nonsense", str(uuid.uuid4())])
def test_an_unknown_certificate_is_not_found(personas: Personas, sign_in: SignIn, erasure: str) -> None:
    assert sign_in("admin").post("/privacy/check/", {"erasure": erasure}).status_code == 404


def test_a_check_without_a_file_is_refused(personas: Personas, sign_in: SignIn) -> None:
    assert sign_in().post("/privacy/check/", {}).status_code == 409


def test_the_list_of_erasures_names_nobody(ada: Person, sign_in: SignIn) -> None:
    assert "0 people" not in sign_in("admin").get("/privacy/erasures/").content.decode()
    erase_person(ada.id, by=Actor.operator(), reason="")
    page = sign_in("admin").get("/privacy/erasures/").content.decode()
    assert "1 person was erased" in page
    assert "Lindqvist" not in page
    assert sign_in("agent").get("/privacy/erasures/").status_code == 403


def test_mentions_are_shown_with_marks_and_written_in_the_log(
    ada: Person, bo: Person, sign_in: SignIn
) -> None:
    before = Entry.objects.filter(type="desk.read").count()
    note_disclosure(person_id=bo.id, to="adviser", name="Advokat Ada Lindqvist", by=Actor.operator())
    page = sign_in("privacy_officer").get(f"/privacy/erase/{ada.id}/mentions/").content.decode()
    assert 'Advokat <mark class="blackout">Ada Lindqvist</mark>' in page and f"/people/{bo.id}/" in page
    assert '<mark class="blackout">Ada Lindqvist</mark>' in page
    assert "My parcel went to" in page
    assert "Bo Ek" in page
    assert "<b>again</b>" not in page
    assert Entry.objects.filter(type="desk.read").count() == before + 1


def test_a_document_that_names_them_is_shown_and_can_be_kept(
    ada: Person, bo: Person, personas: Personas, sign_in: SignIn
) -> None:
    file = NewFile(name="list.csv", content_type="text/csv", content=b"to;Ada Lindqvist\nto;Cy")
    kept = personas.message(personas.ticket(bo), bo, "", (file,)).attachments.get()
    officer = sign_in("privacy_officer")
    page = officer.get(f"/privacy/erase/{ada.id}/mentions/").content.decode()
    assert "Inside the file list.csv" in page and 'to;<mark class="blackout">Ada Lindqvist</mark>' in page
    keeping = f"/privacy/holds/new/?file={kept.pk}"
    assert f'href="{keeping}"' in page
    assert "the file list.csv" in officer.get(keeping).content.decode()
    chosen = {
        "what": f"desk_attachment:{kept.pk}",
        "ground": "duty",
        "reason": "an invoice",
        "review_on": "2099-01-01",
    }
    assert officer.post(keeping, chosen).status_code == 302
    page = officer.get(f"/privacy/erase/{ada.id}/mentions/").content.decode()
    assert "Stays as it is, with the name: a legal obligation" in page and keeping not in page
    assert "1 document stays as it is, under a hold." in page
    erase_person(ada.id, by=Actor.operator(), reason="")
    hold = officer.get(f"/privacy/holds/{Hold.objects.get().pk}/").content.decode()
    assert "somebody who was erased; it is removed when this is released" in hold
    assert officer.get(f"{keeping[:-3]}abc").status_code == 404


def test_the_last_administrator_is_told_what_stands_in_the_way(personas: Personas, sign_in: SignIn) -> None:
    admin = personas.agent(role="admin")
    page = sign_in("privacy_officer").get(f"/privacy/erase/{admin.person_id}/").content.decode()
    assert "only administrator" in page
    assert 'name="confirm"' not in page


def test_a_hostile_name_stands_in_the_plan_as_text(personas: Personas, sign_in: SignIn) -> None:
    person = personas.person("<script>alert(1)</script>")
    page = sign_in("admin").get(f"/privacy/erase/{person.id}/").content.decode()
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize(
    ("typed", "same"),
    [("Ada Lindqvist", True), ("ada  lindqvist ", True), ("Ada", False), ("", False), (" ", False)],
)
def test_names_are_compared_as_the_browser_does(typed: str, same: bool) -> None:
    assert says_the_same(typed, "Ada Lindqvist") is same


def test_nothing_confirms_an_empty_name() -> None:
    assert not says_the_same("", "")
