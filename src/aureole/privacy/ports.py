"""What the engine needs from the modules above it; they fill these ports at start-up."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import QuerySet

from aureole.kernel.errors import Broken

if TYPE_CHECKING:
    from aureole.privacy.erasure.redactor import Redactor
    from aureole.privacy.erasure.subject import Subject
    from aureole.privacy.models import Erasure, Hold


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownAs:
    """Everything a person is known by; personal data, so it stays in memory or sealed."""

    person_id: uuid.UUID
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """All of it, longest first, without repeats."""
        every = {*self.names, *self.emails, *self.phones, *self.others} - {""}
        return tuple(sorted(every, key=lambda term: (-len(term), term)))


class PersonDirectory(Protocol):
    """Who people are; filled by the module that keeps persons."""

    def known_as(self, person_id: uuid.UUID) -> KnownAs | None:
        """None when there is no such person (any more)."""
        ...

    def freeze(self, person_id: uuid.UUID) -> bool:
        """Stop new processing: mark as being erased. False when the person is gone already."""
        ...

    def thaw(self, person_id: uuid.UUID) -> None:
        """Take that back: the person is as they were, restricted where they were restricted."""
        ...

    def bearers(
        self, name: str, *, besides: uuid.UUID | None, among: Collection[uuid.UUID] | None = None
    ) -> set[uuid.UUID]:
        """Other persons who bear this very name; of `among` when the index was asked already."""
        ...

    def named_by(self, keys: Collection[str], *, besides: uuid.UUID) -> list[KnownAs]:
        """Others who bear one of the full names (`export.naming`), each with those names and nothing else."""
        ...

    def formerly(self, person_id: uuid.UUID) -> list[uuid.UUID]:
        """Records that ended in this person's: their keys open older backups, and their marks stand in the log."""
        ...

    def compared(self, person_id: uuid.UUID) -> list[tuple[str, str]]:
        """Kind and compared form of every address and number of the person."""
        ...

    def readings(self, text: str) -> list[tuple[str, str]]:
        """The same for what somebody typed: everything it can be read as."""
        ...

    def mailbox(self, kind: str, compared: str) -> str:
        """One form for every spelling that is known to reach the same mailbox; the compared form itself elsewhere."""
        ...

    def refuse_use(self, person_id: uuid.UUID) -> None:
        """Raise NotFound for nobody, and Refused for a person whose data may not be used or added to: restricted
        (GDPR Art. 18), anonymised, being erased. Their row stays locked until the caller's transaction ends."""
        ...

    def refuse_consent(self, person_id: uuid.UUID) -> None:
        """Raise as `refuse_use`, and Refused for a child that cannot agree alone and nobody has answered for
        (GDPR Art. 8(1))."""
        ...

    def is_restricted(self, person_id: uuid.UUID) -> bool:
        """Whether their data is kept and not used (GDPR Art. 18). Their row stays locked like that of `refuse_use`."""
        ...

    def exists(self, person_id: uuid.UUID) -> bool: ...

    def described(self, person_id: uuid.UUID) -> tuple[str, ...]:
        """Words about the person besides what they are known by: places, dates, where they belong to."""
        ...

    def make_pseudonym(self, person_id: uuid.UUID, pseudonym: uuid.UUID, since: datetime) -> None:
        """Keep what stays of the person, which names nobody, as somebody else's, there since that month. Repeatable."""
        ...

    def pseudonyms(self) -> QuerySet[Any, uuid.UUID]:
        """Ids of all that were made so, for use in a query."""
        ...

    def restricted(self) -> QuerySet[Any, uuid.UUID]:
        """Ids of all whose data may not be used (GDPR Art. 18), for use in a query."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """So many rows, files or entries at a place ("desk_message", "file store", "search_entry").

    bookkeeping  about the erasure itself: it changes while one is prepared, so it is not part of what is approved
    """

    place: str
    count: int
    label: str = ""
    how: str = ""
    bookkeeping: bool = False


class ErasureStep(Protocol):
    """Work that deleting declared rows cannot do (rows that belong to several persons, queues)."""

    name: str

    def count(self, subject: Subject) -> list[Count]:
        """What `run` would take away."""
        ...

    def run(self, subject: Subject) -> list[Count]:
        """Do it, in the caller's transaction; doing it again finds nothing. Rows to delete may be left to the engine
        (`subject.doomed`), which counts them."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Redaction:
    """One row of somebody else in which the person was blacked out.

    hold  the hold under which the row stays as it is and goes on naming the person: nothing was changed
    """

    place: str
    row_id: uuid.UUID
    person_id: uuid.UUID
    spans: int
    hold: Hold | None = None


