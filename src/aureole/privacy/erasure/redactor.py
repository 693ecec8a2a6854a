"""Black out one person in a text that belongs to somebody else.

Strong marks are sure: addresses, numbers, and the full name in either order, however spaced.
Weak marks (one word of the name) count only in a row where a strong one was found, and only
as the whole capitalised word: "Rose wrote" beside her address, never "the rose garden". Where
people sign ("/rose" at the end of a line, "rose" under "Best regards,") they count in lower case, too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from aureole.kernel.text import fold
from aureole.privacy.ports import KnownAs

MARK = "[erased person]"
REMOVED = "[removed]"
_BETWEEN = r"[\s.,_\-]{1,3}"
_WORD_START, _WORD_END = r"(?<![^\W_])", r"(?![^\W_])"
_NAME_END = r"(?![^\W_]|@)"
_PHONE_GAP = r"[\s().\-/]{0,3}"
_QUOTE = r"[ \t>]*"  # what stands before the words of a line
_SIGNED_TOO = r"(?:[ \t]*(?:[&+,]|och|and|und|et|y|og)[ \t]+[^\W\d]{2,20})"
_CLOSINGS = (
    "regards|cheers|thanks|thank you|yours|sincerely|best|wishes|love|greetings|mvh|halsningar|halsning|vanligen|"
    "tack|hej|vh|hilsen|hilsner|grusse|gruesse|gruss|grussen|gruessen|mfg|lg|vg|danke|cordialement|salutations|"
    "bien a vous|amicalement|merci|saludos|saludo|atentamente|gracias"
)
_CLOSING = rf"{_WORD_START}(?:{_CLOSINGS}){_WORD_END}"
_NO_DIGIT = re.compile(r"\D")
_MONTHS = (
    "jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|janv|fevr|avr|juin|juil|aout|ene|abr|ago|dic"
)
REACHING = (
    r"(?:https?://|www\.)\S+",
    r"[a-z0-9._%+\-]+@[a-z0-9.\-]+",
    rf"{_WORD_START}[a-z0-9\-]{{2,}}(?:\.[a-z0-9\-]{{2,}})*\.[a-z]{{2,}}{_WORD_END}",
    rf"{_WORD_START}(?=[a-z0-9\-]*\d)(?=[0-9\-]*[a-z])[a-z0-9\-]{{6,}}{_WORD_END}",
    rf"\d{{1,2}}\.?\s(?:de\s)?(?:{_MONTHS})[a-z]*",
    rf"{_WORD_START}(?:{_MONTHS})[a-z]*\.?\s\d{{1,2}}{_WORD_END}",
    r"(?<!\d)\d{1,2}(?:/\d{1,2}|\.\d{1,2}\.)(?!\d)",
    r"\+?\d(?:[\s().,/:\-]{0,3}\d){3,}",
)
"""What reaches, numbers or dates somebody, in folded text: links, addresses, hosts, codes, days, four digits up."""


@dataclass
class Redactor:
    """Finds the person in texts. Build one with `of`; it holds personal data, so it is never stored."""

    strong: re.Pattern[str] | None
    weak: re.Pattern[str] | None
    signed: re.Pattern[str] | None = None
    literals: tuple[str, ...] = field(default=())
    mark: str = MARK

    @classmethod
    def of(cls, known: KnownAs) -> Redactor:
        codes = [code for code in known.others if _is_telling(code)]
        strong = [*map(_address, known.emails), *map(_phone, known.phones), *map(_code, codes)]
        strong += [pattern for name in known.names for pattern in _full_name(name)]
        weak = [re.escape(word) for name in known.names for word in _words(name) if len(word) >= 3]
        return cls(
            strong=_any(strong),
            weak=_any([f"{_WORD_START}{w}{_WORD_END}" for w in weak]),
            signed=_signed([re.escape(w) for name in known.names for w in _words(name) if len(w) >= 2]),
            literals=known.terms,
        )

    @classmethod
    def closely(cls, known: KnownAs, described: Sequence[str] = ()) -> Redactor:
        """For the person's own texts where those stay: every word of their names however it is written, what else is
        known of them, and whatever reaches, numbers or dates anybody."""
        local_parts = [address.partition("@")[0] for address in known.emails]
        words = {w for name in (*known.names, *local_parts) for w in _words(name) if len(w) >= 2}
        plain = [*known.names, *known.others, *local_parts, *described]
        patterns = [
            f"{_WORD_START}{_BETWEEN.join(map(re.escape, _words(text)))}{_WORD_END}"
            for text in plain
            if _words(text)
        ]
        patterns += [f"{_WORD_START}{re.escape(word)}{_WORD_END}" for word in words]
        patterns += [*map(_address, known.emails), *map(_phone, known.phones)]
        return cls(
            strong=re.compile("|".join([*REACHING, *sorted(set(patterns), key=len, reverse=True)])),
            weak=None, literals=known.terms, mark=REMOVED,
        )  # fmt: skip

    def mentions(self, *texts: str | None) -> bool:
        """Whether any of the texts surely names the person."""
        return any(self._spans(text, self.strong) for text in texts if text)

    def found(self, text: str) -> list[str]:
        """What surely names the person, as it is written there."""
        return [text[start:end] for start, end in _merge(self._spans(text, self.strong))]

    def redact(self, text: str, *, sure: bool | None = None, spare: str = "") -> tuple[str, int]:
        """The text with every mark replaced, and how many there were.

        sure   True when a strong mark was found elsewhere in the row, so weak ones count here too
        spare  names of whoever the row belongs to: a surname they share is theirs
        """
        spans = self._spans(text, self.strong)
        if self.weak is not None and (spans if sure is None else sure):
            spans += self._weak_spans(text, set(_words(spare)))
        merged = _merge(spans)
        for start, end in reversed(merged):
            text = text[:start] + self.mark + text[end:]
        return text, len(merged)

    def _weak_spans(self, text: str, spared: set[str]) -> list[tuple[int, int]]:
        found = [(a, b) for a, b in self._spans(text, self.weak) if text[a].isupper()]
        found += self._spans(text, self.signed)
        return [(a, b) for a, b in found if fold(text[a:b]) not in spared]

    def _spans(self, text: str, pattern: re.Pattern[str] | None) -> list[tuple[int, int]]:
        if pattern is None or not text:
            return []
        folded, origin = _folded(text)
        spans = (m.span(m.lastgroup or 0) for m in pattern.finditer(folded))
        return [(origin[start], origin[end - 1] + 1) for start, end in spans]


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The folded text and, for each of its characters, where it came from (ß becomes two)."""
    if text.isascii():
        return text.lower(), range(len(text))
    pieces: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        if unicodedata.category(character) == "Cf":
            continue
        piece = fold(character) if not character.isascii() else character.lower()
        pieces.append(piece)
        origin.extend([position] * len(piece))
    return "".join(pieces), origin


