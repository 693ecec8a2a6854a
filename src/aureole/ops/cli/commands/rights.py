"""`aureole rights …`: requests on the clock, from receipt to evidence."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ops.cli import handing, redacting
from aureole.ops.cli.acting import By, acting, request_at
from aureole.ops.cli.days import day_at
from aureole.ops.cli.output import Json, Report, report, waiting
from aureole.ops.cli.telling_requests import brief_of, tell_request
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.privacy.models import RightsRequest

Anonymise = Annotated[
    bool,
    typer.Option("--anonymise", help="Answer an erasure by keeping the conversations without the person."),
]
Id = Annotated[
    str, typer.Argument(metavar="ID", help="The request's id or number, as `rights list` shows it.")
]
Kind = Annotated[
    str,
    typer.Option(
        "--kind",
        help="access, rectification, erasure, restriction, portability, objection, withdrawal or review.",
    ),
]
PersonId = Annotated[
    uuid.UUID | None, typer.Option("--person", metavar="ID", help="As `person find` shows it.")
]
Words = Annotated[str, typer.Option("--words", help="What was asked; sealed.")]
Received = Annotated[
    str, typer.Option("--received", metavar="YYYY-MM-DD", help="The day it came in; default: today.")
]
Correct = Annotated[
    list[str] | None, typer.Option("--correct", metavar="FIELD=VALUE", help="What is right (rectification).")
]
Purposes = Annotated[
    list[str] | None,
    typer.Option("--purpose", metavar="KEY", help="What is objected to or withdrawn; may be repeated."),
]
Contact = Annotated[
    str, typer.Option("--contact", help="An address that was given; kept to answer, proves nothing.")
]
Language = Annotated[str, typer.Option("--language", help="The person's language: en, de, fr or es.")]
Closed = Annotated[bool, typer.Option("--all", help="Closed ones too.")]
Reason = Annotated[
    str, typer.Option("--reason", help="Why; sealed, and told to the person where the law says so.")
]
Code = Annotated[str, typer.Option("--code", help="The one-time code that the person gave back.")]
How = Annotated[str, typer.Option("--how", help="How identity was established otherwise, in words.")]
Cause = Annotated[
    str, typer.Option("--cause", help="identity or clarification: nothing else may stop the clock.")
]
Ground = Annotated[str, typer.Option("--ground", help="The ground of the refusal, a code that --help lists.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where it goes; replaced when there.")]

WithWords = Annotated[
    bool,
    typer.Option("--with-words", help="Also what the person wrote and the reasons given: personal data."),
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="Requests of persons, on the clock.", rich_markup_mode=None
    )
    app.add_typer(group, name="rights")
    for name, command in (
        ("open", open_one), ("list", list_all), ("show", show), ("verify", verify), ("prepare", prepare),
        ("approve", approve), ("extend", extend), ("pause", pause), ("resume", resume), ("refuse", refuse),
        ("withdraw", withdraw), ("complete", complete),
        ("evidence", evidence), ("letter", letter),
    ):  # fmt: skip
        group.command(name)(command)
    handing.register(group)
    redacting.register(group)


def open_one(
    kind: Kind,
    person: PersonId = None,
    words: Words = "",
    received: Received = "",
    correct: Correct = None,
    purpose: Purposes = None,
    contact: Contact = "",
    language: Language = "en",
    by: By = None,
    json: Json = False,
) -> None:
    """Take a request in. The clock starts on the day it was received, whichever way it came."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.open_request import open_request

        request = open_request(
            kind=kind, person_id=person, words=words, channel="cli", by=_actor(by), language=language,
            received_at=_moment(received), correction=_correction(correct or []), scope=purpose or (),
            contact=contact,
        )  # fmt: skip
        tell_request(answer, request)


def _correction(pairs: list[str]) -> dict[str, str]:
    if any("=" not in pair for pair in pairs):
        raise Refused("correction_form", "Write what is right as name=Ada Lindqvist. Nothing was stored.")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def _moment(day: str) -> Any:
    """The beginning of that day at the controller's place; None for now."""
    from aureole.privacy.rights.place import start_of

    return start_of(day_at(day, safe="Nothing was stored.")) if day else None


