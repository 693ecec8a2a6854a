from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aureole.channels.email.mime.addresses import parse_addresses
from aureole.channels.email.mime.charsets import decode
from aureole.channels.email.mime.words import decode_words
from aureole.channels.email.parse import parse
from aureole.channels.email.parsed import ParsedMail, Unparseable
from aureole.channels.email.quoting import split
from aureole.channels.email.sanitise import clean_html
from aureole.channels.email.tests.corpus import mails_here

_SETTINGS = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
_SEEDS = [path.read_bytes() for path in mails_here()]
_PIECES = st.sampled_from(
    [
        b"\r\n", b"\n", b"\r", b"--B", b"--B--", b"\r\n--B\r\n", b"Content-Type: multipart/mixed; boundary=B\r\n",
        b"Content-Type: text/html; charset=utf-7\r\n", b"Content-Transfer-Encoding: base64\r\n", b"From: ", b"<a@b>",
        b"Content-Type: message/rfc822\r\n", b"=?utf-8?B?", b"?=", b"\x1b$B", b"\x00", b"\xff\xfe", b"begin 644 x\n",
        b"Content-Disposition: attachment; filename*0*=x''%\r\n", b"filename*=", b"Date: ", b"Mon, 99 Foo 20 -9999",
        b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n> x \n", b"<blockquote><li><a href='", b"end\n",
    ]
)  # fmt: skip


def _is_storable(mail: ParsedMail) -> bool:
    texts = [mail.subject, mail.text, mail.html, mail.headers_text, mail.sender.name, mail.sender.address]
    texts += [f.name for f in (*mail.attachments, *mail.inline)]
    return all("\x00" not in text and text.encode("utf-8") is not None for text in texts)


def _settle(raw: bytes) -> None:
    try:
        mail = parse(raw)
    except Unparseable:
        return
    assert _is_storable(mail)
    split(mail.text)
    clean_html(mail.html, {})


@_SETTINGS
@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused_with_a_reason(raw: bytes) -> None:
    _settle(raw)


@_SETTINGS
@given(st.lists(st.one_of(_PIECES, st.binary(max_size=20)), max_size=40))
def test_any_pieces_of_mail_are_read_or_refused_with_a_reason(pieces: list[bytes]) -> None:
    _settle(b"From: a@b.example\r\n" + b"".join(pieces))


@_SETTINGS
@given(st.sampled_from(_SEEDS), st.data())
def test_any_damaged_mail_is_read_or_refused_with_a_reason(seed: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(seed)))
    gone = data.draw(st.integers(0, 200))
    _settle(seed[:at] + data.draw(st.one_of(_PIECES, st.binary(max_size=30))) + seed[at + gone :])


@_SETTINGS
@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_decode_under_any_label(data: bytes, label: str) -> None:
    assert isinstance(decode(data, label)[0], str)


@_SETTINGS
@given(st.text(max_size=300))
def test_any_address_list_is_read(value: str) -> None:
    for found in parse_addresses(decode_words(value)):
        assert "@" in found.address
        assert not set(found.address) & set("\r\n\t ,;<>")


@_SETTINGS
@given(
    st.lists(st.sampled_from(["> q", "", "On 1 May 2020 Ada <a@b.org> wrote:", "words", "--", "Von: a@b.de"]))
)
def test_no_line_of_a_mail_is_lost_by_splitting_it(lines: list[str]) -> None:
    parts = split("\n".join(lines))
    kept = "\n".join((parts.new_text, parts.quoted, parts.signature)).split("\n")
    assert sorted(line for line in kept if line) == sorted(line for line in lines if line)


@pytest.mark.parametrize("seed", range(0, len(_SEEDS), 4))
def test_a_mail_cut_off_anywhere_is_settled(seed: int) -> None:
    raw = _SEEDS[seed]
    for end in range(0, len(raw), max(1, len(raw) // 60)):
        _settle(raw[:end])
