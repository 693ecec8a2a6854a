"""What is held of answers that were read for other people."""

from __future__ import annotations

from aureole.privacy.declare import CODES, holds, keyed, plain, sealed
from aureole.privacy.models import AnswerHit, AnswerReading

_REVIEW = "what was hidden from the answer, how often and why, is told in its letter and its manifest"
holds(
    AnswerReading,
    person="person_id",
    label="Readings of answers for other people",
    purpose="accountability",
    retention="ledger",
    source="made by the program",
    withheld=_REVIEW,
    fields={
        "salt": sealed("system.operations", withheld="a random key"),
        "former": sealed("user.content.private", keys={"remarks": "user.content.private"}, withheld=_REVIEW),
        "told": keyed("user.content.private", withheld="a digest: nothing can be read from it"),
    },
)
holds(
    AnswerHit,
    person="person_id",
    label="Places of answers that were decided about",
    purpose="accountability",
    retention="ledger",
    source="made by the program and by whoever decided",
    withheld=_REVIEW,
    fields={
        "table": plain("system.operations", because="the name of a table"),
        "kind": plain("system.operations", because=CODES),
        "standing": plain("system.operations", because=CODES),
        "spans": plain("system.operations", keys={"*": "system.operations"}, because="pairs of numbers"),
        "value": keyed("user.content.private", withheld="keyed: nothing can be read from it"),
        "text": keyed("user.content.private", withheld="keyed: nothing can be read from it"),
        "remark": sealed("user.content.private", withheld=_REVIEW),
        "decision": plain("system.operations", because=CODES),
        "reason": plain("system.operations", because=CODES),
        "by_kind": plain("system.operations", because=CODES),
    },
)
