from __future__ import annotations

import re
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.ledger.ports import confidant
from aureole.people.models import Person
from aureole.people.twins import seek_new
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.informing.actions.settle_recipient import settle_recipient
from aureole.privacy.informing.owing import note_told
from aureole.privacy.models import ChannelProof, RequestState, RightsRequest
from aureole.privacy.ports import cautions
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.disown_request import disown_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.take_back_request import take_back_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.matters import matters
from aureole.privacy.rights.place import today
from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from aureole.web.staff.privacy.requests.doings import DOINGS
from aureole.web.staff.privacy.requests.tests.conftest import Ask
from aureole.web.tests.browsers import SignIn

OPERATOR = Actor.operator()


def _working(ask: Ask, kind: str = "access", **more: object) -> RightsRequest:
    return vouch_identity(request_id=ask(kind, **more).id, how="at the counter", by=OPERATOR)


def _prepared(ask: Ask, by: Agent, kind: str = "access") -> RightsRequest:
    return prepare_request(request_id=_working(ask, kind).id, by=by.actor)


def _state(request: RightsRequest) -> str:
    return RightsRequest.objects.get(pk=request.pk).state


# ------------------------------------------------------------------ who may


@pytest.mark.parametrize("role", ["agent", "read_only"])
def test_only_officers_read_and_handle_requests(ask: Ask, sign_in: SignIn, role: str) -> None:
    request, client = ask("access", words="my matter"), sign_in(role)
    for page in ("", "moved/"):
        assert client.get(f"/privacy/requests/{request.number}/{page}").status_code == 403
    for what in DOINGS:
        assert client.post(f"/privacy/requests/{request.number}/{what}/").status_code == 403, what
    assert _state(request) == RequestState.RECEIVED


def test_nothing_is_done_by_a_link(ask: Ask, sign_in: SignIn) -> None:
    request, client = ask("access"), sign_in("privacy_officer")
    for what in DOINGS:
        answer = client.get(f"/privacy/requests/{request.number}/{what}/")
        assert answer.status_code == 405 and answer["Allow"] == "POST", what
        assert b"Nothing was done" in answer.content, "who signed in anew after pressing it comes here"


def test_a_number_or_a_doing_that_is_not_there_is_not_found(ask: Ask, sign_in: SignIn) -> None:
    request, client = ask("access"), sign_in("privacy_officer")
    assert client.get(f"/privacy/requests/{request.number + 1}/").status_code == 404
    assert client.post(f"/privacy/requests/{request.number}/frobnicate/").status_code == 404


def test_an_officer_neither_vouches_for_nor_releases_their_own_request(
    ask: Ask, personas: Personas, sign_in: SignIn
) -> None:
    officer = personas.agent("Ilse Brandt", role="privacy_officer")
    request = ask("access", person=officer.person)
    client = sign_in(agent=officer)
    answer = client.post(f"/privacy/requests/{request.number}/vouch/", {"how": "it is me"})
    assert answer.status_code == 409
    assert "Nobody vouches for themselves" in answer.content.decode()
    vouch_identity(request_id=request.id, how="seen in the office", by=OPERATOR)
    prepare_request(request_id=request.id, by=OPERATOR)
    assert "This is your own request" in client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert client.post(f"/privacy/requests/{request.number}/release/").status_code == 409
    assert _state(request) == RequestState.APPROVAL


# ------------------------------------------------------------------ what it shows


def test_the_page_shows_the_words_the_way_the_law_and_who_else_it_may_be(
    ask: Ask, personas: Personas, sign_in: SignIn
) -> None:
    request = _working(ask, words="Which calls did you record?")
    twin = personas.person("A. Lindqvist", "ada+work@brevduva.example")
    seek_new()
    page = sign_in("privacy_officer").get(f"/privacy/requests/{request.number}/").content.decode()
    for words in (
        "Which calls did you record?", "Ada Lindqvist", "GDPR Art. 15", "an officer vouched", "at the counter",
        "privacy centre", "Vouched for", "/proof/", "Prepare Ada’s data for a release",
        "A. Lindqvist may be the same person", f"/people/{request.person_id}/merge/{twin.id}/",
    ):  # fmt: skip
        assert words in page, words
    assert page.count("btn primary") + page.count("btn final") == 1, "one main button"


def test_each_look_is_one_entry_that_the_person_may_see(ask: Ask, ada: Person, sign_in: SignIn) -> None:
    request, client = ask("access", words="all of it"), sign_in("privacy_officer")
    entries = Entry.objects.filter(person=confidant().pseudonym(ada.id), type="people.read")
    before = entries.count()
    client.get(f"/privacy/requests/{request.number}/")
    assert entries.count() == before + 1