def list_all(closed: Closed = False, json: Json = False) -> None:
    """What is open, the most urgent first, and what else waits for the officer (holds to review, children)."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.matters import matters
        from aureole.privacy.rights.queue import requests

        lines = requests(include_closed=closed)
        others = [
            {
                "kind": m.kind,
                "person": str(m.person_id) if m.person_id else None,
                "since": m.since.isoformat(),
                "words": m.words,
            }
            for m in matters()
        ]
        answer.tell(matters=others)
        answer.tell(requests=[brief_of(line.request) for line in lines])
        answer.table(
            ("No", "Right", "State", "Due", "Days left", "Id"),
            [(b["number"], b["kind"], b["state"], b["due_on"], b["days_left"], b["id"])
             for b in (brief_of(line.request) for line in lines)],
        )  # fmt: skip
        if not lines:
            answer.say("No open requests.")
        for other in others:
            who = f" Person {other['person']}" if other["person"] else ""
            answer.say(f"Since {other['since']}: {other['words']}.{who}")


def show(request_id: Id, json: Json = False) -> None:
    """One request: state, clock with and without pauses, every step so far, and what has changed since it was
    prepared."""
    with report(json) as answer, instance():
        found = request_at(request_id)
        tell_request(answer, found)
        _say_changes(answer, found)


def verify(request_id: Id, code: Code = "", how: How = "", by: By = None, json: Json = False) -> None:
    """Establish identity: with the code the person gave back, or in words how else. Without either a code is sent
    to an address on file that the person used themselves; the clock waits until it comes back."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.ask_identity import ask_identity
        from aureole.privacy.rights.actions.prove_identity import prove_identity
        from aureole.privacy.rights.actions.vouch_identity import vouch_identity

        found, actor = request_at(request_id), _actor(by)
        if code:
            found = prove_identity(request_id=found.id, code=code, by=actor)
        elif how:
            found = vouch_identity(request_id=found.id, how=how, by=actor)
        else:
            found = ask_identity(request_id=found.id, by=actor)
        tell_request(answer, found)


def prepare(request_id: Id, anonymise: Anonymise = False, by: By = None, json: Json = False) -> None:
    """Freeze what is going to happen, by its hash, for a second person to look at."""
    with report(json) as answer, instance(), waiting("Counting"):
        from aureole.privacy.rights.actions.prepare_request import prepare_request

        found = request_at(request_id).id
        tell_request(answer, prepare_request(request_id=found, by=_actor(by), anonymise=anonymise))


def approve(request_id: Id, by: By = None, json: Json = False) -> None:
    """Release what was prepared. Somebody else than who prepared it, unless AUREOLE_SECOND_PERSON is off.

    A request that was not prepared yet is prepared by the operator first. With --by AGENT it is released by your word
    that they agreed: timeline, log, certificate and evidence say that you named them and that they did not sign in.
    """
    with report(json) as answer, instance():
        from aureole.privacy.models import RequestState
        from aureole.privacy.rights.actions.approve_request import approve_request
        from aureole.privacy.rights.actions.prepare_request import prepare_request

        found = request_at(request_id)
        if found.state == RequestState.WORKING:
            prepare_request(request_id=found.id, by=Actor.operator())
        with _differences_told(answer, found.id):
            tell_request(answer, approve_request(request_id=found.id, by=_actor(by, "rights.release")))


def extend(request_id: Id, reason: Reason, by: By = None, json: Json = False) -> None:
    """Two more months, once; the person is told why, inside the first month (GDPR Art. 12(3))."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.extend_request import extend_request

        tell_request(
            answer, extend_request(request_id=request_at(request_id).id, reason=reason, by=_actor(by))
        )


def pause(
    request_id: Id, reason: Reason, cause: Cause = "clarification", by: By = None, json: Json = False
) -> None:
    """Stop the clock while the person is asked something; both dates are shown from then on."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.pause_request import pause_request

        tell_request(
            answer,
            pause_request(request_id=request_at(request_id).id, cause=cause, reason=reason, by=_actor(by)),
        )


