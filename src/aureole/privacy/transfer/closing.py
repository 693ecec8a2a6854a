"""How an arrival ends: signed, told to the sender, and what it held destroyed unless it was taken in."""

from __future__ import annotations

import uuid
from functools import partial

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.kernel.jobs import store_job
from aureole.ledger.record import record
from aureole.privacy.models import ArrivedNotice, ArrivedPiece, ArrivedState, ArrivedTransfer, NoticeOutcome
from aureole.privacy.transfer import documents
from aureole.privacy.transfer.noticed import decide
from aureole.privacy.transfer.ports import Settled
from aureole.vault.files import delete_files
from aureole.vault.groups import KeyGroup
from aureole.vault.intake import arrival_subject
from aureole.vault.keys import erase_keys


def locked_arrival(arrival_id: uuid.UUID) -> ArrivedTransfer:
    """As it is now, held until the caller's transaction ends. Raises NotFound."""
    rows = ArrivedTransfer.objects.select_for_update(of=("self",)).filter(pk=arrival_id)
    arrival = rows.select_related("peer").first()
    if arrival is None:
        raise NotFound("arrival_not_found", "There is no such package from another instance here.")
    return arrival


def close_arrival(
    arrival: ArrivedTransfer, *, event: str, by: Actor, ground: str = "", settled: Settled | None = None
) -> None:
    """In the caller's transaction, on a row it holds. event: taken_in (with `settled`) or refused (with a ground).

    The key under which it lay is destroyed once that is committed, so that no backup opens it.
    """
    offer = documents.read_offer(arrival.offer)
    arrival.state = ArrivedState.TAKEN_IN if settled else ArrivedState.REFUSED
    arrival.ground, arrival.closed_at = ground, now()
    arrival.person_id = settled.person_id if settled else None
    counts = settled.counts if settled else {}
    arrival.closing = documents.make_receipt(offer, event, ground=ground, counts=counts)
    _empty(arrival)
    arrival.save()
    if settled is None:
        for notice in ArrivedNotice.objects.filter(arrival=arrival, outcome="").select_for_update(
            of=("self",)
        ):
            decide(notice, NoticeOutcome.NOTHING_HELD, by=by)
    if settled:
        record(
            "transfer.taken_in", by=by, person=settled.person_id, new=int(settled.created),
            tickets=counts["tickets"], messages=counts["messages"], files=counts["files"],
        )  # fmt: skip
    else:
        record("transfer.refused", by=by, ground=ground)
    live.touch("transfers")
    store_job("privacy.tell_sender", arrival_id=arrival.id)


def _empty(arrival: ArrivedTransfer) -> None:
    pieces = list(ArrivedPiece.objects.filter(arrival=arrival).select_related("file"))
    files = [piece.file for piece in pieces]
    files += [file for file in (arrival.file, arrival.known_as) if file is not None]
    arrival.file = arrival.known_as = None
    arrival.save(update_fields=["file", "known_as"])
    ArrivedPiece.objects.filter(arrival=arrival).delete()
    delete_files(files)
    transaction.on_commit(partial(destroy_key, arrival.id), robust=True)


def destroy_key(arrival_id: uuid.UUID) -> int:
    """Again it does nothing."""
    return erase_keys(arrival_subject(arrival_id), list(KeyGroup))