def test_no_address_of_the_page_names_anybody(ask: Ask, sign_in: SignIn, carrier: object) -> None:
    request = ask("access", words="Lindqvist", contact="other@brevduva.example")
    page = sign_in("privacy_officer").get(f"/privacy/requests/{request.number}/").content.decode()
    for address in re.findall(r'(?:href|action|data-live-refresh)="([^"]*)"', page):
        assert "indqvist" not in address
        assert "brevduva" not in address


def test_what_is_offered_fits_the_state(ask: Ask, sign_in: SignIn) -> None:
    request, client = _working(ask), sign_in("privacy_officer")
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert f"/privacy/requests/{request.number}/pause/" in page
    assert f"/privacy/requests/{request.number}/resume/" not in page
    client.post(
        f"/privacy/requests/{request.number}/pause/", {"cause": "clarification", "reason": "Which year?"}
    )
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert f"/privacy/requests/{request.number}/resume/" in page
    assert f"/privacy/requests/{request.number}/pause/" not in page
    assert "Paused since" in page
    assert "the person, to say what they mean" in page
    assert "Extend or refuse until" in page and "without undue delay" not in page
    RightsRequest.objects.update(received_on=today() - timedelta(days=9))
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "Asked 9 days after it came in: only what is asked without undue delay stops the clock" in page


def test_recipients_are_told_of_a_change_or_it_is_said_why_not_and_until_then_it_waits(
    ask: Ask, ada: Person, sign_in: SignIn
) -> None:
    frakt, moe = (
        note_disclosure(person_id=ada.id, to=to, name=name, by=OPERATOR)
        for to, name in (("carrier", "Fjellfrakt AS"), ("adviser", "Advokat Moe"))
    )
    client, request = sign_in("privacy_officer"), _working(ask, "restriction")
    waiting = [matter.kind for matter in matters()]
    complete_request(request_id=request.id, by=OPERATOR)
    assert (waiting, [matter.kind for matter in matters()]) == ([], ["recipients"])
    address = f"/privacy/requests/{request.number}/"
    page = client.get(address).content.decode()
    assert page.count("to be told") == 2
    for given, status in (({"hearing": "told"}, 302), ({"hearing": "told"}, 422)):
        assert client.post(f"{address}settle/", {"recipient": str(frakt.id)} | given).status_code == status
    given = {"recipient": str(moe.id), "hearing": "impossible"}
    answer = client.post(f"{address}settle/", given)
    assert answer.status_code == 409 and "what shows that" in answer.content.decode()
    assert [matter.kind for matter in matters()] == ["recipients"]
    assert client.post(f"{address}settle/", given | {"reason": "He died in May."}).status_code == 302
    page = client.get(address).content.decode()
    assert "cannot be told" in page and "He died in May." in page and f"{address}settle/" not in page
    assert matters() == []
    assert list(Entry.objects.filter(type__contains="recipient").values_list("type", flat=True)) == [
        "rights.recipient_told", "rights.recipient_not_told",
    ]  # fmt: skip
    erasure = _working(ask, "erasure")
    assert len([one for one in cautions(ada.id) if "Moe" in one and "Fjellfrakt" in one]) == 1
    for row in (frakt, moe, moe):
        settle_recipient(disclosure_id=row.id, request_id=erasure.id, by=OPERATOR)
    assert not [one for one in cautions(ada.id) if "Moe" in one]
    with pytest.raises(Refused, match="this is none"):
        settle_recipient(disclosure_id=moe.id, request_id=_working(ask, "access").id, by=OPERATOR)


def test_an_open_page_is_told_that_somebody_went_on(ask: Ask, sign_in: SignIn) -> None:
    request, client = ask("access"), sign_in("privacy_officer")
    moved = f"/privacy/requests/{request.number}/moved/?seen=1"
    assert "Somebody has gone on" not in client.get(moved).content.decode()
    client.post(f"/privacy/requests/{request.number}/assign/")
    answer = client.get(moved)
    assert "Somebody has gone on" in answer.content.decode()
    assert "HX-Refresh" not in answer.headers, "somebody may be typing there"


# ------------------------------------------------------------------ what is done


