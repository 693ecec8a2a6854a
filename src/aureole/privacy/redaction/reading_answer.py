"""Reading an answer for other people: every text that would go out, in the order in which it is read."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.privacy.declare import declarations
from aureole.privacy.export.ports import Held, letter_places
from aureole.privacy.export.shield import Shield
from aureole.privacy.export.shielding import shield_around
from aureole.privacy.export.tables import OwnKeys, batches, row_counts, table_of
from aureole.privacy.models import AnswerHit, AnswerReading, RequestKind, RequestState, RightsRequest
from aureole.privacy.ports import KnownAs, directory
from aureole.privacy.redaction.deciding import examination
from aureole.privacy.redaction.examining import Examination, Hit
from aureole.privacy.redaction.remarks import keep_held_remarks
from aureole.vault.keys import is_fenced
from aureole.vault.unlock import unlock

ANSWERS = (RequestKind.ACCESS, RequestKind.PORTABILITY)


def refuse_unless_redactable(request: RightsRequest, by_person: uuid.UUID | None) -> None:
    """Raises Refused for a request that hands nothing out, is prepared or closed, or is the reader's own."""
    if request.kind not in ANSWERS:
        raise Refused(
            "redaction_kind", "Nothing is handed out for this request, so there is nothing to hide in it."
        )
    if by_person is not None and by_person == request.person_id:
        raise Refused(
            "redaction_own", "Nobody decides about the answer to their own request. Nothing was changed."
        )
    if request.state != RequestState.WORKING:
        raise Refused(
            "redaction_state",
            "What is hidden is decided before the answer is prepared and after identity is established. "
            "Nothing was changed; a prepared answer can be sent back.",
        )


def read_again(request: RightsRequest) -> AnswerReading:
    """Read the answer in the caller's transaction, on a row from `locked`; its hits take the place of earlier ones.

    A decision stays where its text is the same; where that changed, it is asked again. Raises NotFound.
    """
    known = known_of(request)
    reading = _reading(request, known.person_id)
    met = examination(reading, known)
    read(known, shield_around(known, met))
    _keep(request, known.person_id, met)
    reading.texts, reading.read_at = met.texts, now()
    reading.told, reading.told_texts = met.told_hash, met.told_texts
    reading.save(update_fields=["texts", "told", "told_texts", "read_at"])
    return reading


def read_for(request: RightsRequest, by: Actor) -> AnswerReading:
    """The same with its entry in the log: all that is held about the person was read."""
    reading = read_again(request)
    record(
        "rights.answer_read", by=by, person=request.person_id, request=request.number, texts=reading.texts,
        hits=AnswerHit.objects.filter(request=request).count(),
    )  # fmt: skip
    return reading


def read(known: KnownAs, shield: Shield) -> None:
    """Pass everything that an export would hand out through the shield; nothing is written.

    Letters come first, because they are read as conversations.
    """
    person_id = known.person_id
    told_above = {model for place in letter_places() for model in place.models}
    with shield.telling():
        for place in letter_places():
            for _ in place.letters(person_id, shield, Held(told_above)):
                pass
    counts, own, held = iter(row_counts.of(person_id)), OwnKeys(person_id), Held(())
    for declaration in declarations():
        count = next(counts)
        for _ in declaration.references:
            next(counts)
        if not declaration.withheld:
            for _ in batches(table_of(declaration.model), person_id, shield, own, held, count):
                pass
    shield.take_notes()


def known_of(request: RightsRequest) -> KnownAs:
    """Raises NotFound for an erased person."""
    known = directory().known_as(request.person_id) if request.person_id is not None else None
    if known is None or is_fenced(known.person_id):
        raise NotFound("person_not_found", "There is no such person here; they may have been erased already.")
    return known


def _reading(request: RightsRequest, person_id: uuid.UUID) -> AnswerReading:
    found = AnswerReading.objects.filter(request=request).first()
    if found is not None:
        return unlock([found])[0]
    return AnswerReading.objects.create(
        request=request, person_id=person_id, salt=secrets.token_hex(32), read_at=now()
    )


# -- hits met, and hits kept

_KEPT = (
    "position", "kind", "standing", "spans", "text", "decision", "reason", "everywhere", "asked_again", "by_kind",
    "by_agent", "decided_at",
)  # fmt: skip


def _keep(request: RightsRequest, person_id: uuid.UUID, met: Examination) -> None:
    rows = {
        (hit.table, hit.row_id, bytes(hit.value)): hit
        for hit in AnswerHit.objects.select_for_update().filter(request=request)
    }
    fresh, changed = [], []
    for position, (key, hit) in enumerate(met.hits.items()):
        values = _values(hit, position)
        row = rows.pop(key, None)
        if row is None:
            table, row_id, value = key
            fresh.append(
                AnswerHit(
                    request=request, person_id=person_id, table=table, row_id=row_id, value=value, **values
                )
            )
        elif _differs(row, values):
            changed.append(row)
    gone = AnswerHit.objects.filter(pk__in=[row.pk for row in rows.values()])
    if rows:
        keep_held_remarks(gone)
    gone.delete()
    AnswerHit.objects.bulk_create(fresh, batch_size=500)
    AnswerHit.objects.bulk_update(changed, _KEPT, batch_size=500)


def _values(hit: Hit, position: int) -> dict[str, Any]:
    ruling = hit.ruling
    return {
        "position": position, "kind": hit.kind, "standing": str(hit.standing),
        "spans": [list(span) for span in hit.spans], "text": hit.text, "asked_again": hit.asked_again,
        "decision": ruling.decision if ruling else "", "reason": ruling.reason if ruling else "",
        "everywhere": ruling.everywhere if ruling else False, "by_kind": ruling.by_kind if ruling else "",
        "by_agent": ruling.by_agent if ruling else None, "decided_at": ruling.decided_at if ruling else None,
    }  # fmt: skip


def _differs(row: AnswerHit, values: dict[str, Any]) -> bool:
    """Whether the row is another now, and makes it so. What was asked again once stays marked until it is decided."""
    if row.asked_again and not values["decision"]:
        values["asked_again"] = True
    differs = False
    for name, value in values.items():
        former = getattr(row, name)
        if (bytes(former) if name == "text" else former) != value:
            setattr(row, name, value)
            differs = True
    return differs
