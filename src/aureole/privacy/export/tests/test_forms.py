"""E-mail files, contact cards, CSV cells, file names: forms other programs read."""

from __future__ import annotations

import email
import email.policy
import io
import uuid
import zipfile
from datetime import UTC, datetime

import pytest

from aureole.privacy.export.archive import Archive, Spool, safe_name
from aureole.privacy.export.csv_form import csv_lines
from aureole.privacy.export.eml import eml_chunks
from aureole.privacy.export.ports import Letter, LetterFile, Party
from aureole.privacy.export.vcard import Contact
from aureole.privacy.ports import KnownAs

AT = datetime(2026, 3, 1, 10, 12, tzinfo=UTC)


def letter(**changes: object) -> Letter:
    facts: dict[str, object] = {
        "id": uuid.uuid4(), "conversation": "7", "title": "Zelt, grün", "at": AT, "kind": "public",
        "words": "message", "own": True, "sender": Party(name="Ada Ł", address="ada@x.example"),
        "to": (Party(address="help@x.example"),), "text": "Grüße\nAda", "html": "<p>Grüße</p>",
    }  # fmt: skip
    return Letter(**{**facts, **changes})  # type: ignore[arg-type]


def parsed(one: Letter, *contents: bytes) -> email.message.EmailMessage:
    files = [
        LetterFile(file_id=uuid.uuid4(), name=f"bild {n} ü.bin", content_type="image/png")
        for n, _ in enumerate(contents)
    ]
    pieces = dict(zip((f.file_id for f in files), contents, strict=True))
    raw = b"".join(eml_chunks(one, files, lambda file: [pieces[file.file_id][:5], pieces[file.file_id][5:]]))
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def test_a_letter_reads_back_with_headers_text_html_and_files() -> None:
    message = parsed(letter(), b"\x89PNG" * 1000, b"")
    assert message["Subject"] == "Zelt, grün"
    assert message["From"].addresses[0].display_name == "Ada Ł"
    assert message["Date"].datetime == AT
    body = message.get_body(("plain",))
    assert body is not None and body.get_content().strip().replace("\r\n", "\n") == "Grüße\nAda"
    assert [part.get_content() for part in message.iter_attachments()] == [b"\x89PNG" * 1000, b""]
    assert [part.get_filename() for part in message.iter_attachments()] == ["bild 0 ü.bin", "bild 1 ü.bin"]


@pytest.mark.parametrize(
    "address", ["no address", "a@@b", "<x>", "a@b, c@d", "@", "x\r\nBcc: evil@x.example", "[another person]"]
)
def test_an_odd_address_never_stops_a_letter_nor_adds_a_header(address: str) -> None:
    message = parsed(
        letter(sender=Party(name="Bob\r\nX-Evil: 1", address=address), title="a\r\nBcc: evil@x.example")
    )
    assert message["Bcc"] is None and message["X-Evil"] is None
    assert message["From"]


@pytest.mark.parametrize(
    "words",
    [
        "=?utf-8?q?x?=",
        "x" * 200,
        "日本 " * 60,
        'a "b" \\ c; <d>, (e):',
        "plain words " * 20,
        "tab\there\u2028x",
    ],
)
def test_any_words_read_back_from_lines_every_mail_program_takes(words: str) -> None:
    raw = b"".join(eml_chunks(letter(title=words, sender=Party(name=words, address="a@x.example")), [], list))
    assert raw.isascii() and raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 100
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Subject"] == " ".join(words.split())
    assert message["From"].addresses[0].addr_spec == "a@x.example"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ["", "plain\r\n", "é" * 500, "mostly ascii, é\n" * 90, "x" * 1200, "a\x00b", "a\rb"]
)
def test_any_text_reads_back_however_it_is_carried(text: str) -> None:
    body = parsed(letter(text=text, html="")).get_content()  # type: ignore[attr-defined]
    assert body.splitlines() == text.splitlines()


@pytest.mark.parametrize("kind", ["multipart/mixed", "message/rfc822", "text/html\r\nX: y", "", "ümlaut/x"])
def test_an_odd_content_type_becomes_opaque_bytes(kind: str) -> None:
    file = LetterFile(file_id=uuid.uuid4(), name="a", content_type=kind)
    raw = b"".join(eml_chunks(letter(), [file], lambda _: [b"content"]))
    part = next(email.message_from_bytes(raw, policy=email.policy.default).iter_attachments())  # type: ignore[attr-defined]
    assert (
        part.get_content_type() == "application/octet-stream" and part.get_payload(decode=True) == b"content"
    )


@pytest.mark.parametrize("text", ["=1+1", "+45 12", "-x", "@sum", "\tx", "\rx", "＝1"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert csv_lines([[text]]).lstrip('"').startswith("'")


def test_numbers_and_harmless_words_stay_as_they_are() -> None:
    assert csv_lines([[-1, "a=b", None, True, {"a": "ü"}]]) == '-1,a=b,,true,"{""a"": ""ü""}"\r\n'


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("", "file"),
        ("CON.txt", "_CON.txt"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("..", "file"),
    ],
)
def test_a_file_name_is_safe_to_unpack_anywhere(given: str, kept: str) -> None:
    assert safe_name(given) == kept
    assert len(safe_name(given * 80 + ".pdf").encode()) < 255


def test_two_files_of_one_name_both_arrive() -> None:
    stream = io.BytesIO()
    with Archive(stream) as archive:
        for content in (b"1", b"2", b"3"):
            archive.add(archive.free_path("attachments/7", "a.txt"), [content])
        with pytest.raises(ValueError, match="used twice"):
            archive.add("attachments/7/a.txt", [b""])
    with zipfile.ZipFile(stream) as package:
        assert [package.read(name) for name in package.namelist()] == [b"1", b"2", b"3"]


def test_a_spool_larger_than_memory_keeps_every_character() -> None:
    inner, outer = Spool(), Spool()
    inner.write("ä€" * 400_000)
    outer.append(inner)
    assert b"".join(outer.chunks()).decode() == "ä€" * 400_000


def test_a_contact_card_escapes_and_folds() -> None:
    known = KnownAs(
        person_id=uuid.uuid4(),
        names=("Ada; Maria " + "ü" * 60,),
        emails=("a@x.example", "A@x.example"),
        phones=("+4512",),
    )
    card = Contact().card(known, AT)
    lines = card.split("\r\n")
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"] and lines[-2:] == ["END:VCARD", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = card.replace("\r\n ", "")
    assert "FN:Ada\\; Maria " + "ü" * 60 in unfolded
    assert unfolded.count("EMAIL:") == 1 and "TEL;VALUE=text:+4512" in unfolded
