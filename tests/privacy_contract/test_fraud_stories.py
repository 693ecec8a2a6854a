"""Privacy requests as theft and as sabotage: each story goes through the real doors and must end with nothing lost.

After Pavur and Knerr, "GDPArrrrr: Using Privacy Laws to Steal Identities" (2019): of 83 firms that held data 24 % sent
it without proof and 16 % took proof that is easily forged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.unmerge_persons import unmerge_persons
from aureole.privacy.models import ExportPackage, RequestState, RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.ask_identity import ask_identity
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.match_person import match_person
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.queue import steps_of
from aureole.privacy.rights.recognising import rights_asked_in
from aureole.privacy.rights.unproven import closes_on
from aureole.testing.mailserver import Mailserver
from aureole.testing.personas import Personas
from aureole.testing.postbox import Postbox
from aureole.testing.privacy_centre import ask, give_code, page
from tests.privacy_contract.fraud import ADA, ADA_TOO, EVE, Scene

Story = Callable[[Scene], None]
STORIES: list[Story] = []


def story(told: Story) -> Story:
    STORIES.append(told)
    return told


@pytest.mark.parametrize("told", STORIES, ids=lambda told: told.__name__)
def test_a_fraud_story_ends_with_no_disclosure_and_no_wrongful_erasure(
    told: Story, db: None, server: Mailserver, settings: Any
) -> None:
    scene = Scene(Postbox(server), Personas())
    told(scene)
    scene.ends_well()


def test_there_are_at_least_twenty_five() -> None:
    assert len(STORIES) >= 25


# ------------------------------------------------------------------ in the privacy centre


@story
def eve_knows_adas_address_and_guesses_codes(scene: Scene) -> None:
    made = scene.asks("access", ADA)
    for guess in range(12):
        scene.browser.defaults["REMOTE_ADDR"] = f"198.51.100.{guess}"
        scene.gives(made, f"{guess:08d}")
    assert "does not fit" in scene.gives(made, scene.postbox.code(ADA)), "five tries end a code"
    scene.grabs(made)


@story
def eve_says_in_the_form_that_she_is_ada(scene: Scene) -> None:
    made = scene.asks("access", EVE, words=f"I am Ada, my old address was {ADA}. Please use this one.")
    scene.grabs(made)
    assert made.person_id is None


def _asks_as(scene: Scene, address: str) -> None:
    made = scene.asks("erasure", address)
    assert made.person_id != scene.ada.id
    scene.grabs(made)


@story
def eve_asks_with_a_cyrillic_letter(scene: Scene) -> None:
    _asks_as(scene, ADA.replace("a", "а", 1))


@story
def eve_asks_with_a_full_width_letter(scene: Scene) -> None:
    _asks_as(scene, ADA.replace("a", "ａ", 1))


@story
def eve_asks_with_a_dot_more(scene: Scene) -> None:
    _asks_as(scene, "a.da@brevduva.example")


@story
def eve_asks_with_a_plus(scene: Scene) -> None:
    _asks_as(scene, "ada+eve@brevduva.example")


@story
def eve_owns_the_domain_with_an_eszett(scene: Scene) -> None:
    scene.personas.person("Bo Strasse", "bo@strasse.example")
    made = scene.asks("access", "bo@straße.example")
    assert made.person_id is None
    scene.grabs(made)


@story
def eve_types_two_addresses_or_a_header(scene: Scene) -> None:
    for address in (
        f"{ADA},{EVE}",
        f"{ADA}\nBcc: {EVE}",
        f"{ADA} {EVE}",
        f"a\u200dda@{ADA.partition('@')[2]}",
    ):
        answer = Client().post("/portal/privacy/ask/access/", {"address": address, "words": ""})
        assert answer.status_code == 422 or scene.postbox.everyone() == set()


@story
def eve_sends_the_form_under_her_own_host_name(scene: Scene) -> None:
    scene.browser.defaults["HTTP_HOST"] = "evil.example"
    scene.asks("access", ADA)
    assert not any("evil.example" in text for text in scene.postbox.texts(ADA))


@story
def eve_asks_again_and_again_to_wear_ada_down(scene: Scene) -> None:
    for network in range(8):
        scene.browser.defaults["REMOTE_ADDR"] = f"198.51.100.{network}"
        with clock.at(now() + timedelta(hours=13 * (network // 4))):
            scene.asks("access", ADA)
    assert len(scene.postbox.texts(ADA)) <= 1 + 5, "one receipt and no more than five codes a day"
    assert len(scene.postbox.texts(ADA_TOO)) == 1


# ------------------------------------------------------------------ codes, links and browsers


@story
def eve_reads_a_code_over_adas_shoulder_after_it_was_used(scene: Scene) -> None:
    made, hers = ask(Client(), "access", ADA), Client()
    code = scene.postbox.code(ADA)
    assert give_code(hers, made, code).status_code == 200
    assert "does not fit" in scene.gives(made, code)
    scene.grabs(made)


@story
def eve_uses_adas_code_for_a_request_of_her_own(scene: Scene) -> None:
    mine = scene.asks("erasure", ADA_TOO)
    ask(Client(), "access", ADA)  # its code is the newer one
    assert "does not fit" in scene.gives(mine, _first_code(scene, ADA))


def _first_code(scene: Scene, address: str) -> str:
    return next(m.group(1) for text in scene.postbox.texts(address) if (m := re.search(r"\b(\d{8})\b", text)))


@story
def eve_finds_a_forwarded_letter_with_the_link(scene: Scene) -> None:
    made = ask(Client(), "access", ADA, words="Everything about my pole.")
    scene.looks(scene.postbox.link(ADA, "/requests/"))
    scene.grabs(made)


@story
def eve_sits_down_at_adas_open_browser(scene: Scene) -> None:
    """What is open shows how far it is; what the answer holds takes a fresh code."""
    made = ask(scene.browser, "access", ADA)
    give_code(scene.browser, made, scene.postbox.code(ADA))
    _carried_out(scene, made)
    assert b"download/" not in scene.browser.get(page(made)).content
    scene.looks(f"{page(made)}download/")
    scene.rightful.add(made.pk)  # Ada asked for it herself


def _carried_out(scene: Scene, made: RightsRequest) -> None:
    prepare_request(request_id=made.pk, by=scene.officer.actor)
    approve_request(request_id=made.pk, by=scene.second.actor)
    complete_request(request_id=made.pk, by=scene.officer.actor, approved_by=scene.second.actor)


@story
def eve_bends_a_not_me_link_to_stop_or_open_others(scene: Scene) -> None:
    made = ask(Client(), "access", ADA)
    link = scene.postbox.link(ADA, "not-me")
    for bent in (f"{link[:-3]}x/", f"/portal/privacy/not-me/{made.pk}/", link.replace("not-me", "receipts")):
        assert "not one of ours" in scene.presses(bent) or bent.startswith("/portal/privacy/receipts")
        assert "not one of ours" in scene.looks(bent)
    made.refresh_from_db()
    assert made.state == RequestState.IDENTITY


@story
def a_mail_scanner_follows_every_link_in_adas_letters(scene: Scene) -> None:
    made = ask(Client(), "access", ADA)
    scene.looks(scene.postbox.link(ADA, "not-me"))
    made.refresh_from_db()
    assert made.state == RequestState.IDENTITY


@story
def eve_takes_adas_own_request_back_through_a_joined_one(scene: Scene) -> None:
    first = ask(Client(), "erasure", ADA)
    give_code(Client(), first, scene.postbox.code(ADA))
    second = scene.asks("erasure", ADA_TOO)
    assert second.state == RequestState.JOINED
    scene.grabs(second)
    first.refresh_from_db()
    assert first.state == RequestState.WORKING


# ------------------------------------------------------------------ by mail


@story
def eve_forges_adas_address_in_a_mail(scene: Scene) -> None:
    message = scene.mails("Please delete all my personal data at once.", sender=ADA)
    assert message.author_id == scene.ada.id, "a From line is easily written"
    asked = rights_asked_in(message.own_words)[0]
    made = scene.opened_by_agent(asked.kind, words=message.own_words)
    scene.grabs(made)
    Client().post(scene.postbox.link(ADA_TOO, "not-me"))
    made.refresh_from_db()
    assert made.refusal == "not_the_person"


@story
def eve_wants_the_answer_at_her_reply_address(scene: Scene) -> None:
    message = scene.mails("I request a copy of all my data.", sender=ADA, Reply_To=EVE)
    scene.opened_by_agent("access", words=message.own_words)
    assert not scene.postbox.texts(EVE)


@story
def eve_writes_from_her_own_address_in_adas_name(scene: Scene) -> None:
    scene.may_write_to |= {EVE}  # she may have what is hers
    message = scene.mails(
        "I am Ada Lindqvist. Send me all data you hold about me.", sender=f"Ada Lindqvist <{EVE}>"
    )
    assert message.author_id != scene.ada.id


@story
def eve_replies_to_adas_conversation_by_its_number(scene: Scene) -> None:
    message = scene.mails(f"Ticket {scene.ticket.number}: please erase all my data.", sender=EVE)
    assert message.ticket_id != scene.ticket.pk
    assert message.author_id != scene.ada.id


@story
def eve_was_only_ever_copied_in(scene: Scene) -> None:
    scene.mails("My friend Eve is in copy.", sender=ADA, Cc=EVE)
    made = scene.asks("access", EVE)
    assert made.person_id != scene.ada.id
    assert not scene.postbox.texts(EVE), "an address that was only copied proves nothing"
    scene.grabs(made)


@story
def eve_puts_a_look_alike_domain_into_her_mail(scene: Scene) -> None:
    scene.personas.person("Bo Strasse", "bo@strasse.example")
    message = scene.mails("Please delete all my data.", sender="bo@xn--strae-oqa.example")
    assert message.author_id not in (scene.ada.id, None)
    assert scene.personas.person(address="bo@strasse.example").id != message.author_id


# ------------------------------------------------------------------ through staff


@story
def an_agent_is_talked_into_adding_eves_address(scene: Scene) -> None:
    scene.talked_into_adding(EVE)
    made = scene.asks("access", EVE)
    assert made.person_id == scene.ada.id
    assert not scene.postbox.texts(EVE)
    assert scene.postbox.code(ADA), "the code goes to what Ada used herself"
    scene.grabs(made)


@story
def eve_waits_a_year_after_her_address_was_added(scene: Scene) -> None:
    scene.talked_into_adding(EVE, days_ago=365)
    scene.grabs(scene.asks("access", EVE))
    assert not scene.postbox.texts(EVE)


@story
def eve_writes_from_the_address_an_agent_added(scene: Scene) -> None:
    """Writing from it makes it used, not Ada's."""
    scene.talked_into_adding(EVE, days_ago=30)
    scene.mails("Hello, it is me, Ada.", sender=EVE)
    with clock.at(now() + timedelta(days=30)):
        scene.asks("erasure", EVE)
        assert not scene.postbox.texts(EVE)


