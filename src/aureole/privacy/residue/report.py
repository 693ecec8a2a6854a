"""What a residue scan answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Finds = Counter[tuple[int, str]]
"""How often which text was found in which encoding: (ordinal of the text, encoding) to a number."""

Progress = Callable[[int, int, str], None]
"""Called with places done, places in all, and the name of the next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place that holds a text.

    place     "table.column", "sealed files", or the path of a file below the home folder
    text      which of the given texts, counted from 0: a report itself names nobody
    encoding  "plain", "base64", "UTF-16", …; "sealed" before it when the value had to be opened
    """

    place: str
    text: int
    encoding: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ResidueReport:
    """Where the texts are, and how far the search went.

    namesakes     sealed texts with a name that a living person bears as their own
    same_words    other people's sealed texts with a text that is one plain word ("Test", "Rose"): nobody
                  can say that it means the person, and an erasure leaves it for the same reason
    not_searched  what could not be looked into, in words; never empty, because nobody sees everything
    """

    searched: list[str]
    not_searched: list[str]
    places: list[Place]
    namesakes: list[Place]
    same_words: list[Place]


@dataclass
class Gathering:
    """A report in the making."""

    searched: list[str] = field(default_factory=list)
    not_searched: list[str] = field(default_factory=list)
    places: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    namesakes: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    same_words: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    def add(self, place: str, finds: Finds) -> None:
        for (text, encoding), count in finds.items():
            self.places[(place, text, encoding)] += count

    def report(self) -> ResidueReport:
        return ResidueReport(
            searched=self.searched,
            not_searched=self.not_searched,
            places=_sorted(self.places),
            namesakes=_sorted(self.namesakes),
            same_words=_sorted(self.same_words),
        )


def _sorted(found: Counter[tuple[str, int, str]]) -> list[Place]:
    return [
        Place(place=place, text=text, encoding=encoding, count=count)
        for (place, text, encoding), count in sorted(found.items())
    ]
