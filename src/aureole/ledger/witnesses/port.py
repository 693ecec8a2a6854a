"""What a witness is, and what is shown to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from aureole.kernel.errors import Broken
from aureole.ledger.kept import Leaves


class WitnessAway(Exception):
    """The witness could not be reached; it is asked again with the next checkpoint."""


class WitnessRefused(Exception):
    """The witness does not vouch. Somebody has to look: the sentence says what it said.

    ground  one of GROUNDS: it saw another log than this one, its answer does not fit, or it was never told of this log
    """

    def __init__(self, sentence: str, ground: str = "other_log") -> None:
        super().__init__(sentence)
        self.ground = ground


UNKNOWN = "unknown"
GROUNDS = ("other_log", "unfit", UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """A checkpoint to be shown to a witness.

    note   the signed checkpoint
    shard  its month
    size   its number of entries
    proof  hashes from an earlier size to this one, for a witness that remembers that size
    leaves hashes of the entries from an index on, for a witness that keeps them
    """

    note: str
    shard: str
    size: int
    proof: Callable[[int], list[bytes]]
    leaves: Leaves


class Witness(Protocol):
    """name: of no other witness here. patience: how long a checkpoint may wait for it before somebody should look."""

    name: str
    patience: timedelta

    def show(self, showing: Showing) -> str | None:
        """Its signature line, or "" from a witness that keeps and does not sign; None when it did not take this one.

        Raises WitnessAway, WitnessRefused.
        """
        ...


PATIENCE = timedelta(hours=1)  # of those that are shown every checkpoint, within a minute


MailLetter = Callable[[str, str, str], None]  # recipient, subject, text
_letters: list[MailLetter] = []


def fill_letters(send: MailLetter) -> None:
    """Whoever can send mail says how."""
    _letters[:] = [send]


def letters() -> MailLetter:
    if not _letters:
        raise Broken("ledger_port_empty", "A checkpoint was to be mailed before mail was ready.")
    return _letters[0]
