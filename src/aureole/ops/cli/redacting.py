"""`aureole rights redactions` and `aureole rights redact`: others in the answer to a request."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli.acting import By, acting, request_at
from aureole.ops.cli.output import Json, Report, report, waiting
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.kernel.actor import Actor
    from aureole.privacy.models import AnswerHit, RightsRequest

Id = Annotated[
    str, typer.Argument(metavar="ID", help="The request's id or number, as `rights list` shows it.")
]
Again = Annotated[bool, typer.Option("--read", help="Read the answer anew first; decisions stay.")]
All = Annotated[bool, typer.Option("--all", help="Also what is decided, and staff hidden by rule.")]
Hit = Annotated[
    str, typer.Option("--hit", metavar="ID", help="Which place, as `rights redactions` shows it; or `doubtful`: "
                      "every place that has to be decided.")
]  # fmt: skip
Hide = Annotated[bool, typer.Option("--hide", help="Hide it.")]
Keep = Annotated[bool, typer.Option("--keep", help="Keep it: it is handed out.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take the decision back.")]
Reason = Annotated[
    str,
    typer.Option(
        "--reason",
        help="Why it is hidden: third_party (default), staff, not_searched, confidence, trade_secret, legal_privilege, "
        "legal_claims, security or not_theirs.",
    ),
]
Everywhere = Annotated[bool, typer.Option("--everywhere", help="All places that read the same.")]
Remark = Annotated[str, typer.Option("--remark", help="Why so, for the evidence; never in the package.")]
Words = Annotated[
    str, typer.Option("--words", help="Hide these words of the text the place is in, marked by hand.")
]


def register(group: typer.Typer) -> None:
    """Into `rights`."""
    group.command("redactions")(redactions)
    group.command("redact")(redact)


def redactions(
    request_id: Id, read: Again = False, every: All = False, by: By = None, json: Json = False
) -> None:
    """List the places of an answer that tell of other people: what has to be decided before it is prepared, and what
    is hidden unless it is kept. The answer is read when nobody has read it yet. Shows personal data."""
    with report(json) as answer, instance(), waiting("Reading"):
        from aureole.privacy.redaction.actions.read_answer import read_answer
        from aureole.privacy.redaction.deciding import reading_of

        found, actor = request_at(request_id), acting(by, "rights.handle")
        if read or reading_of(found.id) is None:
            read_answer(request_id=found.id, by=actor)
        _list(answer, found, actor, every=every)


def _list(answer: Report, found: RightsRequest, actor: Actor, *, every: bool) -> None:
    from django.db import transaction

    from aureole.ledger.record import record
    from aureole.privacy.models import AnswerHit, HitStanding
    from aureole.privacy.redaction.deciding import counts_of, reading_of, undecided
    from aureole.privacy.redaction.showing import found_words

    rows = AnswerHit.objects.filter(request=found).order_by("position", "id")
    hits = list(rows if every else rows.filter(decision="").exclude(standing=HitStanding.RULE))
    words = found_words(found, hits)
    lines = [_told(hit, words[hit.pk]) for hit in hits]
    with transaction.atomic():
        record("rights.hits_shown", by=actor, person=found.person_id, request=found.number, hits=len(hits))
    left = undecided(found.id)
    answer.tell(request=found.number, to_decide=left, counts=counts_of(found.id), hits=lines)
    answer.table(
        ("Place", "What", "Words", "Now", "Reason"),
        [(one["hit"], one["kind"], one["words"], one["decision"] or one["standing"], one["reason"])
         for one in lines],
    )  # fmt: skip
    if not lines:
        reading = reading_of(found.id)
        when = (
            f", as it was read at {reading.read_at:%Y-%m-%d %H:%M} UTC (--read reads it anew)"
            if reading
            else ""
        )
        answer.say(
            f"{'Nobody else was found in this answer' if every else 'Nothing is left to look at'}{when}."
        )
    elif left:
        answer.say(f"{left} marked `doubtful` have to be decided before the answer can be prepared.")


def _told(hit: AnswerHit, words: str) -> dict[str, Any]:
    return {
        "hit": str(hit.id), "kind": hit.kind, "words": words, "table": hit.table, "row": str(hit.row_id),
        "count": hit.places, "standing": hit.standing, "decision": hit.decision,
        "reason": hit.reason, "asked_again": hit.asked_again,
    }  # fmt: skip


def redact(
    request_id: Id,
    hit: Hit,
    hide: Hide = False,
    keep: Keep = False,
    undo: Undo = False,
    reason: Reason = "",
    everywhere: Everywhere = False,
    words: Words = "",
    remark: Remark = "",
    by: By = None,
    json: Json = False,
) -> None:
    """Hide or keep one place of an answer, or take that back. With --words other words of the same text are hidden,
    everywhere they stand."""
    with report(json) as answer, instance():
        if [hide or bool(words), keep, undo].count(True) != 1:
            raise Refused("redact_what", "Give one of --hide, --keep and --undo. Nothing was changed.")
        found, actor = request_at(request_id), acting(by, "rights.handle")
        decision = "keep" if keep else "undone" if undo else "hide"
        if words:
            changed = _mark(found, _hit_id(hit), words, reason, actor)
        else:
            changed = sum(
                _decide(found, one, decision, reason, everywhere, remark, actor) for one in _hits(found, hit)
            )
        from aureole.privacy.redaction.deciding import undecided

        left = undecided(found.id)
        answer.tell(request=found.number, changed=changed, decision=decision, to_decide=left)
        answer.say(f"Changed: {changed}. Still to decide: {left}.")


def _hits(found: RightsRequest, named: str) -> list[uuid.UUID]:
    from aureole.privacy.models import AnswerHit, HitStanding

    if named != "doubtful":
        return [_hit_id(named)]
    rows = AnswerHit.objects.filter(request=found, decision="", standing=HitStanding.DOUBTFUL)
    return list(rows.order_by("position", "id").values_list("pk", flat=True))


def _hit_id(named: str) -> uuid.UUID:
    try:
        return uuid.UUID(named)
    except ValueError:
        raise Refused(
            "hit_unreadable",
            "Give the place as `rights redactions` shows it, or `doubtful`. Nothing was changed.",
        ) from None


def _decide(
    found: RightsRequest,
    hit_id: uuid.UUID,
    decision: str,
    reason: str,
    everywhere: bool,
    remark: str,
    actor: Actor,
) -> int:
    from aureole.privacy.redaction.actions.decide_hit import decide_hit
    from aureole.privacy.redaction.actions.take_back_decision import take_back_decision

    if decision == "undone":
        return take_back_decision(request_id=found.id, hit_id=hit_id, by=actor)
    return decide_hit(
        request_id=found.id,
        hit_id=hit_id,
        decision=decision,
        by=actor,
        reason_code=reason,
        everywhere=everywhere,
        remark=remark,
    )


def _mark(found: RightsRequest, hit_id: uuid.UUID, words: str, reason: str, actor: Actor) -> int:
    from aureole.privacy.redaction.actions.decide_hit import hit_of
    from aureole.privacy.redaction.actions.mark_passage import mark_passage
    from aureole.privacy.redaction.reasons import BY_DEFAULT

    hit = hit_of(found, hit_id)
    mark_passage(
        request_id=found.id, table=hit.table, row_id=hit.row_id, passage=words, by=actor,
        reason_code=reason or BY_DEFAULT,
    )  # fmt: skip
    return 1
