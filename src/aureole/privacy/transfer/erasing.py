"""Transfers in an erasure: what is on its way is taken back, what waits here of the same person is destroyed."""

from __future__ import annotations

from collections.abc import Iterator

from aureole.kernel.actor import Actor
from aureole.privacy import ports
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import ArrivedState, ArrivedTransfer, NoticeEvent, SentState, SentTransfer
from aureole.privacy.ports import Count
from aureole.privacy.transfer.arrivals import owners_of_arrival
from aureole.privacy.transfer.closing import close_arrival
from aureole.privacy.transfer.ending import withdraw_sent
from aureole.privacy.transfer.noticing import notify


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
            if sent.delivered_at is not None and sent.state != SentState.REFUSED:
                notify(
                    [sent], NoticeEvent.ERASE, by=Actor.system()
                )  # Art. 19, before nobody knows whose it was
            withdraw_sent(sent, by=Actor.system(), forget=True)
        for arrival in _waiting_of(subject):
            close_arrival(arrival, event="refused", ground="erased", by=Actor.system())
        ArrivedTransfer.objects.filter(person_id=subject.person_id).update(person_id=None)
        return found


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