def _any(patterns: list[str]) -> re.Pattern[str] | None:
    longest_first = sorted(set(patterns), key=len, reverse=True)
    return re.compile("|".join(longest_first)) if longest_first else None


def _signed(words: list[str]) -> re.Pattern[str] | None:
    """A word of the name where people sign: after a slash at the end of a line; behind a dash on the last line of a
    paragraph that is no list; on a line of its own under a closing. Also with somebody else's beside it."""
    if not words:
        return None
    name = rf"(?:{'|'.join(sorted(set(words), key=len, reverse=True))})(?:[ \t][^\W\d_]{_WORD_END}\.?)?"
    ends = rf"{_WORD_END}(?={_SIGNED_TOO}?[ \t.!,]*$)"
    last = rf"{ends}(?=[^\n]*(?:\Z|\n{_QUOTE}(?:\n|\Z)|\n{_QUOTE}[+(\d]))"
    return re.compile(
        rf"(?:^|(?<=[\s>]))[/~]{{1,2}}[ \t]?(?P<slash>{name}){ends}"
        rf"|(?<![^\n])(?:(?:{_QUOTE})\n){_QUOTE}[-*–—]{{1,2}}[ \t]?(?P<dash>{name}){last}"
        rf"|{_CLOSING}[ \t]*[,.!]?[ \t]*\n(?:{_QUOTE}\n)?{_QUOTE}[-–—]?[ \t]?(?P<closing>{name}){ends}",
        re.MULTILINE,
    )


def _address(address: str) -> str:
    return rf"(?<![a-z0-9._%+\-]){re.escape(fold(address))}(?![a-z0-9\-])"


def _phone(number: str) -> str:
    """Digits in any grouping, with the country code or with the national zero in its place."""
    import phonenumbers  # large, and few processes meet a number

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return rf"(?<!\d){_spaced(re.sub(_NO_DIGIT, '', number))}(?!\d)"
    international = rf"(?:\+|00)?{_PHONE_GAP}{_spaced(str(parsed.country_code))}{_PHONE_GAP}(?:\(0\))?"
    national = _spaced(phonenumbers.national_significant_number(parsed))
    return rf"(?<!\d)(?:{international}|0){_PHONE_GAP}{national}(?!\d)"


def _spaced(digits: str) -> str:
    return _PHONE_GAP.join(digits)


def _is_telling(code: str) -> bool:
    """A number of a few digits means anything; it is no sure mark of a person."""
    return len(code) >= 6 or (len(code) >= 4 and any(c.isalpha() for c in code))


def _code(code: str) -> str:
    return rf"{_WORD_START}{re.escape(fold(code))}{_WORD_END}"


def _words(name: str) -> list[str]:
    return [word for word in re.split(_BETWEEN, fold(name)) if word]


def _full_name(name: str) -> list[str]:
    """First to last, and last name first; one word alone is too common to be sure of."""
    words = _words(name)
    if len(words) < 2:
        return []
    orders = [words, [words[-1], *words[:-1]]]
    if len(words) > 2:
        orders += [[words[0], words[-1]], [words[-1], words[0]]]
    return [_WORD_START + _BETWEEN.join(map(re.escape, order)) + _NAME_END for order in orders]


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
