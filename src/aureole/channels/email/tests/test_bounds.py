from __future__ import annotations

import time
import tracemalloc

import pytest

from aureole.channels.email.mime.html_depth import flatten
from aureole.channels.email.mime.limits import Limits
from aureole.channels.email.parse import parse
from aureole.channels.email.parsed import Unparseable
from aureole.channels.email.sanitise import clean_html

_HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n"
_MULTI = b"Content-Type: multipart/mixed; boundary=B\r\n\r\n"


def _deep(levels: int) -> bytes:
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels)
    )
    closing = b"".join(b"--b%d--\r\n" % n for n in reversed(range(levels)))
    return _HEAD + opening + b"\r\nhello\r\n" + closing


def _wide(parts: int) -> bytes:
    return _HEAD + _MULTI + b"--B\r\nContent-Type: text/plain\r\n\r\nx\r\n" * parts + b"--B--\r\n"


HOSTILE = {
    "1,000 deep": (_deep(1000), "too_deep"),
    "100,000 deep": (_deep(100_000), "too_many_parts"),
    "20,000 parts": (_wide(20_000), "too_many_parts"),
    "one boundary, nested": (_HEAD + (_MULTI + b"--B\r\n") * 5000, "too_many_parts"),
    "boundaries that are none": (_HEAD + _MULTI + b"--B\r\n\r\n" + b" --B" * 2_000_000, "too_many_parts"),
    "100,000 headers": (_HEAD + b"A: b\r\n" * 80_000 + b"\r\nhi", "too_many_headers"),
    "a header of 2 MB": (_HEAD + b"X: " + b"y" * 2_000_000 + b"\r\n\r\nhi", "headers_too_long"),
    "50,000 recipients": (b"From: a@b.c\r\nTo: " + b"a@b.c, " * 50_000 + b"\r\n\r\nhi", "too_many_recipients"),
    "unclosed quotes": (b"From: a@b.c\r\nTo: " + b'"\\' * 200_000 + b"\r\n\r\nhi", ""),
    "unclosed words": (_HEAD + b"X: " + b"=?a?Q?" * 80_000 + b"\r\n\r\nhi", ""),
    "words without end": (_HEAD + b"X: " + b"a." * 250_000 + b"\r\n\r\nhi", ""),
    "broken base64": (_HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A" * 2_000_000, ""),
    "nested elements": (_HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 1_000_000, ""),
    "nothing but ampersands": (_HEAD + b"Content-Type: text/html\r\n\r\n" + b"&" * 1_000_000, ""),
    "uuencode without end": (_HEAD + b"\r\n" + b"begin 644 a\n" * 300_000, ""),
    "zeros": (b"\0" * 3_000_000, "headers_too_long"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_settled_quickly(name: str) -> None:
    raw, reason = HOSTILE[name]
    began = time.process_time()
    try:
        parse(raw)
        found = ""
    except Unparseable as trouble:
        found = trouble.reason_code
    assert time.process_time() - began < 5
    assert found == reason


@pytest.mark.parametrize(
    "raw", [_deep(1000), _wide(20_000), _wide(999)], ids=["deep", "wide", "within limits"]
)
def test_a_hostile_mail_takes_little_memory(raw: bytes) -> None:
    tracemalloc.start()
    try:
        parse(raw)
    except Unparseable:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 100 * 2**20


def test_parts_within_the_limits_are_all_read() -> None:
    assert parse(_wide(999)).text.count("x") == 999
    assert parse(_deep(39)).text == "hello"


def test_a_mail_above_the_size_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(Unparseable, match="too_large"):
        parse(_HEAD + b"\r\n" + b"x" * 2000, Limits(bytes=1000))


def test_flattening_leaves_ordinary_html_alone() -> None:
    ordinary = "<table>" + "<tr><td><p>x</td></tr>" * 500 + "</table>"
    assert flatten(ordinary) == ordinary
    assert flatten("<div>" * 500 + "x" + "</div>" * 500).count("<div>") == 200


def test_cleaning_hostile_html_is_quick() -> None:
    began = time.process_time()
    for piece in ("<div>", "<b><p>", "<table><tr><td>", "<svg>", "<a href=x>", "<img src='http://x'>"):
        clean_html(piece * (300_000 // len(piece)), {})
    assert time.process_time() - began < 5
