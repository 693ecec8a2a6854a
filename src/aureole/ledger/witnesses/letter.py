from __future__ import annotations

from datetime import timedelta

from aureole.kernel.clock import now
from aureole.ledger.models import Cosignature
from aureole.ledger.witnesses.port import PATIENCE, Showing, WitnessAway, letters

_EVERY = timedelta(days=1)
_WORDS = """This is where the processing log stands. Keep this message: with it you, or anybody you give it to,
can find out whether the log was changed later.

    aureole ledger verify --checkpoint FILE     (FILE: the lines below, from the first to the last)

{note}"""


class LetterWitness:
    """A mail to somebody outside the operator's reach, usually the data protection officer: once a day."""

    patience = _EVERY + PATIENCE

    def __init__(self, address: str) -> None:
        self._address = address
        self.name = "letter"

    def show(self, showing: Showing) -> str | None:
        """Only what was in a letter counts as seen: the checkpoints of the day after one wait for the next."""
        recent = Cosignature.objects.filter(
            witness=self.name, checkpoint__shard_id=showing.shard, at__gt=now() - _EVERY
        )
        if recent.exists():
            return None
        subject = f"Checkpoint of the processing log, {showing.shard}: {showing.size} entries"
        try:
            letters()(self._address, subject, _WORDS.format(note=showing.note))
        except OSError as trouble:
            raise WitnessAway from trouble
        return ""
