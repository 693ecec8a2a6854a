"""Transfers in an erasure: what is on its way is taken back, what waits here of the same person is destroyed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from aureole.kernel.actor import Actor
from aureole.privacy import ports
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import (
    ArrivedNotice,
    ArrivedState,
    ArrivedTransfer,
    NoticeEvent,
    NoticeOutcome,
    RequestKind,
    RequestState,
    RightsRequest,
    SentTransfer,
)
from aureole.privacy.ports import Count
from aureole.privacy.transfer.arrivals import owners_of_arrival
from aureole.privacy.transfer.closing import close_arrival
from aureole.privacy.transfer.ending import withdraw_sent
from aureole.privacy.transfer.noticed import decide
from aureole.privacy.transfer.noticing import may_hold, notify


class Transfers:
    """Receipts stay, because they show where the person went; they name nobody."""

    name = "privacy.transfers"

    def count(self, subject: Subject) -> list[Count]:
        return [
            Count(
                place="privacy_sent_transfer", label="Transfers to other controllers",
                count=SentTransfer.objects.filter(person_id=subject.person_id).count(),
                how="taken back where nobody decided; receipts stay and name nobody", bookkeeping=True,
            ),
            Count(
                place="privacy_arrived_transfer", label="Transfers from other controllers",
                count=ArrivedTransfer.objects.filter(person_id=subject.person_id).count()
                + sum(1 for _ in _waiting_of(subject)),
                how="destroyed where nobody decided; receipts stay and name nobody", bookkeeping=True,
            ),
        ]  # fmt: skip

    def run(self, subject: Subject) -> list[Count]:
        found = self.count(subject)
        rows = SentTransfer.objects.select_for_update(of=("self",)).filter(person_id=subject.person_id)
        for sent in rows.select_related("peer"):
            if may_hold(sent):  # Art. 19, before nobody knows whose it was
                notify([sent], NoticeEvent.ERASE, by=Actor.system(), request_id=_request_of(subject))
            withdraw_sent(sent, by=Actor.system(), forget=True)
        for arrival in _waiting_of(subject):
            close_arrival(arrival, event="refused", ground="erased", by=Actor.system())
        arrived = ArrivedTransfer.objects.filter(person_id=subject.person_id)
        list(arrived.select_for_update(of=("self",)).only("id"))
        for notice in ArrivedNotice.objects.filter(arrival__in=arrived, outcome="").select_for_update(
            of=("self",)
        ):
            decide(
                notice, NoticeOutcome.ACTED, by=Actor.system()
            )  # whatever was to be done, they are gone now
        arrived.update(person_id=None)
        return found


def _request_of(subject: Subject) -> uuid.UUID | None:
    """The request that this erasure answers, if any."""
    rows = RightsRequest.objects.filter(
        person_id=subject.person_id, kind=RequestKind.ERASURE, state=RequestState.EXECUTING
    )
    return rows.values_list("pk", flat=True).first()


def _waiting_of(subject: Subject) -> Iterator[ArrivedTransfer]:
    """Packages that wait and have an address of theirs: few, whatever the size of the instance."""
    waiting = ArrivedTransfer.objects.filter(state=ArrivedState.ARRIVED).select_related(
        "known_as", "file", "peer"
    )
    for arrival in waiting:
        if subject.person_id in owners_of_arrival(arrival):
            yield arrival


def register() -> None:
    ports.add_erasure_step(Transfers())
