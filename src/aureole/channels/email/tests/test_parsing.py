from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from aureole.channels.email.parse import parse
from aureole.channels.email.parsed import Automatic, ParsedMail, Unparseable
from aureole.channels.email.tests.corpus import mail, mails_here, outside

_HEAD = b"From: Ada <ada@example.org>\r\nTo: support@example.com\r\n"


def _parse(headers: bytes = b"", body: bytes = b"Hello") -> ParsedMail:
    return parse(_HEAD + headers + b"\r\n" + body)


def test_every_mail_beside_the_tests_is_read_or_named() -> None:
    refused = {}
    for path in mails_here():
        try:
            parse(path.read_bytes())
        except Unparseable as trouble:
            refused[path.stem] = trouble.reason_code
    assert refused == {"bad_encoded_subject": "no_sender"}


def test_every_mail_of_the_larger_set_is_read_or_named() -> None:
    paths = sorted(outside("mail").rglob("*.eml"))
    refused = {}
    for path in paths:
        try:
            parse(path.read_bytes())
        except Unparseable as trouble:
            refused[path.stem] = trouble.reason_code
    assert len(paths) == 109
    assert refused == {"bad_encoded_subject": "no_sender"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("japanese", "かきくえこ"),
        ("japanese_shift_jis", "このメールはテスト用のメールです。"),
        ("ks_c_5601-1987", "스티해"),
        ("raw_email_with_illegal_boundary", "This is an outlook test"),
        ("raw_email_incorrect_header", "You are infected with"),
    ],
)
def test_text_is_decoded_whatever_its_charset_or_boundary(name: str, text: str) -> None:
    assert text in parse(mail(name)).text


def test_subjects_and_names_are_decoded() -> None:
    assert parse(mail("japanese")).subject == "まみむめも"
    parsed = parse(mail("utf8_headers"))
    assert (parsed.subject, parsed.sender.name, parsed.sender.address) == (
        "Säying Hello", "Jöhn Doe", "jdöe@mächine.example",
    )  # fmt: skip


def test_split_encoded_words_are_joined_before_they_are_decoded() -> None:
    parsed = _parse(b"Subject: =?utf-8?B?w6Q=?=\r\n =?utf-8?B?w7Y=?= =?utf-8?Q?=C3?= =?utf-8?Q?=BC?= end\r\n")
    assert parsed.subject == "äöü end"


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        (b"iso-8859-1", b"\x80 5", "€ 5"),
        (b"x-unknown", "größer".encode(), "größer"),
        (b"utf-8", "größer als".encode("cp1252"), "größer als"),
        (b"us-ascii", "naïve".encode(), "naïve"),
        (b"gb2312", "中文".encode("gb18030"), "中文"),
        (b"UTF8", "ü".encode(), "ü"),
        (b'"windows-1252"', b"\x93x\x94", "“x”"),
        (b"utf-7", b"+AOQ-", "ä"),
        (b"rot13", b"Hello", "Hello"),
        (b"idna", b"Hello", "Hello"),
    ],
)
def test_charsets_are_read_by_meaning_not_by_label(charset: bytes, raw: bytes, text: str) -> None:
    assert _parse(b"Content-Type: text/plain; charset=" + charset + b"\r\n", raw).text == text


def test_an_attachment_keeps_its_bytes_and_its_decoded_name() -> None:
    (file,) = parse(mail("attachment_with_base64_encoded_name")).attachments
    assert (file.name, file.content_type) == ("This is a test.pdf", "application/pdf")
    encoded = mail("attachment_with_base64_encoded_name").partition(b"VGhpcyBpcyBhIHRlc3QucGRm?=\n\n")[2]
    assert file.content == base64.b64decode(encoded.partition(b"\n--")[0])
    assert parse(mail("attachment_nonascii_filename")).attachments[0].name == "ciële.txt"
    assert parse(mail("japanese_attachment_long_name")).attachments[0].name == "かきくけこ" * 5 + ".txt"


def test_several_attachments_in_nested_parts_are_all_found() -> None:
    assert [f.name for f in parse(mail("raw_email7")).attachments] == ["test.rb", "test.pdf", "smime.p7s"]


