"""Address lists in any shape: RFC 5322, and what people's programs really write."""

from __future__ import annotations

import re

from aureole.channels.email.mime.words import clean_line, decode_words
from aureole.channels.email.parsed import Address

# Repetitions are bounded: an unclosed quote or bracket must not be searched for to the end from every start.
_TOKEN = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.){0,300}")'
    r"|(?P<comment>\((?:[^()\\]|\\.|\([^()]{0,100}\)){0,100}\))"
    r"|(?P<angle><[^<>]{0,400}>)"
    r"|(?P<end>[,;])"
    r"|(?P<colon>:)"
    r"|(?P<text>[^\"(<,;:]+|.)",
    re.S,
)
_PLAIN = re.compile(r'(?:"[^"\s]{1,64}"|(?<![^\s@"<>(),;:])[^\s@"<>(),;:]{1,256})@[^\s@"<>(),;:]{1,255}')
_IN_TEXT = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]{1,128}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,10}"
)
_COMMENT = re.compile(r"\((?:[^()\\]|\\.){0,200}\)", re.S)
_LONGEST = 320
_MOST_MARKS = 4000
_LONGEST_LIST = 128 * 1024


def parse_addresses(value: str) -> list[Address]:
    """Every mailbox of the list in order; what holds no address is left out. Never raises."""
    found: list[Address] = []
    tokens: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(_without_abuse(value[:_LONGEST_LIST])):
        kind, text = match.lastgroup or "text", match.group(0)
        if kind == "end":
            found += _mailboxes(tokens)
            tokens = []
        elif kind == "colon" and not any("@" in t for _, t in tokens):
            tokens = []  # the name of a group
        else:
            tokens.append((kind, text))
    return found + _mailboxes(tokens)


def _without_abuse(value: str) -> str:
    """Far more marks than mailboxes: they are noise, and each would be tried as the start of something."""
    for mark in '"(<':
        if value.count(mark) > _MOST_MARKS:
            value = value.replace(mark, " ")
    return value


def _mailboxes(tokens: list[tuple[str, str]]) -> list[Address]:
    angles = [text for kind, text in tokens if kind == "angle"]
    if angles:
        address = clean_address(angles[-1])
        return [Address(_name(tokens, address), address)] if address else []
    written = "".join(text for kind, text in tokens if kind != "comment")
    plain = [a for a in (clean_address(m) for m in _PLAIN.findall(written)) if a]
    if len(plain) == 1:
        comments = [(k, t) for k, t in tokens if k == "comment"]
        rest = clean_line(decode_words(written.replace(plain[0], " ", 1))).strip("\"'<> ")
        return [Address(_name(comments, plain[0]) or rest[:200], plain[0])]
    return [Address("", address) for address in plain]


def clean_address(text: str) -> str:
    """The bare address, "" for what cannot be one."""
    bare = "".join(_COMMENT.sub("", text[:2000]).strip("<> \t\r\n").split())
    if bare.startswith("@") and ":" in bare:
        bare = bare.partition(":")[2]  # a source route (RFC 5322 §4.4)
    bare = clean_line(decode_words(bare), _LONGEST + 1).removeprefix("mailto:").strip("'.,;<>\u200b\ufeff")
    local, at, domain = bare.rpartition("@")
    fits = bool(local and at and domain) and len(bare) <= _LONGEST and not set(bare) & set(' <>(),;:"\\')
    quoted = local.startswith('"') and local.endswith('"') and not set(domain) & set(' <>(),;"\\')
    return bare if fits or (quoted and len(bare) <= _LONGEST) else ""


def _name(tokens: list[tuple[str, str]], address: str) -> str:
    words = [_unquoted(kind, text) for kind, text in tokens if kind in ("quoted", "text")]
    name = "".join(words).strip() or " ".join(text[1:-1] for kind, text in tokens if kind == "comment")
    clean = clean_line(decode_words(name), 200).strip("\"' ")
    return "" if clean.lower() == address.lower() else clean


def _unquoted(kind: str, text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "quoted" else text


def addresses_in(text: str) -> frozenset[str]:
    """Every e-mail address anywhere in a text, in lower case."""
    return frozenset(m.group(0).strip(".'").lower() for m in _IN_TEXT.finditer(text))
