"""Other people in what is handed to one person: found, blacked out, counted (GDPR Art. 15(4))."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ahocorasick

from aureole.kernel.text import fold, one_line
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.export.ports import Other
from aureole.privacy.ports import KnownAs
from aureole.vault import blind_index

ANOTHER = "[another person]"
OTHERS_REASON = "names another person; their data is theirs (GDPR Art. 15(4))"
STAFF_REASON = "names a member of staff (CJEU C-579/21)"
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS_THAT_TELL = 6
_DIGITS = re.compile(r"\d+")
_REMEMBERED = 2000
_LONGEST_REMEMBERED = 20_000


class Veil(Redactor):
    """A redactor with a mark of its own choosing."""

    def cover(self, text: str, mark: str, *, surely_named: bool = False) -> tuple[str, int]:
        """The text with the person covered by `mark`, and how often.

        surely_named  weak marks count without a strong one
        """
        spans = self._spans(text, self.strong)
        if self.weak is not None and (spans or surely_named):
            spans += [span for span in self._spans(text, self.weak) if text[span[0]].isupper()]
        covered, end_of_last, count = [], 0, 0
        for start, end in sorted(spans):
            if start >= end_of_last:
                covered += [text[end_of_last:start], mark]
                count += 1
            end_of_last = max(end_of_last, end)
        return "".join([*covered, text[end_of_last:]]), count


@dataclass(frozen=True, slots=True)
class _Veiled:
    person_id: uuid.UUID
    veil: Veil
    mark: str
    reason: str
    words: tuple[str, ...]

    def may_sign(self, haystack: str) -> bool:
        """Whether a word of their name is in a folded text at all: cheap, and mostly no."""
        return any(word in haystack for word in self.words)


class Shield:
    """Covers the others in texts that are not the person's own, and keeps count until `take_notes`.

    person     who gets the package; whatever they bear themselves is never covered
    workspace  stands in for the name of staff: "an agent of <workspace>"
    ours       addresses of the workspace itself, which may be shown
    """

    def __init__(
        self, person: KnownAs, others: Iterable[Other], *, workspace: str, ours: Iterable[str] = ()
    ) -> None:
        self.person = person
        self.agent_words = f"an agent of {workspace}"
        self._own = {fold(term) for term in person.terms}
        self._ours = {fold(address) for address in ours if address}
        self._notes: Counter[str] = Counter()
        self._by_person: dict[uuid.UUID, _Veiled] = {}
        self._needles = ahocorasick.Automaton()
        self._owners: dict[str, bool] = {}
        self._covered: dict[tuple[str, uuid.UUID | None], tuple[str, Counter[str]]] = {}
        for other in others:
            self._add(other)
        if len(self._needles):
            self._needles.make_automaton()

    def _add(self, other: Other) -> None:
        if other.known.person_id == self.person.person_id or other.known.person_id in self._by_person:
            return
        known = _without(other.known, self._own | self._ours)
        mark = f"[{self.agent_words}]" if other.is_staff else ANOTHER
        veil, reason = Veil.of(known), STAFF_REASON if other.is_staff else OTHERS_REASON
        assert isinstance(veil, Veil), "`of` builds the class it is called on"
        words = tuple(word for name in known.names for word in _words(name) if word)
        veiled = _Veiled(known.person_id, veil, mark, reason, words)
        self._by_person[known.person_id] = veiled
        for needle in _needles(known):
            self._needles.add_word(needle, (*self._needles.get(needle, ()), known.person_id))

    # -- covering

    def text(self, text: str, *, author: uuid.UUID | None = None) -> str:
        """The text without others. Its author counts as surely named: a first name signs it.

        A message is met twice, as a row and as a letter, so what was found is remembered.
        """
        if not text:
            return text
        known = self._covered.get((text, author))
        if known is None:
            known = self._remember(text, author)
        self._notes.update(known[1])
        return known[0]

    def _remember(self, text: str, author: uuid.UUID | None) -> tuple[str, Counter[str]]:
        kept, self._notes = self._notes, Counter()
        found = self._cover(text, author), self._notes
        self._notes = kept
        if len(text) <= _LONGEST_REMEMBERED and len(self._covered) < _REMEMBERED:
            self._covered[text, author] = found
        return found

    def _cover(self, text: str, author: uuid.UUID | None) -> str:
        for person_id in self._candidates(text, author):
            veiled = self._by_person[person_id]
            text, count = veiled.veil.cover(text, veiled.mark, surely_named=person_id == author)
            self.note(veiled.reason, count)
        return _ADDRESS.sub(self._cover_address, text) if "@" in text else text

    def look_up(self, values: Iterable[Any]) -> None:
        """Ask whose the addresses in several texts are, at once: one by one each is a query."""
        texts = (value for value in values if isinstance(value, str) and "@" in value)
        addresses = {found.casefold() for text in texts for found in _ADDRESS.findall(text)}
        unknown = [a for a in addresses if a not in self._owners and not self.shows(a)]
        owners = blind_index.find_many("email", unknown) if unknown else {}
        for address in unknown:
            self._owners[address] = owners.get(address, self.person.person_id) != self.person.person_id

    def value(self, value: Any, *, author: uuid.UUID | None = None) -> Any:
        """The same for JSON-like values; what is not text stays."""
        if isinstance(value, str):
            return self.text(value, author=author)
        if isinstance(value, dict):
            return {key: self.value(item, author=author) for key, item in value.items()}
        return [self.value(item, author=author) for item in value] if isinstance(value, list) else value

    def party(self, party: dict[str, str] | None) -> dict[str, str] | None:
        """A sender or recipient: the person and the workspace are shown, everyone else is covered."""
        if not party or self.shows(party.get("address", "")):
            return party
        self.note(OTHERS_REASON)
        return {"name": ANOTHER, "address": ANOTHER}

    def shows(self, address: str) -> bool:
        """Whether an address is the person's own or the workspace's."""
        return fold(address) in self._own or fold(address) in self._ours

    def names_nobody(self, text: str) -> bool:
        """Whether nobody else is named in the text; counts nothing."""
        kept, self._notes = self._notes, Counter()
        covered = self.text(text)
        self._notes = kept
        return covered == text

    def _candidates(self, text: str, author: uuid.UUID | None) -> list[uuid.UUID]:
        line = one_line(text)
        folded = line.lower() if line.isascii() else fold(line)
        haystack = folded + "\n" + "".join(_DIGITS.findall(folded))
        hits = self._needles.iter(haystack) if len(self._needles) else ()
        found = {person for _, persons in hits for person in persons}
        if author in self._by_person and self._by_person[author].may_sign(folded):
            found.add(author)
        return sorted(found, key=str)

    def _cover_address(self, match: re.Match[str]) -> str:
        """An address of anyone we know of, also of persons far from these conversations."""
        address = match.group().casefold()
        if self.shows(address):
            return match.group()
        if address not in self._owners:
            self.look_up([address])
        if not self._owners[address]:
            return match.group()
        self.note(OTHERS_REASON)
        return ANOTHER

    # -- counting

    def note(self, reason: str, count: int = 1) -> None:
        if count:
            self._notes[reason] += count

    def take_notes(self) -> Counter[str]:
        """What was covered since the last call, by reason."""
        notes, self._notes = self._notes, Counter()
        return notes


def _without(known: KnownAs, shared: set[str]) -> KnownAs:
    """What the other bears alone: a namesake's name is the person's own too."""

    def sole(terms: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(term for term in terms if fold(term) not in shared)

    return KnownAs(
        person_id=known.person_id, names=sole(known.names), emails=sole(known.emails),
        phones=sole(known.phones), others=sole(known.others),
    )  # fmt: skip


def _needles(known: KnownAs) -> set[str]:
    """Short strings one of which must be in a text before the costly search is worth it."""
    words = [max(_words(name), key=len) for name in known.names]
    digits = [re.sub(r"\D", "", phone)[-_DIGITS_THAT_TELL:] for phone in known.phones]
    return {*words, *digits, *map(fold, known.emails), *map(fold, known.others)} - {""}


def _words(name: str) -> list[str]:
    return re.split(r"[\s.,_\-]+", fold(name))
