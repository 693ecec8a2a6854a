"""Other people in what is handed to one person: found, blacked out, counted (GDPR Art. 15(4))."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import ahocorasick
from django.db.models import Model

from aureole.kernel.reading_files.kinds import FileWords
from aureole.kernel.text import fold, one_line
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.export.naming import keys_in
from aureole.privacy.export.ports import Other
from aureole.privacy.export.spans import Examiner, Span, cover, merged
from aureole.privacy.ports import KnownAs, directory
from aureole.privacy.redaction.reasons import OTHERS_REASON, STAFF_REASON
from aureole.vault import blind_index
from aureole.vault.files import sha256
from aureole.vault.models import SealedFile

AGENT_OF = "an agent of "
ANOTHER = "[another person]"
ADDRESS = re.compile(r"(?<![\w.+%'-])[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS_THAT_TELL = 6
_DIGITS = re.compile(r"\d+")
_REMEMBERED = 2000
_FAR = 200
_LONGEST_REMEMBERED = 20_000


class Veil(Redactor):
    """A redactor that says where it found somebody."""

    def find(self, text: str, *, surely_named: bool = False) -> list[tuple[int, int]]:
        """Where the person is named.

        surely_named  weak marks count without a strong one
        """
        spans = self._spans(text, self.strong)
        if self.weak is not None and (spans or surely_named):
            spans += [span for span in self._spans(text, self.weak) if text[span[0]].isupper()]
        return spans


@dataclass(frozen=True, slots=True)
class _Veiled:
    person_id: uuid.UUID
    veil: Veil
    is_staff: bool
    words: tuple[str, ...]

    def may_sign(self, haystack: str) -> bool:
        """Whether a word of their name is in a folded text at all: cheap, and mostly no."""
        return any(word in haystack for word in self.words)


class Shield:
    """Covers the others in texts that are not the person's own, and keeps count until `take_notes`.

    person     who gets the package; whatever they bear themselves is never covered
    workspace  stands in for the name of staff: "an agent of <workspace>"
    ours       addresses of the workspace itself, which may be shown
    examiner   has the last word about each place, where people decide (a request); without one the rules do
    """

    def __init__(
        self,
        person: KnownAs,
        others: Iterable[Other],
        *,
        workspace: str,
        ours: Iterable[str] = (),
        examiner: Examiner | None = None,
    ) -> None:
        self.person = person
        self.examiner = examiner
        self.agent_words = f"{AGENT_OF}{workspace}"
        self._own = {fold(term) for term in person.terms}
        self._ours = {fold(address) for address in ours if address}
        self._notes: Counter[str] = Counter()
        self._by_person: dict[uuid.UUID, _Veiled] = {}
        self._needles = ahocorasick.Automaton()
        self._owners: dict[str, uuid.UUID | None] = {}
        self._far: dict[uuid.UUID, _Veiled | None] = {}
        self._looked_up: set[int] = set()
        self._names: set[str] = set()
        self._by_name: set[uuid.UUID] = set()
        self._found: dict[tuple[str, uuid.UUID | None], list[Span]] = {}
        for other in others:
            self._add(other)
        if len(self._needles):
            self._needles.make_automaton()

    def _add(self, other: Other) -> None:
        if other.known.person_id == self.person.person_id or other.known.person_id in self._by_person:
            return
        known = _without(other.known, self._own | self._ours)
        self._by_person[known.person_id] = _veiled(known, is_staff=other.is_staff)
        for needle in _needles(known):
            self._needles.add_word(needle, (*self._needles.get(needle, ()), known.person_id))

    # -- covering

    def at(self, row: Model) -> None:
        """Which row the texts that follow belong to; asked for only where people decide."""
        if self.examiner is not None:
            self.examiner.at(row._meta.db_table, row.pk)

    def text(self, text: str, *, author: uuid.UUID | None = None) -> str:
        """The text without others. Its author counts as surely named: a first name signs it."""
        return cover(text, self.to_cover(text, author=author), self.note) if text else text

    def own_text(self, text: str) -> str:
        """What the person wrote themselves: covered only where somebody marked it by hand."""
        return cover(text, self.to_cover(text, own=True), self.note) if text else text

    def to_cover(self, text: str, *, author: uuid.UUID | None = None, own: bool = False) -> list[Span]:
        """What is to be covered in a text; counts nothing. `own`: the person wrote it themselves."""
        found = [] if own else self.find(text, author)
        if self.examiner is not None:
            return self.examiner.judge(text, found, own=own)
        return [span for span in found if span.is_sure]

    def identifier(self, text: str) -> str:
        """An id of a mail's header: written like an address, and none. Covered where it names somebody we know or was
        marked by hand; by its form alone nobody is asked about it."""
        found = self.find(text)
        if self.examiner is not None:
            return cover(text, self.examiner.judge(text, found, own=True), self.note)
        return cover(text, [span for span in found if span.is_sure], self.note)

    @contextlib.contextmanager
    def telling(self) -> Iterator[None]:
        """While conversations are told: what is met in them is what a release of the answer stands for."""
        if self.examiner is not None:
            self.examiner.is_telling = True
        yield
        if self.examiner is not None:
            self.examiner.is_telling = False

    def has_marks(self) -> bool:
        """Whether something in the current row was marked by hand."""
        return self.examiner is not None and self.examiner.has_marks()

    def has_marks_anywhere(self) -> bool:
        return self.examiner is not None and self.examiner.has_marks_anywhere()

    def why_withheld(self, file: SealedFile, words: FileWords, *, own: bool) -> str:
        """What was decided about a file, where people decide: the reason, or "" when it goes along."""
        if self.examiner is None:
            return ""
        found = self.find(words.text) if words.text and not own else []
        return self.examiner.withholds(sha256(file) or "", words, found, own=own)

    def find(self, text: str, author: uuid.UUID | None = None) -> list[Span]:
        """Where others are surely named. A message is met twice, as a row and as a letter, so it is remembered."""
        known = self._found.get((text, author))
        if known is None:
            known = self._find(text, author)
            if len(text) <= _LONGEST_REMEMBERED and len(self._found) < _REMEMBERED:
                self._found[text, author] = known
        return known

    def _find(self, text: str, author: uuid.UUID | None) -> list[Span]:
        found: list[Span] = []
        self._look_up_names([text])
        for person_id in self._candidates(text, author):
            veiled = self._by_person[person_id]
            spans = veiled.veil.find(text, surely_named=person_id == author)
            found += [
                replace(
                    self._span(start, end, is_staff=veiled.is_staff),
                    is_sure=person_id not in self._by_name or not text[start].islower(),
                )
                for start, end in spans
            ]
        if "@" in text:
            found += self._find_by_address(text)
        return merged(found)

    def _find_by_address(self, text: str) -> list[Span]:
        """Addresses of anyone we know of, and in the same text the names of whom they belong to, also of persons far
        from these conversations."""
        found, owners = [], set()
        for match in ADDRESS.finditer(text):
            owner = self._owner_of(match.group())
            if owner is not None:
                found.append(self._span(*match.span(), kind="address"))
                owners.add(owner)
        for veiled in filter(None, map(self._far_one, sorted(owners, key=str))):
            found += [self._span(*span) for span in veiled.veil.find(text)]
        return sorted(found, key=lambda span: span.kind != "address")

    def _span(self, start: int, end: int, *, is_staff: bool = False, kind: str = "person") -> Span:
        shown, reason = (f"[{self.agent_words}]", STAFF_REASON) if is_staff else (ANOTHER, OTHERS_REASON)
        return Span(start=start, end=end, shown=shown, reason=reason, kind="staff" if is_staff else kind)

    def look_up(self, values: Iterable[Any]) -> None:
        """Ask whose the addresses and names in several texts are, at once: one by one each is a query."""
        words = [value for value in values if isinstance(value, str)]
        self._look_up_names(words)
        texts = (value for value in words if "@" in value)
        addresses = {found.casefold() for text in texts for found in ADDRESS.findall(text)}
        unknown = [a for a in addresses if a not in self._owners and not self.shows(a)]
        owners = blind_index.find_many("email", unknown) if unknown else {}
        for address in unknown:
            owner = owners.get(address)
            self._owners[address] = owner if owner != self.person.person_id else None

    def _look_up_names(self, texts: Iterable[str]) -> None:
        """Know everybody from now on whose full name is in one of the texts, however far from these conversations.

        What is asked for depends on the texts alone; of whoever is found so, nothing but those names is looked for.
        """
        fresh = {hash(text): text for text in texts}
        for seen in self._looked_up & fresh.keys():
            del fresh[seen]
        self._looked_up.update(fresh)
        asked = keys_in(fresh.values()) - self._names
        self._names |= asked
        if not asked:
            return
        before = len(self._by_person)
        for known in directory().named_by(asked, besides=self.person.person_id):
            if known.person_id not in self._by_person:
                self._by_name.add(known.person_id)
                self._add(Other(known=known, is_staff=False))
        if len(self._by_person) > before:
            self._found.clear()
            if len(self._needles):
                self._needles.make_automaton()

    def value(self, value: Any, *, author: uuid.UUID | None = None) -> Any:
        """The same for JSON-like values; what is not text stays."""
        if isinstance(value, str):
            return self.text(value, author=author)
        if isinstance(value, dict):
            return {key: self.value(item, author=author) for key, item in value.items()}
        return [self.value(item, author=author) for item in value] if isinstance(value, list) else value

    def own_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """A row that is the person's own: as it is, unless somebody marked something in it by hand."""
        return values if self.examiner is None else {k: self.own_value(v) for k, v in values.items()}

    def own_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.own_text(value)
        if isinstance(value, dict):
            return {key: self.own_value(item) for key, item in value.items()}
        return [self.own_value(item) for item in value] if isinstance(value, list) else value

    def party(self, party: dict[str, str] | None) -> dict[str, str] | None:
        """A sender or recipient: the person and the workspace are shown, everyone else is covered."""
        if not party or self.shows(party.get("address", "")):
            return party
        known = party.get("address") or party.get("name") or ""
        if self.examiner is not None and not self.examiner.hides_party(known):
            return party
        self.note(OTHERS_REASON)
        return {"name": ANOTHER, "address": ANOTHER}

    def shows(self, address: str) -> bool:
        """Whether an address is the person's own or the workspace's."""
        return fold(address) in self._own or fold(address) in self._ours

    def names_nobody(self, text: str) -> bool:
        """Whether nobody else is named in the text; counts nothing."""
        return not self.find(text)

    def _candidates(self, text: str, author: uuid.UUID | None) -> list[uuid.UUID]:
        line = one_line(text)
        folded = line.lower() if line.isascii() else fold(line)
        haystack = folded + "\n" + "".join(_DIGITS.findall(folded))
        hits = self._needles.iter(haystack) if len(self._needles) else ()
        found = {person for _, persons in hits for person in persons}
        if author in self._by_person and self._by_person[author].may_sign(folded):
            found.add(author)
        return sorted(found, key=str)

    def _owner_of(self, written: str) -> uuid.UUID | None:
        """Whose an address is; None for one that may be shown or that we do not know."""
        address = written.casefold()
        if self.shows(address):
            return None
        if address not in self._owners:
            self.look_up([address])
        return self._owners[address]

    def _far_one(self, person_id: uuid.UUID) -> _Veiled | None:
        """Somebody who is in none of the person's conversations; each is asked for once, and so many at most."""
        if person_id in self._by_person:
            return None
        if person_id not in self._far:
            known = directory().known_as(person_id) if len(self._far) < _FAR else None
            self._far[person_id] = (
                _veiled(_without(known, self._own | self._ours), is_staff=False) if known else None
            )
        return self._far[person_id]

    # -- counting

    def note(self, reason: str, count: int = 1) -> None:
        if count:
            self._notes[reason] += count

    def take_notes(self) -> Counter[str]:
        """What was covered since the last call, by reason."""
        notes, self._notes = self._notes, Counter()
        return notes


def _veiled(known: KnownAs, *, is_staff: bool) -> _Veiled:
    veil = Veil.of(known)
    assert isinstance(veil, Veil), "`of` builds the class it is called on"
    words = tuple(word for name in known.names for word in _words(name) if word)
    return _Veiled(known.person_id, veil, is_staff, words)


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
