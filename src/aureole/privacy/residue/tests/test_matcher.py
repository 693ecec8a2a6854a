from __future__ import annotations

import base64
import html
import json
import quopri
import unicodedata
from hashlib import sha256
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aureole.privacy.residue.encodings import ENCODINGS, forms
from aureole.privacy.residue.matcher import SHORTEST_IN_SEALED, Matcher

NAME = "Mårten Öqvist-Løvborg"
ADDRESS = "Marten.Oqvist+desk@kanari.example"


def _encodings(data: bytes) -> list[str]:
    return sorted({encoding for _, encoding in Matcher([NAME, ADDRESS]).find(data)})


@pytest.mark.parametrize("text", [NAME, ADDRESS])
@pytest.mark.parametrize(
    ("write", "encoding"),
    [
        (lambda t: t.encode(), "plain"),
        (lambda t: t.lower().encode(), "plain"),
        (lambda t: t.upper().encode(), "plain"),
        (lambda t: t.encode().swapcase() if t.isascii() else t.upper().encode(), "plain"),
        (lambda t: t.encode("utf-16-le"), "UTF-16"),
        (lambda t: t.encode("utf-16-be"), "UTF-16"),
        (lambda t: t.upper().encode("utf-16"), "UTF-16"),
        (lambda t: t.encode().hex().encode(), "hex"),
        (lambda t: t.encode().hex().upper().encode(), "hex"),
        (lambda t: t.lower().encode().hex().encode(), "hex"),
        (lambda t: t[::-1].encode(), "reversed"),
        (lambda t: t.lower()[::-1].encode(), "reversed"),
        (lambda t: t.encode()[::-1], "reversed"),
    ],
)
def test_both_texts_are_found_in(text: str, write: object, encoding: str) -> None:
    assert callable(write)
    assert encoding in _encodings(b"before " + write(text) + b" after")


@pytest.mark.parametrize("text", [NAME, ADDRESS])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", range(6))
def test_base64_is_found_wherever_the_text_begins_in_it(text: str, encode: object, before: int) -> None:
    assert callable(encode)
    data = encode(b"?" * before + text.encode() + b" and what follows")
    assert _encodings(b"x: " + data) == ["base64"]


def test_base64_is_found_over_line_breaks() -> None:
    body = base64.encodebytes(b"Hello, this is a long mail from " + NAME.encode() + b" about an order " * 3)
    assert body.count(b"\n") > 1
    assert "base64" in _encodings(body)
    crlf = body.replace(b"\n", b"\r\n")
    assert "base64" in _encodings(crlf)


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_quoted_printable_is_found_over_soft_breaks(charset: str) -> None:
    body = quopri.encodestring(f"{'A line of words ' * 4}{NAME} wrote this".encode(charset))
    assert b"=\n" in body
    assert "quoted-printable" in _encodings(body)


def test_an_encoded_header_word_is_found() -> None:
    assert "quoted-printable" in _encodings(b"From: =?utf-8?q?M=C3=A5rten_=C3=96qvist-L=C3=B8vborg?= <x>")


def test_what_programs_write_is_found() -> None:
    assert "JSON escapes" in _encodings(json.dumps({"name": NAME}).encode())
    assert "percent-encoding" in _encodings(f"/find?q={quote(NAME)}".encode())
    assert "percent-encoding" in _encodings(f"/find?q={quote_plus(ADDRESS)}".lower().encode())
    assert "HTML entities" in _encodings(b"M&aring;rten &Ouml;qvist-L&oslash;vborg")
    assert "HTML entities" in _encodings(NAME.encode("ascii", "xmlcharrefreplace"))
    assert "HTML entities" in _encodings(ADDRESS.replace("@", "&#64;").encode())
    assert _encodings(html.escape(ADDRESS).encode()) == ["plain"]


def test_decomposed_and_latin_1_letters_are_found() -> None:
    assert "decomposed" in _encodings(unicodedata.normalize("NFD", NAME).encode())
    assert "latin-1" in _encodings(NAME.encode("latin-1"))


def test_a_name_is_found_over_the_end_of_a_line_and_in_a_quotation() -> None:
    assert _encodings("Mårten\n> Öqvist-Løvborg".encode()) == ["plain"]
    assert _encodings("Mårten\u00a0 Öqvist-Løvborg".encode()) == ["plain"]


def test_short_texts_count_as_whole_words_only() -> None:
    matcher = Matcher(["Ann"])
    assert matcher.find(b"dear ann, hello")
    assert matcher.find(b"<Ann>")
    assert not matcher.find(b"planning the annexe")
    assert not matcher.find("Annä".encode())
    assert Matcher(["Annika"]).find(b"annikas bike")


def test_a_short_name_read_backwards_is_somebody_elses() -> None:
    assert not Matcher(["Leon", "Aron Reb"]).find(b"dear Noel, ber nora")
    assert Matcher(["Leon Quist"]).find(b"tsiuQ noeL") == {(0, "reversed"): 1}


def test_every_form_has_a_name_that_is_listed() -> None:
    assert {form.encoding for text in (NAME, ADDRESS) for form in forms(text)} == set(ENCODINGS)


def test_nothing_is_found_where_nothing_is() -> None:
    assert not _encodings(b"Marten wrote to another Oqvist at kanari.example" * 50)
    assert not Matcher([]).find(b"anything")
    assert not Matcher(["", "  "]).find(b"anything  at all")


@pytest.mark.parametrize(
    "others", [[], ["Александра Ωμέγα", "ಕನ್ನಡ 山田太郎 אברהם"]], ids=["few letters", "many scripts"]
)
def test_in_ciphertext_every_form_is_found_wherever_it_stands(others: list[str]) -> None:
    texts = [NAME, ADDRESS, *others]
    matcher = Matcher(texts)
    noise = b"".join(
        sha256(bytes([n])).digest() for n in range(50)
    )  # as ciphertext is, and the same each time
    assert not matcher.find(noise, sealed=True)
    for form in (form for text in texts for form in forms(text)):
        cased = form.data if form.exact else form.data.swapcase()
        for data in (cased + noise, noise + cased, noise[:700] + b"x7" + cased + b"=Q" + noise[700:]):
            assert sum(matcher.find(data, sealed=True).values()) >= (len(cased) >= SHORTEST_IN_SEALED)
        pieces = (noise, cased[:3], cased[3:] + noise)
        assert sum(matcher.find_stream(pieces, sealed=True).values()) == sum(
            matcher.find(b"".join(pieces), sealed=True).values()
        )


def test_chance_does_not_count_in_sealed_bytes() -> None:
    matcher = Matcher(["Bo", ADDRESS])
    assert not matcher.find(b"\x01 bo \x02", sealed=True)
    assert matcher.find(b"\x01 bo \x02")
    assert matcher.find(b"\x01" + ADDRESS.encode() + b"\x02", sealed=True)


def test_each_text_is_told_by_its_ordinal() -> None:
    found = Matcher(["first-canary", "second-canary"]).find(b"second-canary second-canary")
    assert found == {(1, "plain"): 2}


@settings(max_examples=80)
@given(before=st.integers(0, 5000), size=st.integers(1, 700), breaks=st.booleans())
def test_nothing_is_missed_between_the_pieces_of_a_stream(before: int, size: int, breaks: bool) -> None:
    data = b"." * before + (b"=\n" if breaks else b"") + ADDRESS.encode() + b"." * 300
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert Matcher([ADDRESS]).find_stream(pieces) == {(0, "plain"): 1}
