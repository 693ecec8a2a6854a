"""What can be read is read, and whatever else a file is, is said; no file stops the program."""

from __future__ import annotations

import io
import zipfile

import pytest
import typst
from pypdf import PdfReader, PdfWriter

from aureole.kernel.reading_files import apart
from aureole.kernel.reading_files.apart import read_words
from aureole.kernel.reading_files.kinds import WHY, FileWords, Unread

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def pdf_of(words: str) -> bytes:
    return bytes(typst.compile(f"= Note\n{words}".encode(), format="pdf"))


def _locked(content: bytes) -> bytes:
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(content))), io.BytesIO()
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def _blank_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def packed(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def docx(body: str) -> bytes:
    document = f'<w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>'
    return packed(**{"[Content_Types]_xml": "<Types/>", "word__document_xml": document})


SPLIT = "<w:p><w:r><w:t>Grace </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>Hop</w:t></w:r><w:r><w:t>per</w:t></w:r></w:p>"
MAIL = (
    b"From: =?utf-8?q?Grace_Hopper?= <g@navy.example>\r\nContent-Type: text/plain; charset=latin-1\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe, Grace Hop=\r\nper\r\n"
)
VCARD = b"BEGIN:VCARD\r\nFN:Grace Ho\r\n pper\r\nEND:VCARD\r\n"
READABLE = [
    ("application/pdf", pdf_of("Grace Hopper has the tent.")),
    ("application/octet-stream", docx(SPLIT)),
    ("application/octet-stream", packed(mimetype="x", content_xml="<o><p>Grace <span>Hopper</span></p></o>")),
    ("message/rfc822", MAIL),
    ("text/vcard", VCARD),
    ("text/html", b"<p>Grace <b>Hop</b><!-- x --></p><p title='Grace Hopper'>"),
    ("application/octet-stream", b"name;phone\nGrace Hopper;1\n"),
    ("text/csv", "Grace Hopper, Gr\xfc\xdfe".encode("cp1252")),
]


@pytest.mark.parametrize(("content_type", "content"), READABLE, ids=range(len(READABLE)))
def test_words_of_what_people_send_are_read(content_type: str, content: bytes) -> None:
    words = read_words(content_type, content)
    assert "Grace Hopper" in words.text and words.unread == ""


_ENTITIES = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>"
UNREAD = [
    (Unread.PICTURE, "image/png", PNG),
    (Unread.SCAN, "application/pdf", _blank_pdf()),
    (Unread.LOCKED, "application/pdf", _locked(pdf_of("x"))),
    (Unread.BROKEN, "application/pdf", b"%PDF-1.7\nnothing of it"),
    (Unread.BROKEN, "text/plain", packed(**{"[Content_Types]_xml": f"{_ENTITIES}<x>&b;</x>"})),
    (Unread.LARGE, "", packed(**{"[Content_Types]_xml": "<x/>", "word__bomb_xml": " " * (25 * 1024 * 1024)})),
    (Unread.LARGE, "text/plain", b"a" * (24 * 1024 * 1024 + 1)),
    (Unread.LONG, "text/plain", b"a" * 400_001),
    (Unread.UNKNOWN, "application/zip", packed(note="Grace Hopper")),
    (Unread.UNKNOWN, "audio/mpeg", b"\xff\xfb\x90\x00" * 20),
    (Unread.NESTED, "message/rfc822", b"Content-Type: image/png\r\n\r\n" + PNG),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content_type", "content"), UNREAD, ids=range(len(UNREAD)))
def test_what_cannot_be_read_is_said(why: str, content_type: str, content: bytes) -> None:
    assert read_words(content_type, content).unread == why


def test_every_reason_has_words() -> None:
    assert set(WHY) == set(Unread)


def test_a_file_that_takes_for_ever_ends_the_reader_and_not_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = docx("<w:p><w:t>x</w:t></w:p>" * 150_000)
    monkeypatch.setattr(apart, "PATIENCE", 0.05)
    assert read_words("", slow) == FileWords(unread=Unread.SLOW)
    monkeypatch.undo()
    assert "Hopper" in read_words("", docx(SPLIT)).text
