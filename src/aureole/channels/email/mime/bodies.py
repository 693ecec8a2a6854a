"""Which parts are the message's own words, which are files."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from aureole.channels.email.mime.charsets import decode
from aureole.channels.email.mime.entity import Entity
from aureole.channels.email.mime.filenames import safe_name
from aureole.channels.email.mime.flowed import unflow
from aureole.channels.email.mime.html_text import text_of_html
from aureole.channels.email.mime.limits import Limits
from aureole.channels.email.mime.transfer import undo, uuencoded_files
from aureole.channels.email.mime.words import clean_line, decode_words
from aureole.channels.email.parsed import File

_META = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})""", re.I)
_UNPRINTABLE = {c: None for c in range(32) if chr(c) not in "\t\n"} | {0x7F: None}


@dataclass(slots=True)
class Words:
    """One piece of the message's own words: as text, as HTML, or both (alternatives of one another)."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Gathered:
    """What was found, in order."""

    limits: Limits
    words: list[Words] = field(default_factory=list)
    inline: list[File] = field(default_factory=list)
    attachments: list[File] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    chars: int = 0

    def text(self) -> str:
        """The words as text; where only HTML was sent, made from it."""
        pieces = [w.text if w.text is not None and w.text.strip() else _from_html(w.html) for w in self.words]
        return "\n\n".join(p for p in pieces if p.strip()).strip("\n")

    def html(self) -> str:
        """The words as HTML, "" when nobody wrote HTML."""
        if not any(w.html for w in self.words):
            return ""
        return "\n".join(w.html if w.html else _as_html(w.text or "") for w in self.words)


def _from_html(source: str | None) -> str:
    return text_of_html(source) if source else ""


def _as_html(text: str) -> str:
    return "<pre>" + html.escape(text) + "</pre>" if text.strip() else ""


def gather(root: Entity, limits: Limits) -> Gathered:
    """Walk the parts in order."""
    gathered = Gathered(limits)
    _walk(gathered, root)
    return gathered


def _walk(gathered: Gathered, entity: Entity) -> None:
    if entity.type.value == "multipart/alternative" and entity.children:
        _choose(gathered, entity)
    elif entity.children:
        for child in entity.children:
            _walk(gathered, child)
    elif _is_words(entity):
        _add_words(gathered, entity)
    else:
        _add_file(gathered, entity)


def _choose(gathered: Gathered, entity: Entity) -> None:
    """The alternatives say one thing in several forms: text of the one, HTML of the other, files of all."""
    before = len(gathered.words)
    for child in entity.children:
        _walk(gathered, child)
    forms = gathered.words[before:]
    texts = [w.text for w in forms if w.text is not None]
    htmls = [w.html for w in forms if w.html is not None]
    gathered.words[before:] = (
        [Words(texts[0] if texts else None, max(htmls, key=len) if htmls else None)] if forms else []
    )


def _is_words(entity: Entity) -> bool:
    if entity.disposition.value == "attachment" or _declared_name(entity):
        return False
    kind = entity.type.value
    return kind in (
        "text/plain",
        "text/html",
        "text/enriched",
        "text/richtext",
        "text/x-amp-html",
        "text/markdown",
    )


def _declared_name(entity: Entity) -> str:
    return entity.disposition.params.get("filename") or entity.type.params.get("name") or ""


def _add_words(gathered: Gathered, entity: Entity) -> None:
    if entity.type.value == "text/x-amp-html":
        return  # an alternative of the HTML that needs scripts
    content = _content(gathered, entity)
    is_html = entity.type.value == "text/html"
    if not is_html:
        content = _lift_uuencoded(gathered, content)
    room = max(0, gathered.limits.body_chars - gathered.chars)
    text = _decoded(gathered, entity, content[: room * 4])
    if len(text) > room or len(content) > room * 4:
        gathered.notes.add("body_shortened")
        _keep(gathered, entity, content)
        text = text[:room]
    gathered.chars += len(text) // 2 if is_html else len(text)
    gathered.words.append(Words(html=text) if is_html else Words(text=_flowed(entity, text)))


def _content(gathered: Gathered, entity: Entity) -> bytes:
    content, mended = undo(entity.body, entity.first("content-transfer-encoding") or "")
    if mended:
        gathered.notes.add("encoding_mended")
    return content


def _decoded(gathered: Gathered, entity: Entity, content: bytes) -> str:
    label = entity.type.params.get("charset", "")
    if not label and entity.type.value == "text/html":
        meta = _META.search(content[:2000])
        label = meta.group(1).decode("ascii", "replace") if meta else ""
    text, guessed = decode(content, label)
    if guessed:
        gathered.notes.add("charset_guessed")
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNPRINTABLE).encode(
        "utf-8", "replace").decode("utf-8").removeprefix("\ufeff")  # fmt: skip


def _flowed(entity: Entity, text: str) -> str:
    if entity.type.params.get("format", "").lower() != "flowed":
        return text
    return unflow(text, delsp=entity.type.params.get("delsp", "").lower() == "yes")


def _lift_uuencoded(gathered: Gathered, content: bytes) -> bytes:
    """Files written into the text become attachments."""
    if b"begin" not in content:
        return content
    kept, position = [], 0
    for name, body, start, end in uuencoded_files(content):
        gathered.attachments.append(
            File(
                name=safe_name(name, "application/octet-stream", len(gathered.attachments) + 1),
                content_type="application/octet-stream",
                content=body,
            )
        )
        kept.append(content[position:start])
        position = end
    return b"".join([*kept, content[position:]])


def _add_file(gathered: Gathered, entity: Entity) -> None:
    content = entity.body if entity.type.value == "message/rfc822" else None
    encoding = (entity.first("content-transfer-encoding") or "").strip().lower()
    if content is None or encoding in ("base64", "quoted-printable"):
        content = _content(gathered, entity)
    _keep(gathered, entity, content)


def _keep(gathered: Gathered, entity: Entity, content: bytes) -> None:
    cid = clean_line(entity.first("content-id") or "", 250).strip("<> ")
    inline = bool(cid) and entity.type.value.startswith("image/") and entity.disposition.value != "attachment"
    files = gathered.inline if inline else gathered.attachments
    files.append(
        File(
            name=safe_name(
                _name(entity), entity.type.value, len(gathered.attachments) + len(gathered.inline) + 1
            ),
            content_type=entity.type.value,
            content=content,
            cid=cid,
        )
    )


def _name(entity: Entity) -> str:
    """As declared, else the last part of Content-Location, else the subject of an attached mail."""
    declared = _declared_name(entity)
    if declared:
        return declared
    location = entity.first("content-location") or ""
    if location and "." in location.rpartition("/")[2]:
        return decode_words(location).rpartition("/")[2]
    if entity.type.value == "message/rfc822":
        subject = re.search(rb"^subject:[ \t]*([^\r\n]{1,500})", entity.body[:20_000], re.I | re.M)
        if subject:
            return clean_line(decode_words(decode(subject.group(1))[0]), 80).replace("/", "-") + ".eml"
    return ""