def test_an_attached_mail_is_a_file_named_after_its_subject() -> None:
    (file,) = parse(mail("attachment_message_rfc822")).attachments
    assert file.content_type == "message/rfc822"
    assert file.name.endswith(".eml")
    assert b"Subject:" in file.content


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (b'filename="../../etc/passwd"', "passwd"),
        (b'filename="C:\\\\Users\\\\x\\\\report.pdf"', "report.pdf"),
        ('filename="a\u202etxt.exe"'.encode(), "atxt.exe"),
        ('filename="shell\u200b.php"'.encode(), "shell.php"),
        (b'filename=".htaccess"', "htaccess"),
        (b'filename="a\x00b\x07.txt"', "ab.txt"),
        (b'filename="CON.txt"', "_CON.txt"),
        (b'filename="' + b"x" * 400 + b'.pdf"', "x" * 146 + ".pdf"),
        (b"filename*0*=utf-8''%e2%82%ac; filename*1=.txt", "€.txt"),
        (b'filename="=?utf-8?B?w6Q=?=.txt"', "ä.txt"),
        (b'filename="  "', "attachment-1.bin"),
    ],
)
def test_attachment_names_are_safe_to_show_and_to_save(header: bytes, shown: str) -> None:
    parsed = _parse(
        b"Content-Type: application/x-thing\r\nContent-Disposition: attachment; " + header + b"\r\n"
    )
    assert [f.name for f in parsed.attachments] == [shown]


def test_html_alone_becomes_readable_text() -> None:
    body = (
        b"<html><head><title>no</title><style>p{}</style></head><body><p>Hi <b>there</b>,</p><p>see"
        b" <a href='https://example.org/x'>this</a></p><ul><li>one<li>two</ul>"
        b"<blockquote>before</blockquote><script>alert(1)</script></body></html>"
    )
    parsed = _parse(b"Content-Type: text/html\r\n", body)
    assert parsed.text == "Hi there,\n\nsee this <https://example.org/x>\n\n- one\n- two\n\n> before"
    assert parsed.html.startswith("<html>")


def test_inline_images_are_kept_apart_from_attachments() -> None:
    body = (
        b"--B\r\nContent-Type: text/html\r\n\r\n<img src=cid:pic@x>\r\n"
        b"--B\r\nContent-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"AAAA\r\n--B--"
    )
    parsed = _parse(b"Content-Type: multipart/related; boundary=B\r\n", body)
    assert [(f.cid, f.content) for f in parsed.inline] == [("pic@x", b"\0\0\0")]
    assert parsed.attachments == ()


def test_flowed_lines_are_joined() -> None:
    parsed = _parse(
        b"Content-Type: text/plain; format=flowed\r\n", b"one \r\ntwo\r\n> q \r\n> r\r\n-- \r\nAda\r\n"
    )
    assert parsed.text == "one two\n> q r\n-- \nAda"


def test_a_uuencoded_file_in_a_text_becomes_an_attachment() -> None:
    parsed = _parse(b"", b"Here:\r\nbegin 644 x.txt\r\n#0V%T\r\n`\r\nend\r\nBye")
    assert [(f.name, f.content) for f in parsed.attachments] == [("x.txt", b"Cat")]
    assert "begin" not in parsed.text
    assert "Bye" in parsed.text


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        (b"ada@example.org", ("", "ada@example.org")),
        (b'"Lovelace, Ada" <ada@example.org>', ("Lovelace, Ada", "ada@example.org")),
        (b"ada@example.org (Ada Lovelace)", ("Ada Lovelace", "ada@example.org")),
        (b'"boss@bank.example" <ada@example.org>', ("boss@bank.example", "ada@example.org")),
        (b"=?utf-8?Q?Ada=2C_the?= <ada@example.org>", ("Ada, the", "ada@example.org")),
        (b"Ada <ada @ example.org>", ("Ada", "ada@example.org")),
        (b"Ada <ada@machine(comment).  example>", ("Ada", "ada@machine.example")),
        (b'"unclosed <ada@example.org>', ("unclosed", "ada@example.org")),
        (b"<mailto:ada@example.org>", ("", "ada@example.org")),
        (b"group: ada@example.org;", ("", "ada@example.org")),
    ],
)
def test_senders_of_any_shape_are_understood(written: bytes, sender: tuple[str, str]) -> None:
    parsed = parse(b"From: " + written + b"\r\n\r\nHi")
    assert (parsed.sender.name, parsed.sender.address) == sender


