"""Whether a mail exercises a right: by phrases in four languages, and never more than a proposal to an officer.

A person need not name a law or use a form (EDPB Guidelines 01/2022, section 3.1.2), so the words alone must do.
Sentences are scored one by one; what falls short of the score is no request as far as we can tell.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.letters import LANGUAGES

ENOUGH = 3
_WHOLE, _PHRASE, _SURE, _ASKS, _LAW = 3, 2, 2, 1, 1
_MOST_CHARACTERS = 20_000
_PHRASES = Path(__file__).parent / "phrases"
_SENTENCES = re.compile(r"(?<=[.!?:;])\s+(?=[^\W\d_])|\n\s*\n")
# "Art. 17 GDPR": the stop ends no sentence.
_ABBREVIATED = re.compile(r"\b(art|abs|no|nr|núm|al|par)\.\s+(?=\d)", re.IGNORECASE)


# A mail without any of these asks for no right: most mail is read no further.
_MENTIONED = (
    "data", "daten", "donn", "datos", "information", "inform", "gdpr", "dsgvo", "ds-gvo", "rgpd", "consent",
    "einwilligung", "zustimmung", "everything", "alles", "tout ce que", "todo lo que", "details", "record",
    "coordonn", "decision", "entscheidung", "décision", "decisión", "auskunft", "object to", "right to", "oppos",
    "opos", "opon", "widerspr", "über mich", "about me", "sobre mí", "sur moi", "de moi", "de mí", "stop sending",
    "system", "système", "sistema", "fichier", "ficha", "unterlagen", "kartei", "recht auf", "droit", "derecho",
    "portab",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A right that a text seems to exercise, and the language it was recognised in."""

    kind: str
    language: str
    score: int


@dataclass(frozen=True, slots=True)
class _Language:
    asks: re.Pattern[str]
    law: re.Pattern[str]
    excludes: re.Pattern[str]
    sure: dict[str, re.Pattern[str]]
    phrases: dict[str, re.Pattern[str]]
    whole: dict[str, re.Pattern[str]]


def rights_asked_in(text: str) -> list[Asked]:
    """The rights a text exercises, the surest first; empty where it falls short.

    text  the author's own new words, without quotes and signature
    """
    plain = _plain(text)
    if not any(word in plain for word in _MENTIONED):
        return []
    found: dict[str, Asked] = {}
    for code in LANGUAGES:
        rules = _rules(code)
        law = _LAW if rules.law.search(plain) else 0
        for sentence in _SENTENCES.split(plain):
            for kind, score in _scores(sentence, rules, law):
                if score > found.get(kind, Asked(kind, code, ENOUGH - 1)).score:
                    found[kind] = Asked(kind, code, score)
    return sorted(found.values(), key=lambda asked: -asked.score)


def _scores(sentence: str, rules: _Language, law: int) -> list[tuple[str, int]]:
    if rules.excludes.search(sentence):
        return []
    asks = _ASKS if rules.asks.search(sentence) else 0
    scores = []
    for kind in RIGHTS:
        about = _PHRASE if rules.phrases[kind].search(sentence) else 0
        about = _WHOLE if kind in rules.whole and rules.whole[kind].search(sentence) else about
        # An article counts beside the law's name only: "Art. 15" may be a line of a price list.
        named = rules.sure[kind].search(sentence)
        about += _SURE if named and (law or not any(c.isdigit() for c in named.group())) else 0
        if about:
            scores.append((kind, about + asks + law))
    return scores


def _plain(text: str) -> str:
    """One spelling of quotation marks and blanks, lower case; the start of a long text is enough."""
    plain = unicodedata.normalize("NFKC", text[:_MOST_CHARACTERS]).casefold().replace("’", "'")
    plain = re.sub(r"[^\S\n]+", " ", plain)
    plain = re.sub(r"(?<!\n)\n(?!\s*\n)", " ", plain)  # lines are wrapped anywhere
    return _ABBREVIATED.sub(r"\1.", plain)


@cache
def _rules(code: str) -> _Language:
    told = tomllib.loads((_PHRASES / f"{code}.toml").read_text("utf-8"))
    return _Language(
        asks=_any_of(told["asks"]),
        law=_any_of(told["law"]),
        excludes=_any_of(told["not"]),
        sure={kind: _any_of(told[kind]["sure"]) for kind in RIGHTS},
        phrases={kind: _any_of(told[kind]["phrases"]) for kind in RIGHTS},
        whole={kind: _any_of(told[kind]["whole"]) for kind in RIGHTS if "whole" in told[kind]},
    )


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{_spelled_out(phrase)})\b" for phrase in phrases))


def _spelled_out(phrase: str) -> str:
    """Case folded like the text it is looked for in; a gap is at most six words, so that no text makes it slow."""
    folded = unicodedata.normalize("NFKC", phrase.replace("…", "\0")).casefold()
    return folded.replace(" \0", r" (?:[^\s.!?]+ ){0,6}?").replace("\0", "")
