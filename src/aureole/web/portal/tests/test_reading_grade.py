"""English texts that customers read stay at school grade 7 or below (Flesch and Kincaid, 1975)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from aureole.privacy.rights.letters import words as letter_words
from aureole.web.portal.language import texts

MOST = 7.0
_SILENT = re.compile(r"(?:[^laeiouy]es|[^tdaeiouy]ed|[aeiouy]le|[^l]e)$")
_WORD = re.compile(r"[A-Za-z']+")
_SENTENCE = re.compile(r"[.!?:]+(?:\s|$)|\n\n")


def syllables(word: str) -> int:
    """Groups of vowels, without an ending that is written and not spoken."""
    plain = word.lower().strip("'")
    spoken = _SILENT.sub(lambda found: found.group()[:1], plain) if len(plain) > 3 else plain
    return max(1, len(re.findall(r"[aeiouy]+", spoken)))


def grade(text: str) -> float:
    found = _WORD.findall(text)
    sentences = max(1, sum(bool(_WORD.search(part)) for part in _SENTENCE.split(text)))
    return 0.39 * len(found) / sentences + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def _sentences(node: Any) -> Iterator[str]:
    """Only what is a sentence; a label of two words has no grade."""
    if isinstance(node, dict):
        for inside in node.values():
            yield from _sentences(inside)
    elif isinstance(node, str) and len(_WORD.findall(node)) >= 5:
        yield re.sub(r"\{[a-z_]+(:[^{}]*)?\}", "it", node).rstrip(".!?: ") + "."


@pytest.mark.parametrize("part", sorted(k for k, v in texts("en").items() if isinstance(v, dict)))
def test_every_part_of_the_portal_is_read_at_grade_seven(part: str) -> None:
    text = " ".join(_sentences(texts("en")[part]))
    assert not text or grade(text) <= MOST, f"grade {grade(text):.1f}: {text}"


def test_no_single_sentence_of_the_portal_is_hard() -> None:
    hard = [f"{grade(s):.1f} {s}" for s in _sentences(texts("en")) if grade(s) > MOST + 3]
    assert hard == []


@pytest.mark.parametrize(
    "kind",
    [
        "receipt",
        "code",
        "extension",
        "refusal",
        "waiting",
        "done",
        "ready",
        "unproven",
        "directed",
        "taken_back",
        "stopped",
    ],
)
def test_every_letter_is_read_at_grade_seven(kind: str) -> None:
    text = " ".join(_sentences(letter_words("en")[kind]))
    assert grade(text) <= MOST, f"grade {grade(text):.1f}: {text}"


def test_the_measure_measures() -> None:
    hard = (
        "Notwithstanding the aforementioned stipulations, the undersigned organisation reserves the prerogative to "
        "discontinue processing operations pertaining to identifiable individuals."
    )
    assert grade("The cat sat on the mat. It was warm there.") < 1
    assert grade(hard) > 18
    counted = {"data": 2, "file": 1, "asked": 1, "wanted": 2, "people": 2, "table": 2, "free": 1, "code": 1}
    assert {word: syllables(word) for word in counted} == counted
