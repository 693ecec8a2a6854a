"""`aureole retention …`: what has run out, and letting it go."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.output import Json, Report, progress, report, waiting
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.privacy.retention.plan import Plan

Approve = Annotated[
    str,
    typer.Option("--approve", metavar="HASH", help="The hash of today's plan, as `retention plan` shows it."),
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=1, help="At most so many tickets and persons for now."),
]
Class = Annotated[str, typer.Argument(metavar="CLASS", help="As `retention show` lists them.")]
Months = Annotated[int, typer.Argument(metavar="MONTHS", help="How long after the class's start.", min=0)]
Type = Annotated[str, typer.Option("--type", help="Only for tickets of this type.")]
ChannelName = Annotated[str, typer.Option("--channel", help="Only for tickets that came by this channel.")]
Label = Annotated[str, typer.Option("--label", help="Only for tickets with this label.")]
BrandCode = Annotated[
    str,
    typer.Option("--brand", metavar="CODE", help="Only for tickets of this brand, as `brand list` shows it."),
]
OrganisationName = Annotated[
    str, typer.Option("--organisation", metavar="NAME", help="Only for people of this organisation.")
]
Why = Annotated[str, typer.Option("--reason", help="Why, in words that name nobody; kept for good.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="How long things are kept, and what has run out.", rich_markup_mode=None
    )
    app.add_typer(group, name="retention")
    for name, command in (
        ("plan", plan), ("run", run), ("show", show), ("set", set_one), ("reset", reset),
    ):  # fmt: skip
        group.command(name)(command)


def plan(json: Json = False) -> None:
    """What has run out, by class and table, and what would become of it. Writes nothing.

    The hash approves this plan, and nothing else, until midnight at the controller's place.
    """
    with report(json) as answer, instance(), waiting("Looking"):
        from aureole.privacy.retention.plan import make_plan

        found = make_plan()
        answer.tell(**found.as_json())
        _say(answer, found)


def _say(answer: Report, found: Plan) -> None:
    answer.table(
        ("Class", "Table", "Erase", "Restrict", "Held", "Kept by law"),
        [(li.class_key, li.table, li.erase, li.restrict, li.held, li.floor) for li in found.lines],
    )
    if not found.lines:
        answer.say("Nothing has run out.")
    for note in found.notes:
        answer.say(note)
    answer.say(f"Hash {found.hash}")
    answer.say(f"Approves this until {found.expires_at:%Y-%m-%d %H:%M %Z}.")


def run(approve: Approve = "", limit: Limit = None, by: By = None, json: Json = False) -> None:
    """Erase and restrict what the approved plan says. Cannot be undone.

    Works in batches, each of which is whole; interrupted, it goes on with `retention run`, for a week without a new
    approval. A legal hold is asked for inside every transaction that deletes. What a law wants kept is restricted:
    staff no longer see it, it goes once the law lets it. Persons of whom nothing is left are erased with certificate.
    """
    with report(json) as answer, instance():
        from aureole.privacy.retention.run import run_retention

        actor, taken = acting(by, "privacy.retention"), 0
        with progress("Erasing") as step:

            def more(count: int) -> None:
                nonlocal taken
                taken += count
                step(taken, taken)

            outcome = run_retention(by=actor, approve=approve, limit=limit, progress=more)
        answer.tell(**outcome.as_json())
        for place, count in sorted(outcome.done.items()):
            answer.say(f"{place}: {count}")
        if not outcome.done:
            answer.say("Nothing had to go.")
        if not outcome.finished:
            answer.say("There is more: `aureole retention run` goes on.")


def show(json: Json = False) -> None:
    """The periods in force: as declared, what was set instead, and what a law wants kept longer."""
    with report(json) as answer, instance():
        from aureole.privacy.models import RetentionRule
        from aureole.privacy.retention.plan import letters_floor
        from aureole.privacy.rights.place import country, today
        from aureole.privacy.vocabulary import retentions

        rows = [
            {"class": r.key, "start": r.start, "months": r.months, "declared": r.label} for r in retentions()
        ]
        rules = list(
            RetentionRule.objects.filter(ended_at=None)
            .order_by("class_key", "scope", "value")
            .values("class_key", "scope", "value", "months", "reason")
        )
        floor = letters_floor(country(), today())
        answer.tell(classes=rows, rules=rules, floor=asdict(floor) if floor else None)
        answer.table(("Class", "Months", "After"), [(r["class"], r["months"], r["start"]) for r in rows])
        for rule in rules:
            what = _what(rule["scope"], rule["value"])
            answer.say(f"Instead, {rule['class_key']}, {what}: {rule['months']} months. {rule['reason']}")
        if floor:
            checked = (
                f"checked: {floor.checked}"
                if floor.checked
                else "not checked against the text by anybody yet"
            )
            answer.say(f"Orders and returns, at least {floor.years} years: {floor.article} ({checked}).")


def _what(scope: str, value: str) -> str:
    """ "brand Fjell Outdoor": labels, organisations and brands by their names."""
    from aureole.privacy.retention.ports import scopes

    if not scope:
        return "all of it"
    known = scopes().get(scope)
    called = known.names([value]).get(value, "") if known and scope not in ("type", "channel") else value
    return f"{scope} {called or value}"


def set_one(
    name: Class,
    months: Months,
    reason: Why,
    type_: Type = "",
    channel: ChannelName = "",
    label: Label = "",
    organisation: OrganisationName = "",
    brand: BrandCode = "",
    by: By = None,
    json: Json = False,
) -> None:
    """Keep a class for another time, or only what is of one type, channel, brand, label or organisation.

    The narrowest rule counts: label, organisation, brand, type, channel, then the class.
    """
    _set(
        name,
        months,
        reason,
        _scope(type=type_, channel=channel, label=label, organisation=organisation, brand=brand),
        by,
        json,
    )


def reset(
    name: Class,
    reason: Why,
    type_: Type = "",
    channel: ChannelName = "",
    label: Label = "",
    organisation: OrganisationName = "",
    brand: BrandCode = "",
    by: By = None,
    json: Json = False,
) -> None:
    """Go back to what is declared."""
    _set(
        name,
        None,
        reason,
        _scope(type=type_, channel=channel, label=label, organisation=organisation, brand=brand),
        by,
        json,
    )


def _scope(**given: str) -> tuple[str, str]:
    """The one that was given, as scope and what was typed."""
    chosen = [(scope, value) for scope, value in given.items() if value]
    if len(chosen) > 1:
        raise Refused(
            "retention_scope",
            "Give one of type, channel, brand, label and organisation. Nothing was changed.",
        )
    return chosen[0] if chosen else ("", "")


def _set(
    name: str, months: int | None, reason: str, where: tuple[str, str], by: str | None, json: bool
) -> None:
    with report(json) as answer, instance():
        from aureole.desk.brands import brand_coded
        from aureole.privacy.retention.actions.set_rule import set_rule
        from aureole.privacy.retention.ports import scopes

        scope, typed = where
        choices = scopes()[scope].choices() if scope else {}
        value = next((code for code, words in choices.items() if typed in (code, words)), typed)
        if scope == "brand":
            value = str(brand_coded(typed).pk)
        actor: Actor = acting(by, "privacy.retention")
        set_rule(class_key=name, months=months, reason=reason, scope=scope, value=value, by=actor)
        answer.tell(**{"class": name, "scope": scope, "value": value, "months": months})
        answer.say(f"{name}: {months} months." if months is not None else f"{name}: as declared.")
