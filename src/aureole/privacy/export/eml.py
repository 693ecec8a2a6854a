"""A letter as an e-mail file any mail program opens, rebuilt from what is held; attachments are streamed."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime

from aureole.kernel.text import one_line
from aureole.privacy.export.ports import Letter, LetterFile, Party

_LINE = 57  # bytes that make 76 characters of base64 (RFC 2045 §6.8)
_POLICY = SMTP.clone(cte_type="7bit")
ReadFile = Callable[[LetterFile], Iterable[bytes]]


def eml_chunks(letter: Letter, files: Sequence[LetterFile], read: ReadFile) -> Iterator[bytes]:
    """The message in pieces. `read` opens a file of the letter; nothing is held in memory but the text."""
    body = _body(letter)
    if not files:
        yield _with_headers(body, letter).as_bytes()
        return
    boundary = f"=_{uuid.uuid4().hex}"
    outer = EmailMessage(policy=_POLICY)
    outer["Content-Type"] = f'multipart/mixed; boundary="{boundary}"'
    yield _header_block(_with_headers(outer, letter))
    yield _opening(boundary) + _without_version(body)
    for file in files:
        yield b"\r\n" + _opening(boundary) + _file_headers(file)
        yield from _base64_lines(read(file))
    yield b"\r\n--" + boundary.encode() + b"--\r\n"


def _opening(boundary: str) -> bytes:
    return b"--" + boundary.encode() + b"\r\n"


def _body(letter: Letter) -> EmailMessage:
    body = EmailMessage(policy=_POLICY)
    body.set_content(letter.text)
    if letter.html:
        body.add_alternative(letter.html, subtype="html")
    return body


def _without_version(body: EmailMessage) -> bytes:
    """A part carries no MIME-Version of its own."""
    del body["MIME-Version"]
    return body.as_bytes()


def _with_headers(message: EmailMessage, letter: Letter) -> EmailMessage:
    message["Date"] = format_datetime(letter.at)
    message["Subject"] = one_line(letter.title)
    message["Message-ID"] = f"<{letter.id}@aureole.invalid>"
    message["From"] = [_address(letter.sender)]
    for header, parties in (("To", letter.to), ("Cc", letter.cc)):
        if parties:
            message[header] = [_address(party) for party in parties]
    message["X-Aureole-Kind"] = letter.kind
    if "MIME-Version" not in message:
        message["MIME-Version"] = "1.0"
    return message


def _address(party: Party) -> Address:
    """An address header survives whatever was recorded: what is no address becomes words."""
    name = one_line(party.name)
    address = one_line(party.address)
    try:
        return (
            Address(display_name=name, addr_spec=address)
            if address
            else Address(display_name=name or "unknown")
        )
    except (
        MessageError,
        ValueError,
        IndexError,
        AttributeError,
    ):  # the parser raises all of these on odd ones
        return Address(display_name=f"{name} {address}".strip() or "unknown")


def _header_block(message: MIMEPart) -> bytes:
    """The headers alone, with the empty line that ends them."""
    return b"".join(_POLICY.fold_binary(name, value) for name, value in message.items()) + b"\r\n"


def _file_headers(file: LetterFile) -> bytes:
    part = MIMEPart(policy=_POLICY)
    main, _, sub = file.content_type.partition("/")
    usable = (
        main.isascii()
        and main.isalpha()
        and sub
        and all(c.isascii() and (c.isalnum() or c in ".+-") for c in sub)
    )
    opaque = main in ("multipart", "message") or not usable
    part["Content-Type"] = "application/octet-stream" if opaque else f"{main}/{sub}"
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = "inline" if file.content_id else "attachment"
    part.set_param("filename", one_line(file.name) or "file", header="Content-Disposition")
    if file.content_id:
        part["Content-ID"] = f"<{one_line(file.content_id).strip('<>')}>"
    return _header_block(part)


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
    return base64.encodebytes(data).replace(b"\n", b"\r\n")
