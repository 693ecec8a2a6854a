"""`aureole consultation …`: prior consultations of the supervisory authority and its clock (GDPR Art. 36)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.days import day_at
from aureole.ops.cli.output import Json, Report, report
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from datetime import date

    from aureole.privacy.models import Consultation

DAY = "YYYY-MM-DD"
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="As `consultation list` shows it.")]
Authority = Annotated[str, typer.Option("--authority", help="Which authority.")]
About = Annotated[
    str, typer.Option("--about", help="Which processing, and why the risk stays high; name nobody.")
]
Reference = Annotated[str, typer.Option("--reference", help="What the authority calls it.")]
Sent = Annotated[str, typer.Option("--sent", metavar=DAY, help="The day it was sent.")]
Received = Annotated[
    str | None,
    typer.Option("--received", metavar=DAY, help="The day it arrived; default: the day it was sent."),
]
On = Annotated[str | None, typer.Option("--on", metavar=DAY, help="The day; default: today.")]
Reason = Annotated[str, typer.Option("--reason", help="The authority's reasons; name nobody.")]
Asked = Annotated[str, typer.Option("--asked", help="What the authority wants to know; name nobody.")]
End = Annotated[str, typer.Argument(metavar="END", help="advice, clear, powers or withdrawn.")]
Said = Annotated[str, typer.Option("--answer", help="What the authority said; name nobody.")]
Ended = Annotated[bool, typer.Option("--all", help="Those that ended too.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="Prior consultations of the authority.", rich_markup_mode=None
    )
    app.add_typer(group, name="consultation")
    commands = (
        ("record", record), ("list", list_all), ("extend", extend), ("pause", pause), ("resume", resume), ("end", end),
    )  # fmt: skip
    for name, command in commands:
        group.command(name)(command)


def record(
    authority: Authority, about: About, sent: Sent, received: Received = None, reference: Reference = "",
    by: By = None, json: Json = False,
) -> None:  # fmt: skip
    """Enter a consultation in the register: the authority's time to answer runs."""
    with report(json) as answer, instance():
        from aureole.privacy.consulting.actions.record_consultation import record_consultation

        consultation = record_consultation(
            authority=authority, about=about, sent_on=_day(sent), received_on=_day(received) if received else None,
            reference=reference, by=acting(by, "privacy.consult"),
        )  # fmt: skip
        _tell(answer, consultation)


def list_all(ended: Ended = False, json: Json = False) -> None:
    """Open ones, the first received first."""
    with report(json) as answer, instance():
        from aureole.privacy.consulting.register import consultations

        found = [*consultations(), *(consultations(ended=True) if ended else ())]
        told = [_brief(one) for one in found]
        answer.tell(consultations=told)
        answer.table(
            ("No.", "Authority", "Answer due", "Days left", "State", "About"),
            [
                (b["number"], b["authority"], b["due_on"], b["days_left"], b["state"], b["about"][:60])
                for b in told
            ],
        )
        if not found:
            answer.say("The authority is asked about nothing now.")


def extend(number: Number, reason: Reason, on: On = None, by: By = None, json: Json = False) -> None:
    """Note that the authority takes longer, on the day it said so."""
    with report(json) as answer, instance():
        from aureole.privacy.consulting.actions.extend_consultation import extend_consultation

        extend_consultation(
            consultation_id=_named(number).id,
            announced_on=_day(on),
            reason=reason,
            by=acting(by, "privacy.consult"),
        )
        _tell(answer, _named(number))


def pause(number: Number, asked: Asked, on: On = None, by: By = None, json: Json = False) -> None:
    """Note that the authority asked for information: its time stands still."""
    with report(json) as answer, instance():
        from aureole.privacy.consulting.actions.pause_consultation import pause_consultation

        pause_consultation(
            consultation_id=_named(number).id,
            asked_on=_day(on),
            asked=asked,
            by=acting(by, "privacy.consult"),
        )
        _tell(answer, _named(number))


def resume(number: Number, on: On = None, by: By = None, json: Json = False) -> None:
    """Note that the authority has what it asked for: its time goes on."""
    with report(json) as answer, instance():
        from aureole.privacy.consulting.actions.resume_consultation import resume_consultation

        resume_consultation(
            consultation_id=_named(number).id, given_on=_day(on), by=acting(by, "privacy.consult")
        )
        _tell(answer, _named(number))


def end(
    number: Number, how: End, answered: Said = "", on: On = None, by: By = None, json: Json = False
) -> None:
    """Note how it ended. It stays in the register."""
    with report(json) as answer, instance():
        from aureole.privacy.consulting.actions.end_consultation import end_consultation

        end_consultation(
            consultation_id=_named(number).id, end=how, ended_on=_day(on), answer=answered,
            by=acting(by, "privacy.consult"),
        )  # fmt: skip
        _tell(answer, _named(number))


def _named(number: int) -> Consultation:
    from aureole.privacy.consulting.register import consultation_numbered

    return consultation_numbered(number)


def _day(text: str | None) -> date:
    from aureole.privacy.rights.place import today

    return day_at(text) if text else today()


def _brief(one: Consultation) -> dict[str, Any]:
    from aureole.privacy.consulting.register import line_of

    line = line_of(one)
    state = one.end or ("waits" if line.is_waiting else "late" if line.days_left < 0 else "running")
    return {
        "number": one.number, "authority": one.authority, "about": one.about, "reference": one.reference,
        "sent_on": one.sent_on.isoformat(), "received_on": one.received_on.isoformat(), "state": state,
        "due_on": line.due_on.isoformat(), "due_on_strict": line.due_on_strict.isoformat(), "days_left": line.days_left,
        "extended_on": one.extended_on.isoformat() if one.extended_on else None,
        "ended_on": one.ended_on.isoformat() if one.ended_on else None, "answer": one.answer,
    }  # fmt: skip


def _tell(answer: Report, one: Consultation) -> None:
    told = _brief(one)
    answer.tell(**told)
    answer.say(
        f"No. {told['number']}: {told['state']}, answer due {told['due_on']}, {told['days_left']} days left."
    )