@story
def an_agent_picks_eves_address_for_the_code(scene: Scene) -> None:
    added = scene.talked_into_adding(EVE, days_ago=30)
    made = scene.opened_by_agent("access")
    with pytest.raises(Refused, match="No address on file can prove"):
        ask_identity(request_id=made.pk, by=scene.officer.actor, identifier_id=added.pk)


@story
def eve_phones_and_gives_an_address_to_answer_to(scene: Scene) -> None:
    scene.opened_by_agent("access", contact=EVE, words="Called, in a hurry, flight leaves in an hour.")
    assert not scene.postbox.texts(EVE)
    assert scene.postbox.code(ADA)


@story
def an_officer_is_hurried_past_the_proof(scene: Scene) -> None:
    made = scene.opened_by_agent("erasure")
    for hurried in (prepare_request, approve_request, complete_request):
        with pytest.raises(Refused):
            hurried(request_id=made.pk, by=scene.officer.actor)


@story
def an_officer_hands_out_alone(scene: Scene) -> None:
    made = ask(Client(), "access", ADA)
    give_code(Client(), made, scene.postbox.code(ADA))
    prepare_request(request_id=made.pk, by=scene.officer.actor)
    with pytest.raises(Refused, match="a second person has to"):
        approve_request(request_id=made.pk, by=scene.officer.actor)
    with pytest.raises(Refused):
        complete_request(request_id=made.pk, by=scene.officer.actor)