def resume(request_id: Id, by: By = None, json: Json = False) -> None:
    """The person has answered: the clock goes on."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.resume_request import resume_request

        tell_request(answer, resume_request(request_id=request_at(request_id).id, by=_actor(by)))


def refuse(request_id: Id, ground: Ground, reason: Reason, by: By = None, json: Json = False) -> None:
    """Do nothing and tell the person why (GDPR Art. 12(4)). Grounds: not_the_person, unfounded, excessive,
    nothing_held, legal_duty, legal_claims, expression, others_rights, not_applicable."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.refuse_request import refuse_request

        tell_request(
            answer,
            refuse_request(request_id=request_at(request_id).id, ground=ground, reason=reason, by=_actor(by)),
        )


def withdraw(request_id: Id, by: By = None, json: Json = False) -> None:
    """The person took it back."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.actions.take_back_request import take_back_request

        tell_request(answer, take_back_request(request_id=request_at(request_id).id, by=_actor(by)))


def complete(request_id: Id, reason: Reason = "", by: By = None, json: Json = False) -> None:
    """Carry out what was released, exactly, and close the request. Given again after a crash it goes on."""
    with report(json) as answer, instance(), waiting("Working"):
        from aureole.privacy.rights.actions.complete_request import complete_request

        found, actor = request_at(request_id), _actor(by)
        with _differences_told(answer, found.id):
            tell_request(answer, complete_request(request_id=found.id, by=actor, reason=reason))


def evidence(
    request_id: Id, out: Out, with_words: WithWords = False, by: By = None, json: Json = False
) -> None:
    """Write the evidence of a request as one ZIP file that anybody can check offline: what was asked and when, every
    step with its proof from the log, what was searched, the certificate. It names nobody. With --with-words it also
    holds what the person wrote and the reasons given: personal data, kept out unless you ask."""
    with report(json) as answer, instance(), waiting("Gathering"):
        from aureole.privacy.rights.evidence import evidence_of

        made = evidence_of(request_at(request_id).id, out, by=_actor(by), with_words=with_words)
        answer.tell(**made.as_json())
        answer.say(f"Written: {out}, {made.proofs} of {made.steps} steps proven from the log.")
        answer.say(f"SHA-256 {made.sha256}")
        answer.say(f"Check it anywhere with the verifier.py inside, or: aureole certificate verify {out}")


def letter(request_id: Id, out: Out, json: Json = False) -> None:
    """Write the letter of a refusal or an extension as PDF, in the person's language, to be sent on paper."""
    with report(json) as answer, instance():
        from aureole.privacy.export.archive import whole_file
        from aureole.privacy.rights.printed import letter_pdf

        content = letter_pdf(request_at(request_id).id)
        with whole_file(out) as stream:
            stream.write(content)
        answer.tell(file=str(out), size=len(content))
        answer.say(f"Written: {out}")


# ------------------------------------------------------------------ shared


def _actor(address: str | None, permission: str = "rights.handle") -> Actor:
    return acting(address, permission)


@contextmanager
def _differences_told(answer: Report, request_id: uuid.UUID) -> Iterator[None]:
    """What has changed, line by line, where that is why it is refused."""
    try:
        yield
    except Refused as refusal:
        if refusal.code == "plan_changed":
            _say_changes(answer, request_at(str(request_id)))
        raise


def _say_changes(answer: Report, request: RightsRequest) -> None:
    """Line by line, where what was frozen is not what would be carried out now."""
    from aureole.privacy.rights.plans import changes_since_frozen

    found = changes_since_frozen(request)
    answer.tell(changes=[{"place": d.place, "was": d.was, "now": d.now} for d in found])
    if found:
        answer.say("Changed since it was prepared:")
        answer.table(("What", "Then", "Now"), [(d.label, d.was, d.now) for d in found])
