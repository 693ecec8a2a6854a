"""`aureole person …`: look up, show, explain, export, consents, restrict, release, twins, merge, plan, erase."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ops.cli import addresses, anonymising, children, twins
from aureole.ops.cli.commands import consent
from aureole.ops.cli.erasing import (
    ApprovedBy,
    CertificateFile,
    Proof,
    approver_at,
    is_under_way,
)
from aureole.ops.cli.output import Json, Report, progress, report, waiting
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.people.models import Identifier, Person
    from aureole.privacy.erasure.plan import Plan
    from aureole.privacy.erasure.run import Outcome

Id = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `person find` shows it.")]
Text = Annotated[str, typer.Argument(help="A name or its beginning, an address, a phone number, an id.")]
Limit = Annotated[int, typer.Option(help="How many at most.", min=1, max=100)]
Out = Annotated[
    Path, typer.Option("--out", metavar="FILE.zip", help="Where the package goes; replaced when there.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why; sealed in the log.")]
Told = Annotated[
    str, typer.Option("--told", metavar="HOW", help="How the person was told, where no letter reaches them.")
]
Anonymise = Annotated[bool, typer.Option("--anonymise", help="The plan of `person anonymise`.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask. It cannot be undone.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="One person's data.", rich_markup_mode=None)
    app.add_typer(group, name="person")
    for name, command in (
        ("find", find), ("show", show), ("explain", explain), ("export", export), ("plan", plan),
        ("erase", erase), ("restrict", restrict), ("release", release),
    ):  # fmt: skip
        group.command(name)(command)
    addresses.register(group)
    anonymising.register(group)
    children.register(group)
    twins.register(group)
    consent.register(group)


# ------------------------------------------------------------------ looking


def find(text: Text, limit: Limit = 20, json: Json = False) -> None:
    """Find persons by name, address or number. Addresses and numbers are found exactly. That some were listed is
    written into the log, without saying who."""
    with report(json) as answer, instance():
        from aureole.people.noting import note_list

        persons = [_brief(person) for person in _found(text, limit)]
        note_list(Actor.operator(), len(persons))
        answer.tell(persons=persons)
        for person in persons:
            values = ", ".join(i["value"] for i in person["identifiers"])
            answer.say(f"{person['id']}  {person['name']}  {person['status']}  {values}")
        if not persons:
            answer.say("Nobody found.")


def _found(text: str, limit: int) -> list[Person]:
    from aureole.people.models import Person
    from aureole.people.queries import owners_of
    from aureole.search.find import find as search
    from aureole.search.find import suggest
    from aureole.vault.unlock import unlock

    by = Actor.operator()
    ids = dict.fromkeys(owners_of(text))
    ids |= dict.fromkeys(hit.id for hit in search(text, actor=by, kinds=["person"], limit=limit).hits)
    ids |= dict.fromkeys(hit.id for hit in suggest(text, actor=by, limit=limit))
    chosen = list(ids)[:limit]
    rows = Person.objects.visible_to(by).filter(pk__in=chosen).prefetch_related("identifiers")
    persons = {person.id: person for person in rows}
    unlock(persons.values(), (i for p in persons.values() for i in p.identifiers.all()))
    return [persons[key] for key in chosen if key in persons]


def _brief(person: Person) -> dict[str, Any]:
    from aureole.people.queries import shown_name

    return {
        "id": str(person.id),
        "name": shown_name(person),
        "status": person.status,
        "identifiers": [_identifier(i) for i in person.identifiers.all()],
    }


def _identifier(identifier: Identifier) -> dict[str, str]:
    return {"kind": identifier.kind, "value": str(identifier.value), "shown": str(identifier.shown)}


def show(person_id: Id, json: Json = False) -> None:
    """A person's record and tickets. That it was looked at is written into the log."""
    with report(json) as answer, instance():
        from django.db import transaction

        from aureole.ledger.record import record
        from aureole.people.queries import person_for

        person = person_for(Actor.operator(), person_id)
        content = _brief(person) | _details(person)
        with transaction.atomic():
            record("people.read", by=Actor.operator(), person=person.id, fields=len(content))
        answer.tell(**content)
        _say_record(answer, content)


