"""A request's page: closed without a code, then a parcel to follow, a package behind a fresh code, a receipt."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.ledger.giving_away import verifier_source
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.remove_identifier import remove_identifier
from aureole.people.models import Identifier, Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.models import ChannelProof, ExportPackage, RequestStep, RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.refuse_request import refuse_request
from aureole.privacy.rights.ports import address_book
from aureole.testing.naming import named_in
from aureole.testing.personas import Personas
from aureole.testing.postbox import Postbox
from aureole.testing.privacy_centre import ask, give_code, page, read
from aureole.vault.unlock import unlock
from aureole.web import sealed_download
from aureole.web.portal.privacy.forms import MOST_WORDS

ADA = "ada@brevduva.example"


def _opened(client: Client, kind: str, postbox: Postbox, **fields: str) -> RightsRequest:
    made = ask(client, kind, ADA, **fields)
    assert give_code(client, made, postbox.code(ADA)).status_code == 200
    return made


def _carried_out(made: RightsRequest, personas: Personas) -> None:
    first, second = (personas.agent(role="privacy_officer").actor for _ in range(2))
    prepare_request(request_id=made.pk, by=first)
    approve_request(request_id=made.pk, by=second)
    complete_request(request_id=made.pk, by=first, approved_by=second)


def test_without_a_code_the_page_tells_its_number_only(client: Client, ada: Person, postbox: Postbox) -> None:
    made = ask(client, "access", ADA, words="About my pole")
    shown = read(Client(), page(made))
    assert f"Request no. {made.number}" in shown
    assert not named_in(shown, "See my data", "About my pole", "Ada", "brevduva", "How far it is")


def test_a_code_opens_it_in_this_browser_for_half_an_hour(
    client: Client, ada: Person, postbox: Postbox
) -> None:
    made = _opened(client, "access", postbox, words="About my pole")
    shown = read(client, page(made))
    assert "About my pole" in shown
    assert "It is you" in shown
    assert "You get our answer by" in shown
    assert "How far it is" not in read(Client(), page(made)), "another browser knows nothing"
    with clock.at(now() + timedelta(minutes=31)):
        assert "How far it is" not in read(client, page(made))


def test_it_closes_at_once_when_the_record_or_the_address_is_not_theirs_alone_any_more(
    client: Client, ada: Person, postbox: Postbox, personas: Personas, django_assert_max_num_queries: Any
) -> None:
    made = _opened(client, "rectification", postbox, field="name", right="Ada Lindkvist")
    [own] = ada.identifiers.all()
    assert own.verified_at is not None, "a code came back from it"
    other = personas.person("Ada L.", "ada@fjell.example")
    merge_persons(stays=ada.id, goes=other.id, by=Actor.operator())
    assert "How far it is" not in read(client, page(made)), "it would tell of both"
    ask(Client(), "rectification", ADA, field="name", right="Ada Lindkvist")
    give_code(client, made, postbox.code(ADA))
    assert "How far it is" in read(client, page(made))
    Identifier.objects.exclude(pk=own.pk).update(verified_at=now())
    assert [a.why_not for a in address_book().addresses(ada.id)] == ["", "came_by_merge"]
    remove_identifier(person_id=ada.id, identifier_id=own.id, by=Actor.operator())
    with django_assert_max_num_queries(8):
        assert "How far it is" not in read(client, page(made))


def test_where_more_is_asked_the_code_is_told_and_nothing_that_is_held(
    client: Client, ada: Person, postbox: Postbox, settings: Any
) -> None:
    settings.AUREOLE_STEP_UP = True
    made = _opened(client, "access", postbox)
    shown = read(client, page(made))
    assert "Your code came back; a person here checks, too" in shown and f"{page(made)}held/" not in shown
    assert client.get(f"{page(made)}held/")["Location"] == page(made)


def test_closing_takes_the_page_from_this_device(client: Client, ada: Person, postbox: Postbox) -> None:
    made = _opened(client, "access", postbox)
    assert client.post(f"{page(made)}close/")["Clear-Site-Data"] == '"cache"'
    assert "How far it is" not in read(client, page(made))


def test_only_what_happened_is_shown_as_done(
    client: Client, ada: Person, postbox: Postbox, personas: Personas
) -> None:
    made = _opened(client, "access", postbox)
    shown = read(client, page(made))
    assert shown.count('<li class="done">') == 2
    assert shown.count('<li class="now"') == 1
    _carried_out(made, personas)
    assert 'class="now"' not in read(client, page(made))


def test_a_question_is_shown_and_its_answer_lets_the_clock_go_on(
    client: Client, ada: Person, postbox: Postbox
) -> None:
    asked_on = datetime(
        2027, 3, 1, 9, tzinfo=UTC
    )  # on other days both last days may be one, moved by a weekend
    with clock.at(asked_on):
        made = _opened(client, "access", postbox)
        pause_request(
            request_id=made.pk, cause="clarification", reason="Which order do you mean?", by=Actor.operator()
        )
        assert "Which order do you mean?" in read(client, page(made))
    with clock.at(asked_on + timedelta(days=2)):
        give = ask(Client(), "access", ADA)  # joins, and sends a fresh code
        give_code(client, made, postbox.code(ADA))
        assert give.state == "joined"
        assert "If the days we waited for you are not taken off" in read(client, page(made))
        empty = client.post(f"{page(made)}answer/", {"answer": " "})
        assert empty.content.decode().count("Type your answer.") == 2
        long = client.post(f"{page(made)}answer/", {"answer": "March " * MOST_WORDS}).content.decode()
        assert "This is too long" in long and long.count("March ") >= MOST_WORDS - 1, "what was typed stays"
        typed, visitor = {"answer": "The one of March."}, Client()
        over = visitor.post(f"{page(made)}answer/", typed).content.decode()
        assert "Your visit was over" in over and over.count('name="answer" value="The one of March."') == 2
        wrong = visitor.post(f"{page(made)}open/", typed | {"code": "1234 5678"}).content.decode()
        assert 'value="1234 5678"' in wrong and 'value="The one of March."' in wrong
        visitor.post(f"{page(made)}code/", typed)
        back = visitor.post(f"{page(made)}open/", typed | {"code": postbox.code(ADA)}).content.decode()
        assert "The one of March.</textarea>" in back
        for _ in range(2):
            assert "We have your answer" in visitor.post(f"{page(made)}answer/", typed).content.decode()
        late = visitor.post(f"{page(made)}answer/", {"answer": "And April."}).content.decode()
        assert "This cannot be done now" in late and "And April." in late, "what was typed stays"
    step = unlock(RequestStep.objects.filter(request=made, what="resumed"))[0]
    assert step.reason == "The one of March."


def test_taking_back_ends_it(client: Client, ada: Person, postbox: Postbox) -> None:
    made = _opened(client, "erasure", postbox)
    shown = client.post(f"{page(made)}take-back/").content.decode()
    assert "Your request is taken back" in shown
    again = client.post(f"{page(made)}take-back/").content.decode()
    assert "Your request is taken back" in again, "pressed twice is once"
    assert "Nothing was done." in read(client, page(made)), "later, too"


def test_a_refusal_is_told_with_its_reason_and_the_way_to_court(
    client: Client, ada: Person, postbox: Postbox
) -> None:
    made = _opened(client, "access", postbox)
    refuse_request(
        request_id=made.pk, ground="excessive", reason="The fortieth this month.", by=Actor.operator()
    )
    shown = read(client, page(made))
    assert "The fortieth this month." in shown
    assert "You can go to court" in shown


def test_the_package_leaves_behind_a_fresh_code_only(
    client: Client, ada: Person, postbox: Postbox, personas: Personas
) -> None:
    made = _opened(client, "access", postbox)
    _carried_out(made, personas)
    assert "download/" not in read(client, page(made)), "the code that opened the page is not enough"
    assert client.get(f"{page(made)}download/").status_code == 302
    client.post(f"{page(made)}code/")
    shown = give_code(client, made, postbox.code(ADA)).content.decode()
    package = ExportPackage.objects.get()
    assert package.sha256 in shown
    assert "Days left" in shown
    answer = client.get(f"{page(made)}download/")
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == package.sha256
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert "You fetched it" in read(client, page(made))
    with clock.at(now() + timedelta(minutes=11)):
        assert client.get(f"{page(made)}download/").status_code == 302, "no longer fresh"
    with clock.at(now() + timedelta(days=8)):
        give_code(client, made, postbox.code(ADA))
        assert client.get(f"{page(made)}download/").status_code == 302


def test_not_me_stops_a_request_and_takes_the_package_back(
    client: Client, ada: Person, postbox: Postbox, personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _opened(client, "access", postbox)
    _carried_out(made, personas)
    client.post(f"{page(made)}code/")
    give_code(client, made, postbox.code(ADA))
    link = postbox.link(ADA, "not-me")
    monkeypatch.setattr(sealed_download, "ASKED_AGAIN", -1)
    under_way = iter(client.get(f"{page(made)}download/").streaming_content)
    next(under_way)
    assert "Stop this request" in read(Client(), link)
    assert ExportPackage.objects.exists(), "looking stops nothing: mail scanners follow links"
    for _ in range(2):
        assert "is stopped" in Client().post(link).content.decode()
    assert not ExportPackage.objects.exists()
    with pytest.raises(NotFound):
        next(under_way)
    assert client.get(f"{page(made)}download/").status_code == 302
    assert "How far it is" not in read(client, page(made)), "every page that was open is closed"
    client.post(f"{page(made)}code/")
    shown = give_code(client, made, postbox.code(ADA)).content.decode()
    assert "so we stopped it" in shown and "How far it is" not in shown
    assert 'name="code"' not in shown, "no code opens it any more"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("not-me/abc/", 404, "Ce lien n’est pas de nous"),
        ("requests/abc/", 404, "Il n’y a pas de page à cette adresse"),
        ("ask/access/", 403, "n’accepte pas les cookies"),
    ],
)
def test_what_goes_wrong_is_a_page_in_the_readers_words(path: str, status: int, words: str, db: None) -> None:
    outsider, french = Client(enforce_csrf_checks=True), {"Accept-Language": "fr"}
    address = f"/portal/privacy/{path}"
    answer = (
        outsider.post(address, {"words": "Mon bâton", "csrfmiddlewaretoken": "old"}, headers=french)
        if status == 403
        else outsider.get(address, headers=french)
    )
    shown = answer.content.decode()
    assert answer.status_code == status
    assert words in shown
    assert not named_in(shown, "desk", "role", "Nothing was")
    assert "Mon bâton" not in shown, "nobody else's page has ours say its words"
    if status == 403:
        posted, here = {"words": "Mon bâton"}, french | {"Sec-Fetch-Site": "same-origin"}
        kept = outsider.post(address, posted, headers=here)
        assert "Mon bâton" in kept.content.decode(), "what was typed is not lost"
        assert (kept["Cache-Control"], f'href="{address}"' in kept.content.decode()) == ("no-store", True)


def test_a_form_sent_once_leads_back_to_its_request_when_opened_again(client: Client, ada: Person) -> None:
    made = ask(client, "access", ADA)
    for form in ("open", "code", "take-back", "answer", "close"):
        assert client.get(f"{page(made)}{form}/").headers["Location"] == page(made)


def test_after_an_erasure_only_the_last_letter_leads_to_the_receipt(
    client: Client, ada: Person, postbox: Postbox, personas: Personas, settings: Any
) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    made = _opened(client, "erasure", postbox)
    _carried_out(made, personas)
    assert not ChannelProof.objects.filter(request=made).exists()
    assert "How far it is" not in read(client, page(made)), "open pages are closed with the person"
    link = postbox.link(ADA, "receipts")
    shown = read(Client(), link)
    assert "Your data is deleted" in shown
    assert "We found none" in shown
    assert "It does not say whose" in shown
    assert "we keep coded forms of your addresses until" in shown
    certificate = Client().get(f"{link}certificate/").content
    assert verify(certificate).valid
    assert not named_in(certificate.decode(), "Ada", "brevduva")
    assert Client().get("/portal/privacy/verifier/").content.decode() == verifier_source()
    assert Client().get(f"/portal/privacy/receipts/{made.pk}/").status_code == 404


def test_wrong_codes_from_one_network_have_to_wait(client: Client, ada: Person, postbox: Postbox) -> None:
    made = ask(client, "access", ADA)
    code = postbox.code(ADA)
    for _ in range(10):
        assert "does not fit" in give_code(client, made, "1").content.decode()
    assert "Too many tries" in give_code(client, made, code).content.decode()


@pytest.mark.parametrize("path", ["", "ask/erasure/"])
def test_pages_carry_the_strict_policy_and_are_in_no_index(client: Client, db: None, path: str) -> None:
    answer = client.get(f"/portal/privacy/{path}")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"] == "no-store"
    assert "style=" not in answer.content.decode()
