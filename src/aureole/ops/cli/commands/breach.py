"""`aureole breach …`: the register of breaches, from the first word to the end (GDPR Art. 33, 34)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.kernel.errors import NotFound, Refused
from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.output import Json, report
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from datetime import datetime

    from aureole.kernel.actor import Actor
    from aureole.privacy.models import Breach

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="As `breach list` shows it.")]
MOMENT = "YYYY-MM-DDTHH:MM"
Noticed = Annotated[
    str, typer.Option("--noticed", metavar=MOMENT, help="When somebody was reasonably certain.")
]
Began = Annotated[str | None, typer.Option("--began", metavar=MOMENT, help="When it began, if known.")]
Facts = Annotated[str | None, typer.Option("--facts", help="What happened; name nobody.")]
Effects = Annotated[str | None, typer.Option("--effects", help="What it can lead to.")]
Measures = Annotated[str | None, typer.Option("--measures", help="What is done about it.")]
Contact = Annotated[str | None, typer.Option("--contact", help="Who answers questions: a function.")]
Title = Annotated[str, typer.Option("--title", help="What to call it.")]
Said = Annotated[str, typer.Option("--facts", help="What happened; name nobody.")]
Disclosed = Annotated[bool, typer.Option("--disclosed", help="Data was disclosed.")]
Altered = Annotated[bool, typer.Option("--altered", help="Data was altered.")]
Lost = Annotated[bool, typer.Option("--lost", help="Data was lost.")]
Processor = Annotated[bool, typer.Option("--processor", help="The data is another controller's.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; name nobody.")]
Risk = Annotated[str, typer.Argument(metavar="RISK", help="none, risk or high.")]
Account = Annotated[
    str | None, typer.Option("--account", metavar="EMAIL", help="Whoever this agent's account looked at.")
]
Since = Annotated[str | None, typer.Option("--since", metavar=MOMENT, help="With --account.")]
Until = Annotated[str | None, typer.Option("--until", metavar=MOMENT, help="With --account.")]
Persons = Annotated[
    Path | None,
    typer.Option(
        "--persons", help="A file with one address a line; - reads standard input.", allow_dash=True
    ),
]
Everybody = Annotated[bool, typer.Option("--everybody", help="Everybody on file.")]
Sealed = Annotated[
    bool, typer.Option("--sealed-only", help="Only ciphertext was taken, and none of its keys.")
]
HandedIn = Annotated[str | None, typer.Option("--at", metavar=MOMENT, help="When; default: now.")]
Last = Annotated[bool, typer.Option("--last", help="It is complete: the last report.")]
Delay = Annotated[str, typer.Option("--delay-reason", help="Why the first report is late.")]
Words = Annotated[Path, typer.Argument(metavar="FILE", help="The letter, in plain words, as UTF-8 text.")]
Language = Annotated[str, typer.Option("--language", help="en, de, fr or es.")]
Ground = Annotated[str, typer.Argument(metavar="GROUND", help="sealed, averted or public (Art. 34(3)).")]
Remedy = Annotated[str, typer.Option("--remedy", help="What was done so that it does not happen again.")]
To = Annotated[Path, typer.Option("--to", help="Where the PDF is written.")]
Closed = Annotated[bool, typer.Option("--all", help="Closed ones too.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="The register of breaches.", rich_markup_mode=None)
    app.add_typer(group, name="breach")
    for command in (record, describe, bound, assess, draft, handed_in, tell, excuse, close, show):
        group.command(command.__name__.replace("_", "-"))(command)
    group.command("list")(list_all)


def record(
    title: Title, facts: Said, noticed: Noticed, began: Began = None, disclosed: Disclosed = False,
    altered: Altered = False, lost: Lost = False, processor: Processor = False, by: By = None, json: Json = False,
) -> None:  # fmt: skip
    """Enter a breach in the register: its clock starts and every officer is written to."""
    with report(json) as answer, instance():
        from aureole.privacy.breaches.actions.record_breach import record_breach

        breach = record_breach(
            title=title, facts=facts, noticed_at=_moment(noticed), began_at=_moment(began) if began else None,
            disclosed=disclosed, altered=altered, lost=lost, role="processor" if processor else "controller",
            by=_acting(by),
        )  # fmt: skip
        _tell(answer, breach)


def describe(
    number: Number, facts: Facts = None, effects: Effects = None, measures: Measures = None, contact: Contact = None,
    by: By = None, json: Json = False,
) -> None:  # fmt: skip
    """Say more about it; what was said before stays in its history."""
    with report(json) as answer, instance():
        from aureole.privacy.breaches.actions.describe_breach import describe_breach

        given = {"facts": facts, "effects": effects, "measures": measures, "contact": contact}
        words = {key: text for key, text in given.items() if text is not None}
        _tell(answer, describe_breach(breach_id=_breach(number).id, words=words, by=_acting(by)))


def bound(
    number: Number, account: Account = None, since: Since = None, until: Until = None, persons: Persons = None,
    everybody: Everybody = False, sealed_only: Sealed = False, by: By = None, json: Json = False,
) -> None:  # fmt: skip
    """Say how those affected are found, and find them now."""
    if sum((account is not None, persons is not None, everybody)) != 1:
        raise Refused(
            "breach_scope", "Give one of --account, --persons and --everybody. Nothing was changed."
        )
    with report(json) as answer, instance():
        from aureole.people.queries import the_owner_of
        from aureole.privacy.breaches.actions.bound_breach import bound_breach
        from aureole.privacy.breaches.affected import find

        lines = _read(persons).splitlines() if persons else []
        breach = bound_breach(
            breach_id=_breach(number).id, scope="reads" if account else "persons" if persons else "everybody",
            account=_account(account) if account else None,
            since=_moment(since) if since else None, until=_moment(until) if until else None,
            persons=[the_owner_of(line.strip()) for line in lines if line.strip()], sealed_only=sealed_only,
            by=_acting(by),
        )  # fmt: skip
        find(breach.id)
        _tell(answer, _breach(number))


def assess(number: Number, risk: Risk, reason: Reason, by: By = None, json: Json = False) -> None:
    """Judge what it means for those affected."""
    with report(json) as answer, instance():
        from aureole.privacy.breaches.actions.assess_breach import assess_breach

        _tell(answer, assess_breach(breach_id=_breach(number).id, risk=risk, reason=reason, by=_acting(by)))


def draft(number: Number, to: To, json: Json = False) -> None:
    """Write the report to the authority as it stands now, as PDF."""
    with report(json) as answer, instance():
        from aureole.privacy.breaches.notification import notification_sheet
        from aureole.privacy.export.sheet import as_pdf

        to.write_bytes(as_pdf(notification_sheet(_breach(number))))
        answer.tell(file=str(to))
        answer.say(f"Written to {to}. Hand it in, then note it: aureole breach handed-in {number}")


def handed_in(
    number: Number,
    at: HandedIn = None,
    last: Last = False,
    delay_reason: Delay = "",
    by: By = None,
    json: Json = False,
) -> None:
    """Note that a report was handed in, frozen as it stands now."""
    with report(json) as answer, instance():
        from aureole.privacy.breaches.actions.report_breach import report_breach

        breach = report_breach(
            breach_id=_breach(number).id, handed_in_at=_moment(at) if at else None, is_last=last,
            delay_reason=delay_reason, by=_acting(by),
        )  # fmt: skip
        _tell(answer, breach)


def tell(number: Number, file: Words, language: Language = "en", by: By = None, json: Json = False) -> None:
    """Write to everybody affected, each once."""
    with report(json) as answer, instance():
        from aureole.privacy.breaches.actions.tell_affected import tell_affected

        words = {language: _read(file)}
        _tell(answer, tell_affected(breach_id=_breach(number).id, words=words, by=_acting(by)))


def excuse(number: Number, ground: Ground, reason: Reason, by: By = None, json: Json = False) -> None:
    """Do not write to each person affected, on a ground of the law."""
    with report(json) as answer, instance():
        from aureole.privacy.breaches.actions.excuse_telling import excuse_telling

        _tell(
            answer, excuse_telling(breach_id=_breach(number).id, ground=ground, reason=reason, by=_acting(by))
        )


def close(number: Number, remedy: Remedy, by: By = None, json: Json = False) -> None:
    """Close it, once nothing the law wants is left to do."""
    with report(json) as answer, instance():
        from aureole.privacy.breaches.actions.close_breach import close_breach

        _tell(answer, close_breach(breach_id=_breach(number).id, remedy=remedy, by=_acting(by)))


def show(number: Number, json: Json = False) -> None:
    """All that is known of one breach."""
    with report(json) as answer, instance():
        breach = _breach(number)
        _tell(answer, breach)
        for step in breach.steps.all():
            answer.say(f"{step.at:%Y-%m-%d %H:%M}  {step.what}")


def list_all(closed: Closed = False, json: Json = False) -> None:
    """Open breaches, the first noticed first."""
    with report(json) as answer, instance():
        from aureole.privacy.breaches.register import breaches

        found = [*breaches(), *(breaches(closed=True) if closed else ())]
        answer.tell(breaches=[_brief(breach) for breach in found])
        rows = [
            (b.number, _left(b), "?" if b.persons_found is None else b.persons_found, b.risk or "-", b.title)
            for b in found
        ]
        answer.table(("No.", "Clock", "Affected", "Risk", "What"), rows)


def _acting(address: str | None) -> Actor:
    return acting(address, "privacy.breach")


def _account(address: str) -> Actor:
    """Also one that is not at work any more: that is what is done with an account in wrong hands."""
    from aureole.staff.backend import agent_with_address

    agent = agent_with_address(address)
    if agent is None:
        raise NotFound("agent_not_found", "No agent has the address of --account. Nothing was changed.")
    return agent.actor


def _breach(number: int) -> Breach:
    from aureole.privacy.breaches.register import breach_numbered

    return breach_numbered(number)


def _moment(text: str) -> datetime:
    """At the controller's place, unless it says otherwise."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from django.conf import settings

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("moment_unreadable", f"Write the moment as {MOMENT}. Nothing was changed.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(settings.AUREOLE_TIME_ZONE))


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise Refused(
            "file_unreadable", "The file cannot be read as UTF-8 text. Nothing was changed."
        ) from trouble


def _left(breach: Breach) -> str:
    from aureole.kernel.clock import now
    from aureole.privacy.breaches.register import clock_of, is_ticking

    left = clock_of(breach).left(now())
    if breach.closed_at is not None:
        return "closed"
    if not is_ticking(breach):
        return "reported" if breach.notified_at else "no report needed"
    return "at once" if left is None else f"{left.total_seconds() / 3600:+.0f} h"


def _brief(breach: Breach) -> dict[str, Any]:
    from aureole.privacy.breaches.notification import fields_of
    from aureole.privacy.breaches.register import open_duties

    closed = breach.closed_at.isoformat() if breach.closed_at else None
    return fields_of(breach) | {"title": breach.title, "closed_at": closed, "left_to_do": open_duties(breach)}


def _tell(answer: Any, breach: Breach) -> None:
    from aureole.privacy.breaches.register import TO_DO, clock_of, is_ticking, open_duties

    answer.tell(**_brief(breach))
    due = clock_of(breach).due_at
    answer.say(f"Breach no. {breach.number}: {breach.title} ({_left(breach)})")
    if due is not None and is_ticking(breach):
        answer.say(f"Report to the authority by {due:%Y-%m-%d %H:%M} UTC.")
    if breach.persons_found is not None:
        answer.say(f"Affected: {breach.persons_found}")
    for duty in open_duties(breach):
        answer.say(f"Left to do: {TO_DO[duty]}")
