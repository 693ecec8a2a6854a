"""What was sent and what came, as lists and one by one, with who here might be meant."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, QuerySet

from aureole.kernel.errors import NotFound
from aureole.privacy.models import ArrivedNotice, ArrivedState, ArrivedTransfer, SentNotice, SentTransfer
from aureole.privacy.transfer.ports import Identifier, taker
from aureole.vault.files import read_file


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a package says about whom it is: personal data, opened for whoever decides."""

    name: str
    identifiers: Sequence[Identifier]
    origin: str


def arrivals(*, closed: bool = False, most: int = 200) -> list[ArrivedTransfer]:
    """Those that wait, the oldest first; with `closed` the last that were decided too."""
    rows = ArrivedTransfer.objects.select_related("peer").prefetch_related(
        _notices(ArrivedNotice.objects.all())
    )
    rows = rows.defer("offer", "receipt", "closing")
    waiting = rows.filter(state__in=[ArrivedState.ARRIVING, ArrivedState.ARRIVED]).order_by("created_at")
    found = list(waiting[:most])
    if closed:
        found += rows.filter(closed_at__isnull=False).order_by("-closed_at")[:most]
    return found


def _notices(rows: QuerySet[Any]) -> Prefetch[Any]:
    """Without documents, in their order."""
    return Prefetch("notices", rows.defer("document", "answer", "closing").order_by("created_at"))


def arrival_of(arrival_id: uuid.UUID) -> ArrivedTransfer:
    """Raises NotFound."""
    rows = ArrivedTransfer.objects.select_related("peer", "known_as", "file")
    arrival = rows.filter(pk=arrival_id).first() or rows.filter(transfer_id=arrival_id).first()
    if arrival is None:
        raise NotFound("arrival_not_found", "There is no such package from another instance here.")
    return arrival


def said_of(arrival: ArrivedTransfer) -> Said | None:
    """None for one that is not all there yet, or was decided."""
    if arrival.known_as is None:
        return None
    said = json.loads(read_file(arrival.known_as))
    pairs = tuple((str(kind), str(value)) for kind, value in said["identifiers"])
    return Said(name=said["name"], identifiers=pairs, origin=said["origin"])


def owners_of_arrival(arrival: ArrivedTransfer) -> list[uuid.UUID]:
    """Who here has an address of it."""
    said = said_of(arrival)
    return taker().owners(said.identifiers) if said else []


def sent_transfers(*, most: int = 200) -> list[SentTransfer]:
    """What is under way first, then what ended last. Without documents."""
    rows = SentTransfer.objects.select_related("peer").prefetch_related(_notices(SentNotice.objects.all()))
    rows = rows.defer("offer", "receipt", "closing", "key")
    return list(rows.order_by(F("closed_at").desc(nulls_first=True), "-created_at")[:most])


def transfers_of_request(request_id: uuid.UUID) -> list[SentTransfer]:
    rows = SentTransfer.objects.filter(request_id=request_id).select_related("peer")
    return list(rows.defer("offer", "receipt", "closing", "key").order_by("created_at"))


def documents_named(transfer_id: uuid.UUID) -> dict[str, str]:
    """By file name, of what was sent or came under this id: offer, receipts, notices since and what answered them.

    Raises NotFound.
    """
    sent = SentTransfer.objects.filter(pk=transfer_id).first()
    row = sent or arrival_of(transfer_id)
    parts = {"offer.json": row.offer, "delivered.json": row.receipt, "decided.json": row.closing}
    notices: Iterable[SentNotice | ArrivedNotice] = row.notices.order_by("created_at")
    for number, notice in enumerate(notices, start=1):
        parts |= notice_documents(notice, number)
    return {name: text for name, text in parts.items() if text}


def notice_documents(notice: SentNotice | ArrivedNotice, number: int) -> dict[str, str]:
    """By file name: the notice, that it is there, and what was decided; "" where there is none yet."""
    return {
        f"notice-{number}.json": notice.document, f"acknowledged-{number}.json": notice.answer,
        f"answered-{number}.json": notice.closing,
    }  # fmt: skip
