"""The redaction desk: reading an answer for other people, and marking words in it by hand.

The floor reads the same messages from plain tables and looks for addresses, numbers and the names of everybody nearby
with regular expressions; for a mark it looks for the words in all of them.
"""

from __future__ import annotations

import re
import uuid

from aureole.desk.models import Message
from aureole.kernel.actor import Actor
from aureole.privacy.models import RightsRequest
from aureole.privacy.ports import directory
from aureole.privacy.redaction.actions.mark_passage import mark_passage
from aureole.privacy.redaction.actions.read_answer import read_answer
from aureole.privacy.redaction.actions.take_back_decision import take_back_decision
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.vault.unlock import unlock
from bench.company import Company
from bench.table import Measured
from bench.timing import Race, race

TURNS = 6
_BY = Actor.operator()
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d ()./-]{5,18}\d")
_PAIR = re.compile(r"\b[^\W\d_]\w+ [^\W\d_]\w+")


def measure_redaction(company: Company) -> list[Measured]:
    person_id = company.heavy[-1]
    request = _asked(person_id)
    message, words = _some_words(person_id)
    reading = race(
        TURNS, warm_up=1,
        floor=lambda turn: sum(len(_ADDRESS.findall(text)) for text in _texts(company, person_id)),
        ours=lambda turn: read_answer(request_id=request.id, by=_BY),
    )  # fmt: skip
    _settled(company)
    pairs = {tuple(pair.split()) for text in _texts(company, person_id) for pair in _PAIR.findall(text)}
    names = [" ".join(sorted(word.lower() for word in pair)) for pair in pairs]
    looking = race(
        TURNS, warm_up=1,
        floor=lambda turn: company.floor.session.execute("SELECT 1").fetchall(),
        ours=lambda turn: directory().named_by(names, besides=person_id),
    )  # fmt: skip
    marking = race(
        TURNS, warm_up=1,
        floor=lambda turn: [text for text in _texts(company, person_id) if words in text],
        ours=lambda turn: _mark(request, message, words),
    )  # fmt: skip
    return [
        _line(company, "read an answer for others", reading, "200 messages, 20 files"),
        _line(company, "look up the names in it", looking, f"{len(names):,} pairs of words; floor: nothing"),
        _line(company, "mark words in it and undo", marking, "floor: looks through all of it"),
    ]  # fmt: skip


def _line(company: Company, work: str, run: Race, note: str) -> Measured:
    return Measured(
        work=work,
        size=company.size,
        floor=run.median("floor") * 1000,
        ours=run.median("ours") * 1000,
        note=note,
    )


def _texts(company: Company, person_id: uuid.UUID) -> list[str]:
    rows = company.floor.session.execute(
        "SELECT text FROM floor.desk_message WHERE person_id = %s", [person_id]
    ).fetchall()
    return [str(row[0] if isinstance(row, tuple) else next(iter(dict(row).values()))) for row in rows]


def _settled(company: Company) -> None:
    """As the server's housekeeping leaves the index; in a company made a moment ago it has not come by yet."""
    company.floor.session.execute("SELECT gin_clean_pending_list('public.search_entry_tokens'::regclass)")


def _asked(person_id: uuid.UUID) -> RightsRequest:
    """An open request whose answer may be decided about; made at the first run on a kept company."""
    known = RightsRequest.objects.filter(person_id=person_id, kind="access", closed_at=None).first()
    if known is None:
        known = open_request(kind="access", person_id=person_id, channel="cli", by=_BY)
        vouch_identity(request_id=known.id, how="measured", by=_BY)
    return known


def _some_words(person_id: uuid.UUID) -> tuple[Message, str]:
    message = unlock(Message.objects.filter(person_id=person_id).order_by("-sent_at")[:1])[0]
    return message, " ".join(str(message.text).split()[2:5])


def _mark(request: RightsRequest, message: Message, words: str) -> None:
    marked = mark_passage(
        request_id=request.id, table=message._meta.db_table, row_id=message.id, passage=words, by=_BY
    )
    take_back_decision(request_id=request.id, hit_id=marked.id, by=_BY)