@story
def an_unknown_askers_request_is_put_down_to_ada(scene: Scene) -> None:
    """An officer takes Eve's request for Ada's: Ada is told, and only her code goes on."""
    made = scene.asks("erasure", EVE)
    match_person(request_id=made.pk, person_id=scene.ada.id, by=scene.officer.actor)
    ask_identity(request_id=made.pk, by=scene.officer.actor)
    assert scene.postbox.code(ADA)
    assert scene.postbox.link(ADA_TOO, "not-me")
    scene.grabs(made)


def _merged_into_eves(scene: Scene) -> None:
    """A colleague takes the two for one, and keeps the record of Eve, who has long been a customer, too."""
    scene.may_write_to |= {EVE}
    with clock.at(now() - timedelta(days=30)):
        eve = scene.personas.person("Ada Lindqvist", EVE)
    scene.ada = merge_persons(stays=eve.id, goes=scene.ada.id, by=scene.officer.actor)


@story
def adas_record_was_merged_into_eves(scene: Scene) -> None:
    ada_id = scene.ada.id
    _merged_into_eves(scene)
    made = scene.asks("access", EVE)
    scene.gives(made, scene.postbox.code(EVE))
    with pytest.raises(Refused):
        prepare_request(request_id=made.pk, by=scene.officer.actor)
    scene.looks(f"{page(made)}download/")
    vouch_identity(request_id=made.pk, how="She knew the last order.", by=scene.officer.actor)
    _carried_out(scene, made)
    scene.rightful.add(made.pk)
    scene.ada = unmerge_persons(merged=ada_id, by=scene.officer.actor)
    assert not ExportPackage.objects.exists(), "found out in time: what was made of both is taken back"
    scene.grabs(made)


