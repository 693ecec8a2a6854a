"""The redaction desk as a page: every button is a plain form, every look is in the log, the queries stay the same."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from aureole.desk.actions.reply import reply
from aureole.desk.models import Ticket
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.models import AnswerHit, RightsRequest
from aureole.privacy.redaction.actions.read_answer import read_answer
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock
from aureole.web.staff.privacy.requests.tests.conftest import Ask
from aureole.web.tests.browsers import SignIn

OPERATOR = Actor.operator()
REMARK = "she asked us not to say"
NUMBER = "+46 70 555 01 23"


@pytest.fixture
def signe(personas: Personas) -> Agent:
    return personas.agent("Signe Holm")


@pytest.fixture
def ticket(ada: Person, personas: Personas, signe: Agent) -> Ticket:
    ticket = personas.ticket(ada)
    personas.copied(ticket, personas.person("Grace Hopper", "grace@navy.example"))
    reply(
        ticket=ticket, by=signe.actor, send=False,
        text=f"Grace Hopper has it too.\nRing <b>the smith</b>, {NUMBER}.\nThe glue is birch tar.",
        files=[NewFile(name="smith.txt", content_type="text/plain", content=f"Smith: {NUMBER}".encode())],
    )  # fmt: skip
    return ticket


@pytest.fixture
def access(ask: Ask, ticket: Ticket) -> RightsRequest:
    request = ask()
    vouch_identity(request_id=request.id, how="at the counter", by=OPERATOR)
    return request


def _path(request: RightsRequest, more: str = "") -> str:
    return f"/privacy/requests/{request.number}/redact/{more}"


def _get(client: Client, request: RightsRequest, more: str = "") -> str:
    answer = client.get(_path(request, more))
    assert answer.status_code == 200
    return answer.content.decode()


def _hit(kind: str, **more: Any) -> AnswerHit:
    return AnswerHit.objects.filter(kind=kind, **more).earliest("position")


def _post(client: Client, request: RightsRequest, what: str, **values: object) -> Any:
    return client.post(_path(request, f"{what}/"), {name: str(value) for name, value in values.items()})


def test_an_answer_is_read_decided_and_undone_with_plain_forms(
    access: RightsRequest, sign_in: SignIn
) -> None:
    client = sign_in("privacy_officer")
    assert "Read the answer" in _get(client, access)
    _post(client, access, "read")
    page = _get(client, access)
    assert "2 places have to be decided before this answer can be prepared." in page
    number = _hit("number")
    page = _get(client, access, f"?hit={number.id}")
    assert (
        f'<mark class="hit now" id="place" tabindex="-1">{NUMBER}</mark>' in page
        and "Ring &lt;b&gt;the smith" in page
    )
    for key in ("y", "k", "n"):
        assert f'data-key="{key}"' in page
    moved = _post(
        client,
        access,
        "decide",
        hit=number.id,
        decision="hide",
        reason="confidence",
        show="open",
        remark=REMARK,
    )
    assert moved.status_code == 302 and f"hit={_hit('file').id}" in moved["Location"]
    number = unlock([AnswerHit.objects.get(pk=number.pk)])[0]
    assert (number.decision, number.reason, number.remark) == ("hide", "confidence", REMARK)
    page = client.get(moved["Location"]).content.decode()
    assert "Leave the file out" in page and "File: smith.txt" in page
    undo = re.search(r'redact/undo/" method="post">.*?name="hit" value="([^"]+)"', page, re.DOTALL)
    assert undo and uuid.UUID(undo[1]) == number.id
    assert _post(client, access, "undo", hit=undo[1], show="open")["Location"].endswith(
        f"hit={number.id}#place"
    )
    number.refresh_from_db()
    assert number.decision == ""


def test_the_request_says_how_many_places_wait_and_why_it_is_not_prepared(
    access: RightsRequest, sign_in: SignIn
) -> None:
    client, page = sign_in("privacy_officer"), f"/privacy/requests/{access.number}/"
    refused = client.post(f"{page}prepare/")
    assert refused.status_code == 409
    assert "2 places in this answer may tell of other people" in refused.content.decode()
    assert "Redact · 3 to look at" in client.get(page).content.decode()


def test_words_are_marked_by_hand_and_a_refusal_keeps_what_was_typed(
    access: RightsRequest, sign_in: SignIn
) -> None:
    client = sign_in("privacy_officer")
    _post(client, access, "read")
    values = {"hit": _hit("number").id, "reason": "trade_secret", "everywhere": "1", "show": "open"}
    refused = _post(client, access, "mark", passage="no such words", **values)
    assert refused.status_code == 409
    assert "not in this text as they were marked" in refused.content.decode()
    assert ">no such words</textarea>" in refused.content.decode()
    assert _post(client, access, "mark", passage="glue is birch tar", **values).status_code == 302
    assert _hit("marked").reason == "trade_secret"
    assert '<mark class="hit hide">glue is birch tar</mark>' in _get(
        client, access, f"?hit={_hit('number').id}"
    )


def test_a_prepared_answer_is_read_by_the_second_person_and_not_changed(
    access: RightsRequest, sign_in: SignIn
) -> None:
    client = sign_in("privacy_officer")
    _post(client, access, "read")
    for hit in AnswerHit.objects.filter(standing="doubtful"):
        _post(client, access, "decide", hit=hit.id, decision="keep")
    prepare_request(request_id=access.id, by=OPERATOR)
    before = client.get(f"/privacy/requests/{access.number}/").content.decode()
    assert "Read what is hidden and what is kept" in before and "2 are kept and go out." in before
    assert "Frozen answer" in before
    page = _get(client, access, "?show=decided")
    assert "send the answer back first" in page and 'data-key="y"' not in page and "kept" in page
    answer = _post(client, access, "decide", hit=_hit("number").id, decision="hide")
    assert answer.status_code == 409 and "before the answer is prepared" in answer.content.decode()


def test_agents_see_none_of_it_and_other_rights_have_none(
    access: RightsRequest, ask: Ask, sign_in: SignIn, ada: Person
) -> None:
    assert sign_in("agent").get(_path(access)).status_code == 403
    client = sign_in("privacy_officer")
    assert client.get(_path(ask("objection"))).status_code == 404
    assert _post(client, access, "decide", hit="nonsense", decision="hide").status_code == 409
    assert _post(client, access, "anything").status_code == 404


def test_each_look_is_in_the_log(access: RightsRequest, sign_in: SignIn) -> None:
    read_answer(request_id=access.id, by=OPERATOR)
    _get(sign_in("privacy_officer"), access)
    assert Entry.objects.get(type="rights.hits_shown").facts == {"request": access.number, "hits": 3}


def test_the_queries_do_not_grow_with_the_places(
    access: RightsRequest, ticket: Ticket, signe: Agent, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        reply(
            ticket=ticket, by=signe.actor, send=False, text=f"Ring +46 70 555 {number:02} 99 or Grace Hopper."
        )
    read_answer(request_id=access.id, by=OPERATOR)
    client = sign_in("privacy_officer")
    client.get(_path(access))
    with django_assert_max_num_queries(45):
        page = _get(client, access, f"?hit={AnswerHit.objects.latest('position').id}")
    assert page.count('<span class="clip" dir="auto">') <= 31 and "of 83" in page
