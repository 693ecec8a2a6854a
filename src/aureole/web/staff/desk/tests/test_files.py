from __future__ import annotations

import uuid

import pytest

from aureole.desk.actions.receive_message import receive_message
from aureole.desk.models import Attachment, Message
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 60


def attach(personas: Personas, name: str, content: bytes, kind: str = "image/png") -> Attachment:
    ada = personas.person()
    file = NewFile(name=name, content_type=kind, content=content, content_id="logo@mail")
    personas.message(personas.ticket(ada), ada, files=(file,))
    return Attachment.objects.get()


def test_a_file_is_saved_as_it_came_and_never_shown(personas: Personas, sign_in: SignIn) -> None:
    attachment = attach(personas, 'Grüße "5".html', b"<script>x</script>", "text/html")
    answer = sign_in().get(f"/attachments/{attachment.pk}/")
    assert b"".join(answer.streaming_content) == b"<script>x</script>"
    assert (
        answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe%20%225%22.html"
    )
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Length"] == "18"


def test_a_download_is_written_in_the_log(personas: Personas, sign_in: SignIn) -> None:
    attachment = attach(personas, "a.png", PNG)
    sign_in().get(f"/attachments/{attachment.pk}/")
    assert Entry.objects.filter(type="desk.read").count() == 1


def test_a_picture_is_judged_by_its_bytes(personas: Personas, sign_in: SignIn) -> None:
    answer = sign_in().get(f"/attachments/{attach(personas, 'a.bin', PNG, 'text/html').pk}/preview")
    assert answer.headers["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content) == PNG
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("content", [b"<svg onload=x>", b"<html>", b"%PDF-1.7", b""])
def test_what_is_no_picture_has_no_preview(personas: Personas, sign_in: SignIn, content: bytes) -> None:
    assert sign_in().get(f"/attachments/{attach(personas, 'a.png', content).pk}/preview").status_code == 404


def test_a_foreign_id_is_not_found(personas: Personas, sign_in: SignIn) -> None:
    attach(personas, "a.png", PNG)
    client = sign_in()
    for path in ("", "preview"):
        assert client.get(f"/attachments/{uuid.uuid4()}/{path}").status_code == 404


def formatted(personas: Personas, html: str) -> tuple[int, Message]:
    ada = personas.person()
    ticket = personas.ticket(ada)
    file = NewFile(name="logo.png", content_type="image/png", content=PNG, content_id="logo@mail")
    message = receive_message(
        ticket=ticket, author=ada, text="Hello", html=html, by=Actor.system(), files=[file]
    )
    return ticket.number, message


def test_a_formatted_mail_stands_in_a_frame_that_can_do_nothing(personas: Personas, sign_in: SignIn) -> None:
    hostile = "<p onclick=x>Hello<script>alert(1)</script><form action=x></form></p>"
    hostile += "<img src='https://spy.example/p.gif'>"
    number, message = formatted(personas, hostile)
    answer = sign_in().get(f"/tickets/{number}/messages/{message.pk}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "img-src data:" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    shown = answer.content.decode()
    assert "Hello" in shown
    for bad in ("<script", "onclick", "spy.example", "<form"):
        assert bad not in shown
    assert "1 picture from elsewhere was not loaded" in shown


def test_pictures_of_the_mail_itself_are_shown(personas: Personas, sign_in: SignIn) -> None:
    number, message = formatted(personas, '<p>Hi <img src="cid:logo@mail"></p>')
    assert (
        'src="data:image/png;base64,'
        in sign_in().get(f"/tickets/{number}/messages/{message.pk}/html").content.decode()
    )


def test_the_page_offers_the_formatted_form_without_loading_it(personas: Personas, sign_in: SignIn) -> None:
    number, message = formatted(personas, "<p>Hello</p>")
    shown = sign_in().get(f"/tickets/{number}/").content.decode()
    assert f'<iframe src="/tickets/{number}/messages/{message.pk}/html"' in shown
    assert 'loading="lazy"' in shown
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown


def test_a_message_of_another_ticket_is_not_found(personas: Personas, sign_in: SignIn) -> None:
    number, message = formatted(personas, "<p>Hello</p>")
    other = personas.ticket().number
    assert other != number
    assert sign_in().get(f"/tickets/{other}/messages/{message.pk}/html").status_code == 404