def test_of_several_writers_the_one_who_sent_it_counts() -> None:
    parsed = parse(b"From: a@x.org, b@x.org\r\nSender: b@x.org\r\n\r\nHi")
    assert parsed.sender.address == "b@x.org"
    assert parse(mail("raw_email_multiple_from")).sender.address == "tim@powerupdev.com"


def test_names_hold_no_line_breaks_or_direction_marks() -> None:
    parsed = parse("From: =?utf-8?B?QQ0KQmNjOiB4?= <a@x.org>\r\nSubject: a\u202eb\r\n\r\nHi".encode())
    assert parsed.sender.name == "A Bcc: x"
    assert parsed.subject == "ab"


def test_dates_are_aware_or_absent() -> None:
    assert _parse(b"Date: Mon, 2 May 2005 16:07:05 -0600\r\n").date == datetime(
        2005, 5, 2, 22, 7, 5, tzinfo=UTC
    )
    assert _parse(b"Date: nonsense\r\n").date is None
    assert _parse(b"Received: by x; Tue, 3 May 2005 10:00:00 +0000\r\nDate: ?\r\n").date == datetime(
        2005, 5, 3, 10, tzinfo=UTC
    )


def test_references_are_told_in_order() -> None:
    parsed = _parse(
        b"Message-ID: <c@x>\r\nIn-Reply-To: <b@x> from Ada\r\nReferences: <a@x>\r\n\t<b@x> <a@x>\r\n"
    )
    assert (parsed.message_id, parsed.in_reply_to, parsed.references) == ("c@x", ("b@x",), ("a@x", "b@x"))


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (b"", Automatic.NO),
        (b"Auto-Submitted: no\r\n", Automatic.NO),
        (b"Auto-Submitted: auto-replied; owner-email=x@y.z\r\n", Automatic.REPLY),
        (b"Precedence: auto_reply\r\n", Automatic.REPLY),
        (b"X-Autoreply: yes\r\n", Automatic.REPLY),
        (b"Subject: Out of office until Monday\r\n", Automatic.REPLY),
        (b"Subject: Re: Out of office until Monday\r\n", Automatic.NO),
        (b"List-Id: <x.example.org>\r\n", Automatic.LIST),
        (b"Precedence: bulk\r\n", Automatic.BULK),
        (b"Return-Path: <>\r\nSubject: Undelivered Mail Returned to Sender\r\n", Automatic.REPORT),
        (b"X-Failed-Recipients: x@y.example\r\n", Automatic.REPORT),
    ],
)
def test_machines_are_told_from_people(headers: bytes, kind: Automatic) -> None:
    assert _parse(headers).automatic is kind


def test_a_delivery_report_tells_each_recipient_and_the_mail_it_is_about() -> None:
    report = parse(mail("multi_address_bounce1")).report
    assert report is not None
    assert len(report.recipients) == 5
    assert {(r.action, r.status) for r in report.recipients} == {("failed", "5.1.1")}
    assert report.original_message_id == "118707422.15521266992174819.JavaMail.root@lvmail01"


def test_headers_are_told_decoded_for_finding_who_is_named() -> None:
    parsed = _parse(b"X-Original-Sender: =?utf-8?Q?Zo=C3=AB?= <Zoe@Example.org>\r\n")
    assert "Zoë" in parsed.headers_text
    assert parsed.addresses_seen == {"ada@example.org", "support@example.com", "zoe@example.org"}


def test_a_very_long_text_is_kept_whole_as_a_file() -> None:
    body = b"word " * 100_000
    parsed = _parse(b"", body)
    assert len(parsed.text) <= 300_000
    assert [f.content for f in parsed.attachments] == [body]
    assert "body_shortened" in parsed.notes
