from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime

from aureole.desk.writing import NewFile
from aureole.ops.demo.making import make_file
from aureole.ops.demo.quoting import own_words
from aureole.ops.demo.reading import read_story

STORY = read_story()
AT = datetime(2031, 5, 7, 12, 0, tzinfo=UTC)


def made(key: str) -> NewFile:
    return make_file(STORY.files[key], STORY, AT)


def test_every_file_can_be_made_and_is_small_and_the_same_each_time() -> None:
    for key in STORY.files:
        file = made(key)
        assert 50 < len(file.content) < 200_000, key
        assert "/" in file.content_type and file.content_type != "application/octet-stream", key
    assert made("pole-joint").content == made("pole-joint").content


def test_a_picture_is_a_png_whose_checksums_and_pixels_are_right() -> None:
    content, chunks, place = made("tent-in-the-morning").content, {}, 8
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    while place < len(content):
        (size,) = struct.unpack(">I", content[place : place + 4])
        body = content[place + 4 : place + 8 + size]
        assert struct.pack(">I", zlib.crc32(body)) == content[place + 8 + size : place + 12 + size]
        chunks[body[:4]] = body[4:]
        place += 12 + size
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (1 + 3 * width)
    assert b"IEND" in chunks


def test_an_invoice_is_a_pdf_whose_table_points_at_its_objects() -> None:
    content = made("kobben-invoice").content
    assert content.startswith(b"%PDF-1.4") and content.endswith(b"%%EOF\n")
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    entries = content[start:].split(b"\n")[3:8]
    for number, entry in enumerate(entries, start=1):
        assert content[int(entry[:10]) :].startswith(b"%d 0 obj" % number)
    assert "Göteborg".encode("cp1252") in content


def test_an_invitation_names_its_guests() -> None:
    content = made("kobben-evening").content.decode()
    assert content.startswith("BEGIN:VCALENDAR\r\n") and content.endswith("END:VCALENDAR\r\n")
    assert 'CN="Ada Lindqvist":mailto:ada.lindqvist@brevduva.example' in content


def test_own_words_end_where_the_quote_begins() -> None:
    assert own_words("Thank you.\n\n> Hello Ada,\n> bye") == "Thank you."
    assert own_words("Se nedan.\n-------- Vidarebefordrat meddelande --------\nFrån: A") == "Se nedan."
    assert own_words("No quote here - not even with a dash.") is None
