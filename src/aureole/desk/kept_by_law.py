"""What an officer should know before orders and returns are erased: a law may want them (GDPR Art. 17(3)(b)).

Retention restricts such tickets by itself until the law lets go. Whoever erases a person decides: the same letters may
lie in the books, and then nothing here has to stay.
"""

from __future__ import annotations

import uuid
from datetime import date

from aureole.desk.models import Ticket
from aureole.desk.verdicts import LETTERS
from aureole.privacy.ports import add_caution
from aureole.privacy.retention.plan import letters_floor, when_on
from aureole.privacy.rights.place import day_of, today


def letters_wanted_by_law(person_id: uuid.UUID) -> list[str]:
    """One sentence, or none; one query where a law is on file for the controller's country, else none."""
    day = today()
    floor = letters_floor(when_on(day).country, day)
    if floor is None:
        return []
    rows = Ticket.objects.filter(requester_id=person_id, type__in=LETTERS).order_by()
    ends = [
        date(day_of(last).year + floor.years + 1, 1, 1)
        for last in rows.values_list("last_message_at", flat=True)
    ]
    wanted = [end for end in ends if end > day]
    if not wanted:
        return []
    what = "1 of their tickets is an order or a return" if len(wanted) == 1 else (
        f"{len(wanted)} of their tickets are orders or returns"
    )  # fmt: skip
    until = max(wanted).isoformat()
    return [
        f"{what}: letters that a law here wants kept until {until} ({floor.article}). Erased, they are gone. If they "
        "lie nowhere else, hold them on the ground of a legal obligation, and the erasure waits; or refuse it on that "
        "ground and restrict the person (GDPR Art. 17(3)(b), 18)."
    ]


def register() -> None:
    add_caution(letters_wanted_by_law)
