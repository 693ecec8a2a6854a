"""A letter as an e-mail file any mail program opens, rebuilt from what is held; attachments are streamed."""

from __future__ import annotations

import binascii
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.utils import format_datetime

from aureole.kernel.text import one_line
from aureole.privacy.export.eml_headers import address_line, header_line, parameter
from aureole.privacy.export.ports import Letter, LetterFile

_LINE = 57  # bytes that make 76 characters of base64 (RFC 2045 §6.8)
_WIDTH = 76
_LONGEST_LINE = 998  # RFC 5322 §2.1.1
_NEWLINE = re.compile(r"\r\n|\r|\n")
_TYPE = re.compile(r"(?!(?:multipart|message)/)[A-Za-z]+/[A-Za-z0-9.+\-]{1,100}\Z")
ReadFile = Callable[[LetterFile], Iterable[bytes]]


def eml_chunks(letter: Letter, files: Sequence[LetterFile], read: ReadFile) -> Iterator[bytes]:
    """The message in pieces. `read` opens a file of the letter; nothing is held in memory but the text."""
    head, body = _letter_headers(letter).encode("ascii"), _body(letter)
    if not files:
        yield head + body
        return
    boundary = _boundary()
    yield head + _multipart("mixed", boundary) + _opening(boundary) + body
    for file in files:
        yield b"\r\n" + _opening(boundary) + _file_headers(file).encode("ascii")
        yield from _base64_lines(read(file))
    yield _closing(boundary)


def _letter_headers(letter: Letter) -> str:
    lines = [
        f"Date: {format_datetime(letter.at)}\r\n",
        header_line("Subject", letter.title),
        f"Message-ID: <{letter.id}@aureole.invalid>\r\n",
        address_line("From", [letter.sender]),
        *(address_line(name, some) for name, some in (("To", letter.to), ("Cc", letter.cc)) if some),
        header_line("X-Aureole-Kind", letter.kind),
        "MIME-Version: 1.0\r\n",
    ]
    return "".join(lines)


# -- parts, each with its own headers and the empty line that ends them


def _body(letter: Letter) -> bytes:
    plain = _text_part("plain", letter.text)
    if not letter.html:
        return plain
    boundary = _boundary()
    opening, html = _opening(boundary), _text_part("html", letter.html)
    return b"".join(
        (_multipart("alternative", boundary), opening, plain, b"\r\n", opening, html, _closing(boundary))
    )


def _text_part(kind: str, text: str) -> bytes:
    encoding, content = _for_transfer(text)
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode("ascii") + content


def _for_transfer(text: str) -> tuple[str, bytes]:
    """As it is where mail allows that, else readable where most of it is ASCII, else base64."""
    lines = _NEWLINE.split(text)
    if not lines[-1]:
        lines.pop()
    data = "\r\n".join([*lines, ""]).encode("utf-8", "replace")
    if data.isascii() and b"\x00" not in data and max(map(len, lines), default=0) <= _LONGEST_LINE:
        return "7bit", data
    if len(data.decode("ascii", "ignore")) * 6 >= len(data) * 5:
        return "quoted-printable", binascii.b2a_qp(data, istext=True)
    return "base64", _wrapped(data)


def _file_headers(file: LetterFile) -> str:
    kind = file.content_type if _TYPE.match(file.content_type) else "application/octet-stream"
    place = "inline" if file.content_id else "attachment"
    lines = [
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n",
        f"Content-Disposition: {place}{parameter('filename', one_line(file.name) or 'file')}\r\n",
    ]
    if file.content_id:
        lines.append(header_line("Content-ID", f"<{one_line(file.content_id).strip('<>')}>"))
    return "".join([*lines, "\r\n"])


def _boundary() -> str:
    return f"=_{uuid.uuid4().hex}"


def _multipart(kind: str, boundary: str) -> bytes:
    return f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")


def _opening(boundary: str) -> bytes:
    return f"--{boundary}\r\n".encode("ascii")


def _closing(boundary: str) -> bytes:
    return f"\r\n--{boundary}--\r\n".encode("ascii")


def _base64_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        whole = len(data) - len(data) % _LINE
        rest = data[whole:]
        if whole:
            yield _wrapped(data[:whole])
    if rest:
        yield _wrapped(rest)


def _wrapped(data: bytes) -> bytes:
    coded = binascii.b2a_base64(data, newline=False)
    lines = [coded[at : at + _WIDTH] for at in range(0, len(coded), _WIDTH)]
    return b"\r\n".join([*lines, b""])
