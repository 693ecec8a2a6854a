from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.ops.cli.output import Json, Report, progress, report

if TYPE_CHECKING:
    from aureole.channels.email.ingestion import Tally
    from aureole.channels.email.models import InboundMail, OutboundMail

Paths = Annotated[
    list[str], typer.Argument(help=".eml files, mbox files, folders of them, or - for standard input.")
]
Mailbox = Annotated[str, typer.Option(help="The address they were sent to. Default: the configured mailbox.")]
Identifier = Annotated[str, typer.Argument(help="The id that `list` shows.")]
Everything = Annotated[bool, typer.Option("--all", help="Every one of them instead of a single one.")]
Optional_ = Annotated[str, typer.Argument(help="The id that `list` shows; or --all.")]


def register(app: typer.Typer) -> None:
    mail = typer.Typer(help="Mail in, mail out, and what was set apart.", no_args_is_help=True)
    mail.command("ingest")(ingest)
    quarantine = typer.Typer(
        help="Mails that could not be read or may not be filed now.", no_args_is_help=True
    )
    quarantine.command("list")(list_quarantine)
    quarantine.command("show")(show_quarantined)
    quarantine.command("retry")(retry_quarantine)
    outbox = typer.Typer(help="Answers on their way.", no_args_is_help=True)
    outbox.command("list")(list_outbox)
    outbox.command("retry")(retry_outbox)
    mail.add_typer(quarantine, name="quarantine")
    mail.add_typer(outbox, name="outbox")
    app.add_typer(mail, name="mail")


def ingest(paths: Paths, mailbox: Mailbox = "", json: Json = False) -> None:
    """Take mails in from files.

    Each mail is sealed and committed before it is read, so none is lost: interrupt this command whenever you like
    and run it again. A mail that is here already is counted and changes nothing. What cannot be read is kept in
    quarantine with the reason (`aureole mail quarantine list`). A reply joins a ticket only when its sender is part
    of that ticket; mail from anybody else opens a ticket of its own.
    """
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.channels.email.ingestion import ingest_files

        with progress("Taking mails in") as step:
            tally = ingest_files(paths, mailbox=mailbox, step=step)
        answer.tell(**tally.as_json())
        _say_tally(answer, tally)


def _say_tally(answer: Report, tally: Tally) -> None:
    answer.say(
        f"{tally.read} read: {tally.accepted} accepted, {tally.duplicates} here already, "
        f"{tally.quarantined} set apart. {tally.tickets_created} new tickets."
    )
    for result in tally.results:
        if result.outcome == "quarantined":
            answer.say(f"  set apart: {result.path} ({result.reason})")


def list_quarantine(json: Json = False) -> None:
    """Mails that were set apart, the oldest first, with the reason. Shows nothing of their content."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.channels.email.quarantine import waiting

        rows = list(waiting())
        answer.tell(mails=[_quarantined(row) for row in rows])
        answer.table(("id", "received", "bytes", "tries", "reason"), [
            (r.id, f"{r.received_at:%Y-%m-%d %H:%M}", r.size, r.attempts, r.get_reason_display()) for r in rows
        ])  # fmt: skip
        if not rows:
            answer.say("Nothing was set apart.")


def _quarantined(row: InboundMail) -> dict[str, Any]:
    return {
        "id": str(row.id), "mailbox": row.mailbox, "received_at": row.received_at.isoformat(), "size": row.size,
        "state": row.state, "reason": row.reason, "attempts": row.attempts,
    }  # fmt: skip


def show_quarantined(mail_id: Identifier, json: Json = False) -> None:
    """Show one mail that was set apart, headers and beginning. Opening it is recorded in the log."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.channels.email.quarantine import open_quarantined
        from aureole.kernel.actor import Actor

        row, raw = open_quarantined(mail_id=_uuid(mail_id), by=Actor.operator())
        source = raw[:20_000].decode("utf-8", "replace")
        answer.tell(**_quarantined(row), source=source)
        answer.say(f"{row.size} bytes, {row.get_reason_display()}\n\n{source[:4000]}")


def retry_quarantine(mail_id: Optional_ = "", every: Everything = False, json: Json = False) -> None:
    """Read it again, after an update or once what stood in the way is gone. If it still cannot be read, it stays."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.channels.email.actions.retry_quarantined import retry_quarantined
        from aureole.channels.email.quarantine import waiting
        from aureole.kernel.actor import Actor

        ids = _chosen(mail_id, every, lambda: [row.id for row in waiting()])
        rows = [retry_quarantined(mail_id=i, by=Actor.operator()) for i in ids]
        accepted = [row for row in rows if row.state == "accepted"]
        answer.tell(retried=len(rows), accepted=len(accepted), mails=[_quarantined(row) for row in rows])
        answer.say(
            f"{len(rows)} read again: {len(accepted)} accepted, {len(rows) - len(accepted)} still apart."
        )


def list_outbox(json: Json = False) -> None:
    """Answers that wait, failed, or of which we do not know whether they arrived."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.channels.email.models import OutboundMail, OutboundState

        rows = list(
            OutboundMail.objects.exclude(state=OutboundState.SENT)
            .select_related("message__ticket").defer("address").order_by("created_at")[:500]
        )  # fmt: skip
        answer.tell(mails=[_outbound(row) for row in rows])
        answer.table(("id", "ticket", "state", "tries", "reason"), [
            (r.id, r.message.ticket.number, r.get_state_display(), r.attempts, r.get_reason_display()) for r in rows
        ])  # fmt: skip
        if not rows:
            answer.say("Nothing waits; everything was handed to the mail server.")


def _outbound(row: OutboundMail) -> dict[str, Any]:
    return {
        "id": str(row.id), "ticket": row.message.ticket.number, "message": str(row.message_id), "state": row.state,
        "reason": row.reason, "attempts": row.attempts,
        "next_at": row.next_at.isoformat() if row.next_at else None,
    }  # fmt: skip


def retry_outbox(mail_id: Optional_ = "", every: Everything = False, json: Json = False) -> None:
    """Send again what failed, waited for a mail server, or may not have arrived. The same bytes leave; with an
    uncertain one the recipient may get it twice, so look first."""
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.channels.email.actions.resend_mail import resend_mail
        from aureole.channels.email.quarantine import stuck_in_outbox
        from aureole.kernel.actor import Actor

        ids = _chosen(mail_id, every, stuck_in_outbox)
        rows = [resend_mail(outbound_id=i, by=Actor.operator()) for i in ids]
        answer.tell(queued=len(rows))
        answer.say(f"{len(rows)} queued again.")


def _chosen(mail_id: str, every: bool, find: Callable[[], list[uuid.UUID]]) -> list[uuid.UUID]:
    if every == bool(mail_id):
        raise typer.BadParameter("Give one id, or --all.")
    return find() if every else [_uuid(mail_id)]


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no id. `list` shows them.") from None
