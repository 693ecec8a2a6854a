"""Taking in many mails and counting what became of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.mail_files import count_files, mails_in
from aureole.channels.email.models import InboundMail, InboundState


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One mail: outcome is accepted, duplicate or quarantined; reason a code, "" where there is none."""

    path: str
    outcome: str
    ticket: int | None
    message: str | None
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path, "outcome": self.outcome, "ticket": self.ticket, "message": self.message,
            "reason": self.reason or None,
        }  # fmt: skip


@dataclass(slots=True)
class Tally:
    """Counts; accepted + duplicates + quarantined = read."""

    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    tickets_created: int = 0
    messages_created: int = 0
    results: list[Result] = field(default_factory=list)

    def add(self, path: str, mail: InboundMail) -> None:
        outcome = _outcome(mail)
        self.read += 1
        self.accepted += outcome == "accepted"
        self.duplicates += outcome == "duplicate"
        self.quarantined += outcome == "quarantined"
        self.messages_created += outcome == "accepted"
        self.tickets_created += outcome == "accepted" and mail.opened_ticket
        self.results.append(_result(path, outcome, mail))

    def as_json(self) -> dict[str, Any]:
        counts = ("read", "accepted", "duplicates", "quarantined", "tickets_created", "messages_created")
        return {
            **{name: getattr(self, name) for name in counts},
            "results": [r.as_json() for r in self.results],
        }


def _outcome(mail: InboundMail) -> str:
    if not mail.settled_just_now:
        return "duplicate"
    return "accepted" if mail.state == InboundState.ACCEPTED else "quarantined"


def _result(path: str, outcome: str, mail: InboundMail) -> Result:
    return Result(
        path=path, outcome=outcome, ticket=mail.ticket.number if mail.ticket else None,
        message=str(mail.message_id) if mail.message_id else None,
        reason=mail.reason,
    )  # fmt: skip


def ingest_files(
    paths: Sequence[str], *, mailbox: str = "", step: Callable[[int, int], None] | None = None
) -> Tally:
    """Take in every mail of these files. Raises Refused for a path that cannot be read; what came before is kept.

    step  called with the number of mails done and the number of files
    """
    total = count_files(paths)
    tally = Tally()
    for found in mails_in(paths):
        mail = receive_mail(raw=found.raw, mailbox=mailbox)
        tally.add(found.path, mail)
        if step:
            step(tally.read, max(total, tally.read))
    return tally