@story
def eve_proved_herself_before_the_records_were_merged(scene: Scene) -> None:
    """One erasure waits to be carried out, one copy lies ready: neither says anything about Ada's record."""
    with clock.at(now() - timedelta(days=30)):
        eve = scene.personas.person("Eva Lind", EVE)
    scene.may_write_to |= {EVE}
    copy, gone = scene.asks("access", EVE), scene.asks("erasure", EVE)
    for made in (copy, gone):
        scene.gives(
            made, next(m for t in scene.postbox.texts(EVE) if str(made.pk) in t and (m := _code_in(t)))
        )
    _carried_out(scene, copy)
    scene.rightful.add(copy.pk)
    prepare_request(request_id=gone.pk, by=scene.officer.actor)
    approve_request(request_id=gone.pk, by=scene.second.actor)
    merge_persons(stays=scene.ada.id, goes=eve.id, by=scene.officer.actor)
    with clock.at(now() + timedelta(days=15)), pytest.raises(Refused):
        complete_request(request_id=gone.pk, by=scene.officer.actor, approved_by=scene.second.actor)
    gone.refresh_from_db()
    assert (gone.state, closes_on(gone, steps_of(gone))) == (RequestState.IDENTITY, None)
    assert not ExportPackage.objects.exists()
    scene.grabs(copy)


def _code_in(text: str) -> str:
    found = re.search(r"\b(\d{8})\b", text)
    return found.group(1) if found else ""


@story
def adas_answer_waits_while_her_record_is_merged_into_eves(scene: Scene) -> None:
    made = ask(Client(), "access", ADA)
    give_code(Client(), made, scene.postbox.code(ADA))
    _carried_out(scene, made)
    scene.rightful.add(made.pk)
    _merged_into_eves(scene)
    scene.presses(f"{page(made)}code/")
    scene.gives(made, scene.postbox.code(EVE))
    scene.seen.clear()  # that there was a request is no data of Ada's
    scene.grabs(made)
    assert not ExportPackage.objects.exists()


# ------------------------------------------------------------------ with one of Ada's mailboxes


@story
def eve_reads_one_mailbox_and_asks_for_erasure(scene: Scene) -> None:
    """A code was given back, two officers released it: Ada has two weeks and another address."""
    made = scene.asks("erasure", ADA)
    scene.gives(made, scene.postbox.code(ADA))
    scene.seen.clear()  # how far the request is, is no data of Ada's
    prepare_request(request_id=made.pk, by=scene.officer.actor)
    approve_request(request_id=made.pk, by=scene.second.actor)
    with pytest.raises(Refused, match="may take this back until"):
        complete_request(request_id=made.pk, by=scene.officer.actor, approved_by=scene.second.actor)
    Client().post(scene.postbox.link(ADA_TOO, "not-me"))
    with clock.at(now() + timedelta(days=15)), pytest.raises(Refused):
        complete_request(request_id=made.pk, by=scene.officer.actor, approved_by=scene.second.actor)


@story
def eve_reads_one_mailbox_and_the_package_is_ready(scene: Scene) -> None:
    made = scene.asks("access", ADA)
    scene.gives(made, scene.postbox.code(ADA))
    _carried_out(scene, made)
    Client().post(scene.postbox.link(ADA_TOO, "not-me"))
    scene.presses(f"{page(made)}code/")
    scene.gives(made, scene.postbox.code(ADA))
    scene.grabs(made)
    assert not ExportPackage.objects.exists()


@story
def eve_reads_a_mailbox_that_came_on_file_today(scene: Scene) -> None:
    """Copied in by Ada, then used by Eve: it is that address's own person, and too new to prove anything."""
    scene.mails("Please answer my colleague as well.", sender=ADA, Cc=EVE)
    scene.mails("Thank you.", sender=EVE)
    made = scene.asks("access", EVE)
    assert made.person_id != scene.ada.id
    scene.may_write_to |= {EVE}
    assert not scene.postbox.code(EVE)
    scene.grabs(made)