class MentionPlace(Protocol):
    """Texts of other people that the search index points at.

    table  whose rows the index calls by that kind; "" for what only belongs to such a row
    """

    kind: str
    table: str

    def redact(self, row_ids: Sequence[uuid.UUID], redactor: Redactor, *, dry: bool) -> list[Redaction]:
        """Open the rows, black out what the redactor finds, save. With `dry` only count."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocker:
    """Why an erasure cannot start now, and what to do about it.

    is_question  somebody has to say what is meant; data whose time is over goes without it
    """

    code: str
    reason: str
    is_question: bool = False


class RestoreStep(Protocol):
    """What must not go on where restored data left off: mail that may have been sent since, sign-ins."""

    name: str

    def run(self) -> list[Count]:
        """Do it, in the caller's transaction; doing it again finds nothing."""
        ...


class FilePlace(Protocol):
    """Files of a person for the export: what each is and where in the package it goes."""

    def files(self, person_id: uuid.UUID) -> Iterator[tuple[str, uuid.UUID]]:
        """(path in the package, SealedFile id); sealed names are opened by the place."""
        ...


class Ending(Protocol):
    """What is done before the rows of an erasure go, or ends together with it: see `add_farewell`, `add_ending`."""

    def __call__(self, erasure: Erasure) -> None: ...


_directory: PersonDirectory | None = None
_steps: dict[str, ErasureStep] = {}
_mention_places: list[MentionPlace] = []
_left_when_held: list[str] = []
_unsearched: list[Callable[[], list[str]]] = []
_blockers: list[Callable[[uuid.UUID], list[Blocker]]] = []
_cautions: list[Callable[[uuid.UUID], list[str]]] = []
_file_places: list[FilePlace] = []
_restore_steps: dict[str, RestoreStep] = {}
_farewells: list[Ending] = []
_endings: list[Ending] = []


def fill_directory(directory: PersonDirectory) -> None:
    global _directory
    _directory = directory


def directory() -> PersonDirectory:
    if _directory is None:
        raise Broken("privacy_port_empty", "The privacy engine was used before people were ready.")
    return _directory


def add_erasure_step(step: ErasureStep) -> None:
    _steps[step.name] = step


def erasure_steps() -> tuple[ErasureStep, ...]:
    return tuple(_steps.values())


def add_farewell(farewell: Ending) -> None:
    """The last that can be said to somebody, before their addresses go. Outside of any transaction; it may be said
    twice, should the run break off right after."""
    _farewells.append(farewell)


def farewells() -> tuple[Ending, ...]:
    return tuple(_farewells)


def add_ending(ending: Ending) -> None:
    """In the transaction that ends it; its certificate is signed."""
    _endings.append(ending)


def endings() -> tuple[Ending, ...]:
    return tuple(_endings)


def add_restore_step(step: RestoreStep) -> None:
    _restore_steps[step.name] = step


def restore_steps() -> tuple[RestoreStep, ...]:
    return tuple(_restore_steps.values())


def add_mention_place(place: MentionPlace) -> None:
    _mention_places.append(place)


def mention_places() -> tuple[MentionPlace, ...]:
    return tuple(_mention_places)


def leave_when_held(table: str) -> None:
    """Rows of this table are left as they are while they are held themselves, although they name somebody erased: a
    hold on one stops no erasure of somebody else, which says that it stays."""
    _left_when_held.append(table)


def left_when_held() -> list[str]:
    return list(_left_when_held)


def add_unsearched(unsearched: Callable[[], list[str]]) -> None:
    """Sentences on what of other people's texts nobody could read, for a certificate."""
    _unsearched.append(unsearched)


def unsearched() -> list[str]:
    return [sentence for ask in _unsearched for sentence in ask()]


def add_blocker(blocker: Callable[[uuid.UUID], list[Blocker]]) -> None:
    _blockers.append(blocker)


def blockers(person_id: uuid.UUID) -> list[Blocker]:
    return [found for ask in _blockers for found in ask(person_id)]


def add_caution(caution: Callable[[uuid.UUID], list[str]]) -> None:
    """Sentences for whoever looks at a plan to erase somebody; they stop nothing."""
    _cautions.append(caution)


def cautions(person_id: uuid.UUID) -> list[str]:
    return [sentence for ask in _cautions for sentence in ask(person_id)]


def add_file_place(place: FilePlace) -> None:
    _file_places.append(place)


def file_places() -> tuple[FilePlace, ...]:
    return tuple(_file_places)