def _details(person: Person) -> dict[str, Any]:
    from aureole.desk.models import Ticket

    tickets = Ticket.objects.visible_to(Actor.operator()).filter(requester=person).order_by("number")
    return {
        "pronouns": _text(person.pronouns),
        "postal_address": _text(person.postal_address),
        "language": person.language,
        "time_zone": _text(person.time_zone),
        "organisation": person.organisation.name if person.organisation else None,
        "source": person.source,
        "created_at": person.created_at.isoformat(),
        "tickets": [{"number": t.number, "status": t.status, "messages": t.message_count} for t in tickets],
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _say_record(answer: Report, content: dict[str, Any]) -> None:
    answer.say(f"{content['name']}  ({content['status']})")
    for identifier in content["identifiers"]:
        answer.say(f"  {identifier['kind']}: {identifier['shown']}")
    for key in (
        "pronouns",
        "postal_address",
        "language",
        "time_zone",
        "organisation",
        "source",
        "created_at",
    ):
        if content[key]:
            answer.say(f"  {key.replace('_', ' ')}: {content[key]}")
    answer.say(f"  tickets: {', '.join(str(t['number']) for t in content['tickets']) or 'none'}")


def explain(person_id: Id, json: Json = False) -> None:
    """Everything held about the person: each value with purpose, legal basis, retention and source (Art. 15).

    That it was looked at is written into the log.
    """
    with report(json) as answer, instance():
        from aureole.privacy.data_map import explain as items_of

        items = items_of(person_id, actor=Actor.operator())
        answer.tell(person=str(person_id), items=[item.as_json() for item in items])
        for item in items:
            value = f"({item.withheld})" if item.withheld else item.value
            answer.say(f"{item.table}.{item.field}: {value}")
            answer.say(
                f"    {item.category} · {item.purpose} ({item.article}) · {item.retention}"
                f" · from {item.source}"
            )
        answer.say(f"{len(items)} values.")


# ------------------------------------------------------------------ doing


def export(person_id: Id, out: Out, json: Json = False) -> None:
    """Write the person's package: everything held about them, to read and to take elsewhere (Art. 15, 20).

    Other people's data in it is blacked out and listed. The file can be read by whoever has it: hand it to
    the person only, and delete it then. The export is written into the log.
    """
    with report(json) as answer, instance(), waiting("Exporting"):
        from aureole.privacy.export.package import export_person

        outcome = export_person(person_id, out, by=Actor.operator())
        answer.tell(**outcome.as_json())
        answer.say(f"{outcome.records} records and {outcome.files} files: {out}")
        answer.say(f"SHA-256 {outcome.sha256}")
        twins.say_open(answer, person_id, "what it holds is not in this package")


def restrict(person_id: Id, reason: Reason, json: Json = False) -> None:
    """Keep the person's data and stop using it, until `person release` (GDPR Art. 18).

    Agents do not see them any more, officers do. Nobody answers, corrects or notes anything; their mail is kept
    apart. Their export, an erasure, and what they ask for themselves stay possible.
    """
    with report(json) as answer, instance():
        from aureole.people.actions.restrict_person import restrict_person

        person = restrict_person(person_id=person_id, reason=_given(reason), by=Actor.operator())
        answer.tell(id=str(person.id), status=person.status)
        answer.say("Restricted: kept and not used.")


def release(person_id: Id, reason: Reason, told: Told = "", json: Json = False) -> None:
    """Lift a restriction, after the person was told why by letter (GDPR Art. 18(3)).

    It stays until a letter has left, or --told says how they were told otherwise. Mail that was kept apart is
    taken in then. The reason is what the person reads.
    """
    with report(json) as answer, instance(), waiting("Telling them"):
        from aureole.people.actions.release_person import release_person

        person = release_person(person_id=person_id, reason=_given(reason), by=Actor.operator(), told=told)
        answer.tell(id=str(person.id), status=person.status)
        answer.say("The person was told, and the restriction is lifted.")


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refused("reason_missing", "Say why with --reason. Nothing was changed.")
    return reason


def plan(person_id: Id, anonymise: Anonymise = False, json: Json = False) -> None:
    """What erasing would take, what would stay and why, what stands in the way. Changes nothing.

    With --anonymise, what would stay under a pseudonym, and whether it would single the person out.
    """
    with report(json) as answer, instance(), waiting("Looking"):
        if anonymise:
            anonymising.tell_plan(answer, person_id)
            return
        from aureole.privacy.erasure.plan import make_plan
        from aureole.privacy.ports import cautions

        found = make_plan(person_id)
        warned = cautions(person_id)
        answer.tell(**found.as_json(), cautions=warned)
        _say_plan(answer, found)
        for caution in warned:
            answer.say(f"Look: {caution}")
        twins.say_open(answer, person_id, "it is not part of this plan")


def _say_plan(answer: Report, found: Plan) -> None:
    answer.say("Goes:")
    answer.table(
        ("Place", "Number", "What", "How"), [(c.place, c.count, c.label, c.how) for c in found.erase]
    )
    answer.say("Stays:" if found.keep else "Nothing stays.")
    for kept in found.keep:
        answer.say(f"  {kept.place}: {kept.count}, {kept.article}: {kept.reason}, until {kept.until}")
    for blocker in found.blockers:
        answer.say(f"Blocked: {blocker.reason}")


def erase(
    person_id: Id,
    reason: Reason,
    approved_by: ApprovedBy = None,
    certificate: CertificateFile = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Erase the person everywhere, search for what is left, and write a signed certificate. Cannot be undone.

    Rows, files, index entries, drafts, queued jobs and earlier exports go, the person is blacked out in
    other people's texts, their keys are destroyed. An interrupted erasure goes on where it stopped when
    the command is given again.
    """
    with report(json) as answer, instance() as here:
        approver = approver_at(approved_by)
        proof = Proof.at(certificate, here.env.home)
        if not yes and not is_under_way(person_id, "erase"):
            _confirm(person_id, asking=not json)
        proof.hand_over(answer, _erase(person_id, reason, approver))


def _confirm(person_id: uuid.UUID, *, asking: bool) -> None:
    from aureole.privacy.erasure.plan import make_plan

    if not asking or not sys.stdin.isatty():
        raise Refused(
            "erase_unconfirmed", "Erasing cannot be undone: add --yes if you mean it. Nothing was erased."
        )
    found = make_plan(person_id)
    _say_plan(Report(as_json=False), found)
    if not typer.confirm(f"Erase {found.total} items for good?", err=True):
        raise Refused("erase_unconfirmed", "Nothing was erased.")


def _erase(person_id: uuid.UUID, reason: str, approver: Actor | None) -> Outcome:
    from aureole.privacy.erasure.run import STEP_NAMES, erase_person

    with progress("Erasing") as step:
        return erase_person(
            person_id,
            by=Actor.operator(),
            reason=reason,
            approved_by=approver,
            progress=lambda name: step(STEP_NAMES.index(name) + 1, len(STEP_NAMES)),
        )
