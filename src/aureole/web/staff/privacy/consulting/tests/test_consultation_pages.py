"""An officer records what the authority was asked, and what it does, and sees its clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aureole.kernel.actor import Actor
from aureole.privacy.consulting.actions.record_consultation import record_consultation
from aureole.privacy.models import Consultation
from aureole.privacy.rights.place import today
from aureole.web.staff.privacy.calendar.entries import Stretch
from aureole.web.staff.privacy.calendar.of_consulting import entries_of_consultations
from aureole.web.tests.browsers import SignIn

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SENT = today() - timedelta(days=10)
GIVEN = {"authority": "Landesbeauftragte", "about": "Scoring of late payers", "sent_on": SENT.isoformat()}


@pytest.fixture
def officer(sign_in: SignIn) -> Client:
    return sign_in("privacy_officer")


def test_it_is_recorded_paused_gone_on_with_extended_and_ended_on_its_page(officer: Client) -> None:
    page = officer.post("/privacy/consultations/new/", GIVEN, follow=True).content.decode()
    assert "Consultation no. 1" in page and "days left" in page and 'class="strip"' in page
    day = (SENT + timedelta(days=3)).isoformat()
    paused = officer.post(
        "/privacy/consultations/1/pause/", {"asked_on": day, "asked": "the test"}, follow=True
    )
    assert "it waits for us" in paused.content.decode() and "Without pauses" in paused.content.decode()
    entries = list(entries_of_consultations(SENT, today()))
    assert [(one.first, one.last) for one in entries if isinstance(one, Stretch)] == [
        (SENT + timedelta(days=3), today())
    ]
    officer.post("/privacy/consultations/1/resume/", {"given_on": today().isoformat()})
    extended = officer.post(
        "/privacy/consultations/1/extend/", {"announced_on": day, "reason": "complex"}, follow=True
    )
    assert "6 weeks more" in extended.content.decode()
    ended = {"end": "clear", "ended_on": today().isoformat(), "answer": ""}
    assert (
        "no objection" in officer.post("/privacy/consultations/1/end/", ended, follow=True).content.decode()
    )
    assert "Scoring of late payers" in officer.get("/privacy/consultations/?show=ended").content.decode()
    assert "asked about nothing now" in officer.get("/privacy/consultations/").content.decode()


def test_what_is_refused_says_why_and_keeps_what_was_typed(officer: Client) -> None:
    named = officer.post("/privacy/consultations/new/", GIVEN | {"about": "Scoring of ada@brevduva.example"})
    assert named.status_code == 409 and "without naming them" in named.content.decode()
    assert officer.post("/privacy/consultations/new/", {}).status_code == 422
    officer.post("/privacy/consultations/new/", GIVEN)
    early = officer.post(
        "/privacy/consultations/1/end/", {"end": "advice", "ended_on": SENT.isoformat(), "answer": ""}
    )
    assert early.status_code == 409 and "what the authority answered" in early.content.decode()
    assert officer.post("/privacy/consultations/1/end/", {}).status_code == 422
    assert officer.post("/privacy/consultations/1/dance/").status_code == 404
    assert officer.get("/privacy/consultations/7/").status_code == 404
    assert Consultation.objects.get().ended_on is None


def test_only_officers_see_them_and_many_cost_the_same(officer: Client, sign_in: SignIn) -> None:
    for role in ("agent", "read_only"):
        assert sign_in(role).get("/privacy/consultations/").status_code == 403
    counts = []
    for number in range(1, 6):
        record_consultation(authority="A", about=f"Use {number}", sent_on=SENT, by=Actor.operator())
        with CaptureQueriesContext(connection) as queries:
            officer.get("/privacy/consultations/")
        counts.append(len(queries))
    assert counts[0] == counts[-1]
