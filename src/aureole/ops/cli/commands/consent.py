"""`aureole person consent …`: what a person agreed to and what they objected to."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ops.cli.output import Json, report
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.privacy.models import Consent, Objection

Id = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `person find` shows it.")]
Purpose = Annotated[str, typer.Option("--purpose", metavar="CODE", help="A purpose of the data map.")]
Wording = Annotated[
    Path, typer.Option("--wording", metavar="FILE", help="The very words they agreed to, as a text file.")
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the JSON file goes.")]
Version = Annotated[str, typer.Option("--version", metavar="NAME", help="What that text is called.")]
Language = Annotated[str, typer.Option("--language", help="The language of the words: en, de, fr or es.")]
Channel = Annotated[str, typer.Option("--channel", help="portal, email, phone, paper, person or import.")]
Proof = Annotated[str, typer.Option("--proof", help="confirmed, message, signature, witness or record.")]


def register(person: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="What a person agreed and objected to.", rich_markup_mode=None
    )
    person.add_typer(group, name="consent")
    for name, command in (
        ("list", list_all),
        ("records", records),
        ("record", record),
        ("withdraw", withdraw),
        ("object", object_to),
    ):
        group.command(name)(command)


def list_all(person_id: Id, json: Json = False) -> None:
    """Every consent with its words, also those that ended, and every objection. The look is written into the log."""
    with report(json) as answer, instance():
        from django.db import transaction

        from aureole.ledger.record import record as note
        from aureole.people.queries import person_for
        from aureole.privacy.models import Consent, Objection
        from aureole.vault.unlock import unlock

        person = person_for(Actor.operator(), person_id)
        consents = unlock(Consent.objects.filter(person_id=person.id).order_by("given_at", "id"))
        objections = list(Objection.objects.filter(person_id=person.id).order_by("made_at", "id"))
        with transaction.atomic():
            note("people.read", by=Actor.operator(), person=person.id, fields=len(consents) + len(objections))
        answer.tell(
            person=str(person.id),
            consents=[_consent(one) for one in consents],
            objections=[_objection(one) for one in objections],
        )
        for one in consents:
            ended = f"{one.end} {one.ended_at:%Y-%m-%d}" if one.ended_at else "counts"
            answer.say(f"{one.purpose}  {one.version} ({one.language})  {one.given_at:%Y-%m-%d}  {ended}")
        for objection in objections:
            answer.say(f"{objection.purpose}  objected to  {objection.made_at:%Y-%m-%d}")
        if not consents and not objections:
            answer.say("No consent and no objection.")


def records(person_id: Id, out: Out, json: Json = False) -> None:
    """Write every consent as a record in the structure of ISO/IEC TS 27560, for another system or an authority.

    Words, version, language, controller, who else gets data, how to withdraw, and each event. The look is written into
    the log. What the standard leaves open and is not known here is named with the reason.
    """
    with report(json) as answer, instance():
        from django.db import transaction

        from aureole.ledger.record import record as note
        from aureole.people.queries import person_for
        from aureole.privacy.consent.records import consent_records
        from aureole.privacy.export.archive import whole_file
        from aureole.privacy.export.plain import pretty

        person = person_for(Actor.operator(), person_id)
        found = consent_records(person.id)
        with transaction.atomic():
            note("people.read", by=Actor.operator(), person=person.id, fields=len(found["records"]))
        with whole_file(out) as stream:
            stream.write(pretty(found).encode())
        answer.tell(file=str(out), records=len(found["records"]))
        answer.say(f"Written: {out}, {len(found['records'])} consents.")


def _consent(one: Consent) -> dict[str, Any]:
    return {
        "purpose": one.purpose, "wording": str(one.wording), "version": one.version, "language": one.language,
        "channel": one.channel, "proof": one.proof, "given_at": one.given_at.isoformat(),
        "ended_at": one.ended_at.isoformat() if one.ended_at else None, "end": one.end or None,
    }  # fmt: skip


def _objection(one: Objection) -> dict[str, str]:
    return {"purpose": one.purpose, "made_at": one.made_at.isoformat()}


def record(
    person_id: Id,
    purpose: Purpose,
    wording: Wording,
    version: Version,
    channel: Channel,
    proof: Proof,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Note that the person said yes to one purpose: to which words, how, and what shows it (GDPR Art. 7(1)).

    Only purposes that rest on consent take one. The same words twice are one; other words replace it.
    """
    with report(json) as answer, instance():
        from aureole.privacy.consent.actions.record_consent import record_consent

        given = record_consent(
            person_id=person_id, purpose=purpose, wording=_words(wording), version=version, language=language,
            channel=channel, proof=proof, by=Actor.operator(),
        )  # fmt: skip
        answer.tell(id=str(given.id), purpose=given.purpose, given_at=given.given_at.isoformat())
        answer.say(f"Recorded: {given.purpose}, {given.version}.")


def _words(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused(
            "wording_unreadable", f"{file} cannot be read as text in UTF-8. Nothing was stored."
        ) from None


def withdraw(person_id: Id, purpose: Purpose, json: Json = False) -> None:
    """Note that the person took a consent back. What waits to be sent for it is stopped at once.

    GDPR Art. 7(3). The record stays as evidence of what was lawful before, until the person is erased.
    """
    with report(json) as answer, instance():
        from aureole.privacy.consent.actions.withdraw_consent import withdraw_consent

        stopped = withdraw_consent(person_id=person_id, purpose=purpose, by=Actor.operator())
        answer.tell(person=str(person_id), purpose=purpose, stopped=stopped)
        answer.say(f"Withdrawn. Mails stopped: {stopped}.")


def object_to(person_id: Id, purpose: Purpose, json: Json = False) -> None:
    """Note that the person objects to a purpose. What waits to be sent for it is stopped at once.

    GDPR Art. 21. Against direct marketing nothing is weighed. A later consent to the same purpose ends the objection.
    """
    with report(json) as answer, instance():
        from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose

        stopped = object_to_purpose(person_id=person_id, purpose=purpose, by=Actor.operator())
        answer.tell(person=str(person_id), purpose=purpose, stopped=stopped)
        answer.say(f"Noted. Mails stopped: {stopped}.")
