from __future__ import annotations

import html

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from aureole.desk.models import Draft, Message, MessageKind, Ticket
from aureole.testing.personas import Personas
from aureole.web.staff.desk import answering
from aureole.web.tests.browsers import SignIn

HTMX = {"HX-Request": "true"}


def answer(
    client: Client, ticket: Ticket, headers: dict[str, str] | None = None, **fields: object
) -> HttpResponse:
    seen = Message.objects.filter(ticket=ticket).order_by("-id").values_list("id", flat=True)[0]
    posted = {"kind": "reply", "body": "A new pole is on us.", "seen": str(seen), **fields}
    return client.post(f"/tickets/{ticket.number}/answer/", posted, headers=headers)


def written(ticket: Ticket) -> list[str]:
    """What agents wrote in the ticket."""
    rows = Message.objects.filter(ticket=ticket).exclude(direction="in").order_by("id")
    return [str(message.text) for message in rows]


def words_of(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def test_an_answer_is_sent_and_the_page_comes_back(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    response = answer(client, ticket)
    assert (response.status_code, response.headers["Location"]) == (302, f"/tickets/{ticket.number}/#thread")
    assert written(ticket) == ["A new pole is on us."]


def test_with_script_the_conversation_comes_back_and_an_empty_form(
    personas: Personas, sign_in: SignIn
) -> None:
    client, ticket = sign_in(), personas.ticket()
    shown = words_of(answer(client, ticket, HTMX))
    assert "A new pole is on us." in shown.split('id="conversation"')[1]
    assert "A new pole is on us." not in shown.split('id="conversation"')[0]
    assert "<html" not in shown


def test_a_note_stays_among_staff(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    answer(client, ticket, kind="note", body="Third one this month.")
    assert Message.objects.get(ticket=ticket, kind=MessageKind.NOTE).text == "Third one this month."


def test_one_form_sent_twice_answers_once(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    for _ in range(2):
        assert answer(client, ticket, token="a" * 32).status_code == 302
    assert written(ticket) == ["A new pole is on us."]


def test_a_refused_answer_keeps_the_typed_text(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    ticket.requester.identifiers.all().delete()  # type: ignore[union-attr]
    response = answer(client, ticket, body="Words that took an hour.")
    assert response.status_code == 422
    assert "We have no e-mail address of this person" in words_of(response)
    assert "Words that took an hour.</textarea>" in words_of(response)
    assert written(ticket) == []


def test_with_script_a_refusal_replaces_the_notice_alone(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    response = answer(client, ticket, HTMX, body="  ")
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#answer-notice"
    assert "There is nothing to send yet." in words_of(response)
    assert "<textarea" not in words_of(response)


def test_an_answer_is_stopped_when_somebody_wrote_meanwhile(personas: Personas, sign_in: SignIn) -> None:
    client, ada = sign_in(), personas.person("Mia Wong")
    ticket = personas.ticket(ada)
    seen = str(Message.objects.get(ticket=ticket).id)
    personas.message(ticket, ada, text="Never mind, I found it.")
    response = answer(client, ticket, seen=seen, token="c" * 32)
    assert response.status_code == 422
    assert "Mia Wong wrote" in words_of(response)
    assert "A new pole is on us.</textarea>" in words_of(response)
    assert written(ticket) == []
    assert answer(client, ticket, seen=seen, anyway="1", token="c" * 32).status_code == 302
    assert written(ticket) == ["A new pole is on us."]


def test_ones_own_note_does_not_stop_ones_answer(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    seen = str(Message.objects.get(ticket=ticket).id)
    answer(client, ticket, kind="note", body="Looking into it.")
    assert answer(client, ticket, seen=seen).status_code == 302


def test_files_go_with_the_answer(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    files = [SimpleUploadedFile(name, b"one two", "text/plain") for name in ("a.txt", "b.txt")]
    answer(client, ticket, files=files)
    sent = Message.objects.get(ticket=ticket, direction="out")
    assert sorted(str(one.name) for one in sent.attachments.all()) == ["a.txt", "b.txt"]


def test_a_file_that_is_too_large_is_refused_in_words(
    personas: Personas, sign_in: SignIn, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(answering, "MOST_BYTES", 4)
    client, ticket = sign_in(), personas.ticket()
    response = answer(client, ticket, files=[SimpleUploadedFile("film.mp4", b"12345")])
    assert "a file may have 20 MB" in words_of(response)
    assert "A new pole is on us.</textarea>" in words_of(response)
    assert written(ticket) == []


def test_a_copy_goes_only_to_those_in_the_conversation(personas: Personas, sign_in: SignIn) -> None:
    from aureole.desk.writing import add_participants

    client, ticket = sign_in(), personas.ticket()
    bo, outsider = personas.person("Bo Berg"), personas.person("Out Sider")
    add_participants(ticket, [bo.id])
    answer(client, ticket, copies=[str(bo.id), str(outsider.id), "nonsense"])
    sent = Message.objects.get(ticket=ticket, direction="out")
    assert [party["name"] for party in sent.parties["cc"]] == ["Bo Berg"]


def test_a_reader_cannot_answer_note_or_keep_drafts(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(role="read_only"), personas.ticket()
    assert answer(client, ticket).status_code == 403
    assert answer(client, ticket, kind="note").status_code == 403
    assert client.post(f"/tickets/{ticket.number}/draft/", {"kind": "note", "body": "x"}).status_code == 403
    assert written(ticket) == []


def test_a_form_without_its_secret_is_refused(personas: Personas, sign_in: SignIn) -> None:
    agent, ticket = personas.agent(), personas.ticket()
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent, backend="aureole.staff.backend.AgentBackend")
    assert answer(client, ticket).status_code == 403
    assert written(ticket) == []


def test_a_draft_is_kept_and_stands_in_the_form_again(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    response = client.post(
        f"/tickets/{ticket.number}/draft/", {"kind": "reply", "body": "Dear Ada,\r\nhalf a"}
    )
    assert words_of(response).startswith("Draft saved ")
    assert "Dear Ada,\nhalf a</textarea>" in words_of(client.get(f"/tickets/{ticket.number}/"))
    answer(client, ticket)
    assert not Draft.objects.exists()


def test_words_that_became_a_note_are_no_half_written_reply(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    for kind in ("reply", "note"):
        client.post(f"/tickets/{ticket.number}/draft/", {"kind": kind, "body": "He is angry"})
    assert [draft.kind for draft in Draft.objects.all()] == [MessageKind.NOTE]


def test_a_draft_that_arrives_after_its_form_was_sent_is_dropped(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    answer(client, ticket, token="b" * 32)
    client.post(f"/tickets/{ticket.number}/draft/", {"kind": "reply", "body": "late", "token": "b" * 32})
    assert not Draft.objects.exists()


def test_another_agent_does_not_see_my_draft(personas: Personas, sign_in: SignIn) -> None:
    ticket = personas.ticket()
    sign_in().post(f"/tickets/{ticket.number}/draft/", {"kind": "reply", "body": "half a thought"})
    assert "half a thought" not in words_of(sign_in().get(f"/tickets/{ticket.number}/"))