def test_a_code_is_sent_to_the_address_on_file_and_entered_here(
    ask: Ask, sign_in: SignIn, carrier: object
) -> None:
    request, client = ask("access"), sign_in("privacy_officer")
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "Send a code to a…@brevduva.example" in page
    assert client.post(f"/privacy/requests/{request.number}/ask/").status_code == 302
    assert ChannelProof.objects.get().purpose == "identity"
    answer = client.post(f"/privacy/requests/{request.number}/prove/", {"code": "1234 5678"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "does not fit" in page
    assert 'value="1234 5678"' in page, "what was typed stays"
    assert page.count("<title>Error:") == 1


@pytest.mark.parametrize(
    ("what", "typed", "sentence"),
    [
        ("refuse", {"ground": "", "reason": "the ninth this month"}, "Choose the ground"),
        ("refuse", {"ground": "excessive", "reason": ""}, "you bear the proof"),
        ("extend", {"reason": " "}, "must be told why"),
        ("pause", {"cause": "holidays", "reason": "closed"}, "may wait only for one of these"),
        ("vouch", {"how": ""}, "Say in words how you know"),
    ],
)
def test_a_form_with_something_missing_changes_nothing_and_keeps_what_was_typed(
    ask: Ask, sign_in: SignIn, what: str, typed: dict[str, str], sentence: str
) -> None:
    request = ask("access")
    answer = sign_in("privacy_officer").post(f"/privacy/requests/{request.number}/{what}/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert all(words in page for words in typed.values() if words.strip() and words != "holidays")
    assert _state(request) == RequestState.RECEIVED


def test_the_plan_of_an_erasure_is_frozen_and_shown_with_its_hash_until_things_change(
    ask: Ask, personas: Personas, ada: Person, sign_in: SignIn
) -> None:
    personas.ticket(ada)
    request, client = _working(ask, "erasure"), sign_in("privacy_officer")
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "As things stand now" in page
    assert re.search(r"Freeze this plan: \d+ items go", page)
    client.post(f"/privacy/requests/{request.number}/prepare/")
    request.refresh_from_db()
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "exactly this is going to happen" in page
    assert request.plan_hash in page
    assert "You prepared it, so a second person releases it." in page
    assert (
        client.post(f"/privacy/requests/{request.number}/release/", {"plan": request.plan_hash}).status_code
        == 409
    )
    second, release = sign_in("admin"), f"/privacy/requests/{request.number}/release/"
    note_told(ada.id, how="letter", by=OPERATOR, source=False, objection=True)
    assert release in second.get(f"/privacy/requests/{request.number}/").content.decode(), "our own letters"
    personas.ticket(ada)
    page = second.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "What has changed since it was frozen" in page and release not in page
    assert "It waits for a new look" in page


def test_what_was_prepared_anew_is_not_released_by_who_saw_the_older_plan(
    ask: Ask, personas: Personas, ada: Person, sign_in: SignIn
) -> None:
    request = _prepared(ask, personas.agent(role="privacy_officer"), "erasure")
    answer = sign_in("admin").post(f"/privacy/requests/{request.number}/release/", {"plan": "0" * 64})
    assert answer.status_code == 409
    assert "prepared anew since you looked" in answer.content.decode()
    assert _state(request) == RequestState.APPROVAL


def test_a_release_by_a_second_person_leaves_one_job_at_once_or_after_the_days(
    ask: Ask, personas: Personas, sign_in: SignIn
) -> None:
    officer, client = personas.agent(role="privacy_officer"), sign_in("admin")
    access = _prepared(ask, officer)
    page = client.get(f"/privacy/requests/{access.number}/").content.decode()
    assert "Release Ada’s data to them" in page
    client.post(f"/privacy/requests/{access.number}/release/", {"plan": access.plan_hash})
    erasure = _prepared(ask, officer, "erasure")
    assert re.search(
        r"Delete \d+ items in 14 days", client.get(f"/privacy/requests/{erasure.number}/").content.decode()
    )
    client.post(f"/privacy/requests/{erasure.number}/release/", {"plan": erasure.plan_hash})
    assert (_state(access), _state(erasure)) == (RequestState.EXECUTING, RequestState.COOLING)
    jobs = ProcrastinateJob.objects.filter(task_name="privacy.carry_out_request").order_by("id")
    assert [job.args for job in jobs] == [{"request_id": str(r.id)} for r in (access, erasure)]
    scheduled = [job.scheduled_at for job in jobs]
    assert scheduled[0] is None
    assert scheduled[1] is not None
    assert timedelta(days=13) < scheduled[1] - now() < timedelta(days=15)


def test_a_page_of_something_under_way_loads_itself_again(
    ask: Ask, personas: Personas, sign_in: SignIn
) -> None:
    request, client = _prepared(ask, personas.agent(role="privacy_officer")), sign_in("admin")
    client.post(f"/privacy/requests/{request.number}/release/", {"plan": request.plan_hash})
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    seen = re.search(r"moved/\?seen=(\d+)", page)
    assert seen
    assert 'hx-trigger="every 2s"' in page, "the worker may be done before the page's line to us is open"
    assert client.post(f"/privacy/requests/{request.number}/complete/").status_code == 302
    answer = client.get(f"/privacy/requests/{request.number}/moved/?seen={seen[1]}")
    assert answer.headers["HX-Refresh"] == "true"
    assert "See the package" in client.get(f"/privacy/requests/{request.number}/").content.decode()


def test_a_sent_back_answer_is_worked_on_again_with_the_words(
    ask: Ask, personas: Personas, sign_in: SignIn
) -> None:
    request = _prepared(ask, personas.agent(role="privacy_officer"))
    client = sign_in("admin")
    client.post(f"/privacy/requests/{request.number}/send-back/", {"reason": "the photos are missing"})
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "the photos are missing" in page
    assert _state(request) == RequestState.WORKING


def test_whose_request_it_is_is_said_by_an_address_on_file(ask: Ask, ada: Person, sign_in: SignIn) -> None:
    request, client = ask("access", person=None, contact="x@elsewhere.example"), sign_in("privacy_officer")
    match = f"/privacy/requests/{request.number}/match/"
    assert "x@elsewhere.example" in client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert client.post(match, {"address": "nobody@elsewhere.example"}).status_code == 409
    assert client.post(match, {"address": "ADA@brevduva.example"}).status_code == 302
    request.refresh_from_db()
    assert request.person_id == ada.id


def test_a_right_done_by_hand_is_closed_with_words(ask: Ask, sign_in: SignIn) -> None:
    request, client = _working(ask, "review"), sign_in("privacy_officer")
    complete = f"/privacy/requests/{request.number}/complete/"
    assert client.post(complete, {"reason": ""}).status_code == 422
    assert client.post(complete, {"reason": "Looked again; reversed."}).status_code == 302
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "Looked again; reversed." in page and "In time: it was due" in page
    assert _state(request) == RequestState.DONE


def test_a_refused_request_says_its_ground(ask: Ask, sign_in: SignIn) -> None:
    request, client = _working(ask), sign_in("privacy_officer")
    client.post(
        f"/privacy/requests/{request.number}/refuse/",
        {"ground": "excessive", "reason": "the ninth this month"},
    )
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "Art. 12(5)(b)" in page
    assert "Also possible" not in page


def test_one_that_was_stopped_or_taken_back_says_what_that_means(ask: Ask, sign_in: SignIn) -> None:
    stopped, back, client = ask("access"), ask("erasure"), sign_in("privacy_officer")
    disown_request(request_id=stopped.pk, by=Actor(kind="customer"))
    take_back_request(request_id=back.pk, by=Actor(kind="customer"))
    page = client.get(f"/privacy/requests/{stopped.number}/").content.decode()
    assert "“this was not me”" in page and "Art. 12(2)" not in page
    page = client.get(f"/privacy/requests/{back.number}/").content.decode()
    assert "changed their mind: nothing was done" in page


def test_an_erased_persons_request_still_opens_and_names_nobody(
    ask: Ask, personas: Personas, sign_in: SignIn, settings: object
) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0  # type: ignore[attr-defined]
    request = _prepared(ask, personas.agent(role="privacy_officer"), "erasure")
    client = sign_in("admin")
    client.post(f"/privacy/requests/{request.number}/release/", {"plan": request.plan_hash})
    client.post(f"/privacy/requests/{request.number}/complete/")
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "Lindqvist" not in page
    assert "See the receipt" in page
    assert "erased" in client.get("/privacy/?show=closed").content.decode()


def test_days_to_change_ones_mind_that_are_over_leave_a_button(
    ask: Ask, personas: Personas, sign_in: SignIn
) -> None:
    request = _prepared(ask, personas.agent(role="privacy_officer"), "erasure")
    client = sign_in("admin")
    client.post(f"/privacy/requests/{request.number}/release/", {"plan": request.plan_hash})
    page = client.get(f"/privacy/requests/{request.number}/").content.decode()
    assert "They may take it back until" in page
    assert "/complete/" not in page
    with clock.at(now() + timedelta(days=15)):
        assert "Carry it out now" in client.get(f"/privacy/requests/{request.number}/").content.decode()
