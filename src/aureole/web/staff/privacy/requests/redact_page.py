"""Others in the answer to a request: one place after the other, hidden or kept. Works by keys and without script."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, NotPermitted, Refused
from aureole.kernel.ids import id_in
from aureole.ledger.record import record
from aureole.people.queries import first_name
from aureole.privacy.models import (
    AnswerHit,
    AnswerReading,
    Decision,
    HitStanding,
    RequestState,
    RightsRequest,
)
from aureole.privacy.redaction.actions.decide_hit import decide_hit
from aureole.privacy.redaction.actions.mark_passage import mark_passage
from aureole.privacy.redaction.actions.read_answer import read_answer
from aureole.privacy.redaction.actions.take_back_decision import take_back_decision
from aureole.privacy.redaction.deciding import reading_of
from aureole.privacy.redaction.examining import Digests
from aureole.privacy.redaction.reading_answer import ANSWERS
from aureole.privacy.redaction.reasons import BY_DEFAULT, REASONS, default_for
from aureole.privacy.rights.queue import request_named
from aureole.staff.permissions import may, require
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock
from aureole.web.actor import actor_of
from aureole.web.doing import doing_named
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.privacy.requests import sayings
from aureole.web.staff.privacy.requests.redact_rows import hit_lines, open_row

PER_PAGE = 30
_OPEN = Q(decision="") & ~Q(standing=HitStanding.RULE)
SHOWS: dict[str, Q] = {
    "open": _OPEN,
    "decided": ~Q(decision=""),
    "rule": Q(decision="", standing=HitStanding.RULE),
    "all": Q(),
}


def counts(request_id: uuid.UUID) -> dict[str, int]:
    """How many hits each tab has, how many of them stop a release (`doubtful`), and how many go out: `kept`, and of
    those the files that no program could search (`unsearched`). One query."""
    doubtful = Q(decision="", standing=HitStanding.DOUBTFUL)
    asked = {name: Count("id", filter=which) for name, which in SHOWS.items() if which}
    asked["kept"] = Count("id", filter=Q(decision=Decision.KEEP))
    asked["unsearched"] = Count("id", filter=Q(decision=Decision.KEEP, kind="unread"))
    rows = AnswerHit.objects.filter(request_id=request_id)
    found: dict[str, int] = rows.aggregate(**asked, doubtful=Count("id", filter=doubtful), all=Count("id"))
    return found


def redact_context(found: RightsRequest) -> dict[str, Any]:
    """For the request's page: where the redaction desk is and what waits there. Nothing where nothing is handed out."""
    if found.kind not in ANSWERS or found.person_id is None or not found.is_open:
        return {}
    if found.state in (RequestState.RECEIVED, RequestState.IDENTITY):
        return {}
    seen = counts(found.id)
    words = _("Redact")
    if seen["open"]:
        words = ngettext("Redact · %(n)d to look at", "Redact · %(n)d to look at", seen["open"]) % {
            "n": seen["open"]
        }
    if found.state == RequestState.APPROVAL:
        words = _("Read what is hidden and what is kept")
    return {"redact_words": words, "redact_seen": seen}


@require_safe
def show_redaction(request: HttpRequest, number: int) -> HttpResponse:
    """?show= a tab, ?page= of its list, ?hit= the place looked at. Each look is a reading of the person's data."""
    return _page(request, _found(request, number))


def _found(request: HttpRequest, number: int) -> RightsRequest:
    require(actor_of(request), "rights.read")
    found = request_named(str(number))
    if found.kind not in ANSWERS or found.person_id is None:
        raise NotFound(
            "redaction_none", "Nothing is handed out for this request, so there is nothing to hide in it."
        )
    return found


def _page(request: HttpRequest, found: RightsRequest, refused: str = "", status: int = 200) -> HttpResponse:
    actor, reading = actor_of(request), reading_of(found.id)
    assert found.person_id is not None, "only requests of somebody known come here"
    person = persons_by_id([found.person_id]).get(found.person_id)
    may_decide = found.state == RequestState.WORKING and may(actor, "rights.handle")
    may_decide = may_decide and actor.person_id != found.person_id
    context = {
        "nav_current": "privacy", "found": found, "reading": reading, "may_decide": may_decide,
        "reference": sayings.say_number(found), "name": first_name(person), "refused": refused,
        "is_early": found.state in (RequestState.RECEIVED, RequestState.IDENTITY),
        "reasons": [(one.code, one.label) for one in REASONS.values()],
    }  # fmt: skip
    if reading is not None:
        context |= _looked_at(request, found, reading, actor, typed=request.POST if refused else None)
    return render(request, "privacy/requests/redact.html", context, status=status)


def _looked_at(
    request: HttpRequest, found: RightsRequest, reading: AnswerReading, actor: Actor, typed: Any
) -> dict[str, Any]:
    asked = typed if typed is not None else request.GET
    seen = counts(found.id)
    show = _show(asked.get("show", ""))
    rows = _rows(found, show)
    hit = _current(found, rows, asked.get("hit", ""))
    page = _paged(rows, hit, asked.get("page", ""))
    digests = Digests(str(reading.salt))
    opened = None
    if hit is not None:
        beside = AnswerHit.objects.filter(request=found, table=hit.table, row_id=hit.row_id)
        opened = open_row(hit, beside, reading.person_id, digests)
    lines = hit_lines(list(page.object_list), reading.person_id, digests)
    if lines or hit:
        with transaction.atomic():
            record(
                "rights.hits_shown", by=actor, person=found.person_id, request=found.number,
                hits=max(len(lines), 1),
            )  # fmt: skip
    return {
        "seen": seen, "show": show, "tabs": _tabs(seen), "page": page, "lines": lines, "hit": hit, "row": opened,
        "remark": (typed or {}).get("remark", "") or _remark(hit),
        "hit_line": hit_lines([hit], reading.person_id, digests)[0] if hit else None,
        "before": _beside(rows, hit, -1), "after": _beside(rows, hit, 1),
        "same": AnswerHit.objects.filter(request=found, value=hit.value).count() if hit else 0,
        "last": _last_decided(found, actor), "default_reason": _default_reason(hit), "sentence": _sentence(seen),
    }  # fmt: skip


def _remark(hit: AnswerHit | None) -> str:
    """What whoever decided wrote beside it."""
    found = unlock([hit])[0].remark if hit is not None else None
    return "" if found is None or isinstance(found, Erased) else str(found)


def _show(name: str) -> str:
    return name if name in SHOWS else "open"


def _rows(found: RightsRequest, show: str) -> QuerySet[AnswerHit]:
    return AnswerHit.objects.filter(SHOWS[show], request=found).order_by("position", "id")


def _current(found: RightsRequest, rows: QuerySet[AnswerHit], wanted: str) -> AnswerHit | None:
    """The one asked for, whatever its tab; else the first of the tab."""
    hit_id = id_in(wanted)
    known = AnswerHit.objects.filter(request=found, pk=hit_id).first() if hit_id else None
    return known or rows.first()


def _paged(rows: QuerySet[AnswerHit], hit: AnswerHit | None, wanted: str) -> Page[AnswerHit]:
    """The page that was asked for; else the one the hit is on."""
    pages = Paginator(rows, PER_PAGE)
    if wanted or hit is None:
        return pages.get_page(wanted)
    ahead = rows.filter(_ahead_of(hit)).count()
    return pages.get_page(ahead // PER_PAGE + 1)


def _ahead_of(hit: AnswerHit) -> Q:
    return Q(position__lt=hit.position) | Q(position=hit.position, id__lt=hit.id)


def _beside(rows: QuerySet[AnswerHit], hit: AnswerHit | None, way: int) -> AnswerHit | None:
    if hit is None:
        return None
    if way < 0:
        return rows.filter(_ahead_of(hit)).last()
    return rows.filter(Q(position__gt=hit.position) | Q(position=hit.position, id__gt=hit.id)).first()


def _last_decided(found: RightsRequest, actor: Actor) -> AnswerHit | None:
    """What this reader decided last, to be undone."""
    mine = AnswerHit.objects.filter(request=found, by_agent=actor.agent_id).exclude(decision="")
    return mine.order_by("-decided_at", "-id").first()


def _default_reason(hit: AnswerHit | None) -> str:
    return hit.reason or default_for(hit.kind) if hit is not None else BY_DEFAULT


def _tabs(seen: dict[str, int]) -> list[tuple[str, str, int]]:
    return [
        ("open", _("To look at"), seen["open"]), ("decided", _("Decided"), seen["decided"]),
        ("rule", _("Staff, by rule"), seen["rule"]), ("all", _("All"), seen["all"]),
    ]  # fmt: skip


def _sentence(seen: dict[str, int]) -> str:
    if seen["doubtful"]:
        words = ngettext(
            "%(n)s place has to be decided before this answer can be prepared.",
            "%(n)s places have to be decided before this answer can be prepared.",
            seen["doubtful"],
        )
        return words % {"n": f"{seen['doubtful']:,}"}
    if seen["open"]:
        words = ngettext(
            "%(n)s place is hidden unless you decide otherwise.",
            "%(n)s places are hidden unless you decide otherwise.",
            seen["open"],
        )
        return words % {"n": f"{seen['open']:,}"}
    return _("Everything is decided.") if seen["all"] else _("Nobody else was found in this answer.")


# ------------------------------------------------------------------ doing


@require_POST
def do_redaction(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """read, decide, undo or mark; a refusal shows the page again with its sentence."""
    found, actor = _found(request, number), actor_of(request)
    require(actor, "rights.handle")
    doing = doing_named(what, _DOINGS)
    try:
        hit = doing(request, found, actor)
    except NotPermitted:
        raise
    except Refused as refusal:
        return _page(request, found, refused=refusal.sentence, status=409)
    asked = {"show": request.POST.get("show", "open")} | ({"hit": str(hit)} if hit else {})
    # The fragment takes the focus to the next place, or to the sentence where none is left; without script, too.
    here = "place" if hit else "main"
    return redirect(f"{reverse('privacy:redact', args=[number])}?{urlencode(asked)}#{here}")


def _read(request: HttpRequest, found: RightsRequest, actor: Actor) -> uuid.UUID | None:
    reading = read_answer(request_id=found.id, by=actor)
    words = ngettext("%(n)d text was read.", "%(n)d texts were read.", reading.texts)
    messages.success(request, words % {"n": reading.texts})
    return None


def _decide(request: HttpRequest, found: RightsRequest, actor: Actor) -> uuid.UUID | None:
    """Then the next of the tab, as it stood before the decision."""
    hit_id, show = _hit_id(request), request.POST.get("show", "open")
    rows = _rows(found, _show(show))
    current = AnswerHit.objects.filter(request=found, pk=hit_id).first()
    everywhere = bool(request.POST.get("everywhere"))
    following = rows.exclude(value=current.value) if everywhere and current else rows
    after = _beside(following, current, 1) or following.exclude(pk=hit_id).first()
    decide_hit(
        request_id=found.id, hit_id=hit_id, decision=request.POST.get("decision", ""), by=actor,
        reason_code=request.POST.get("reason", ""), everywhere=everywhere, remark=request.POST.get("remark", ""),
    )  # fmt: skip
    return after.pk if after is not None else None


def _undo(request: HttpRequest, found: RightsRequest, actor: Actor) -> uuid.UUID | None:
    hit_id = _hit_id(request)
    take_back_decision(request_id=found.id, hit_id=hit_id, by=actor)
    return hit_id


def _mark(request: HttpRequest, found: RightsRequest, actor: Actor) -> uuid.UUID | None:
    """By hand, in the row of the hit that is looked at."""
    hit = AnswerHit.objects.filter(request=found, pk=_hit_id(request)).first()
    if hit is None:
        raise NotFound("hit_not_found", "This place is not in the answer any more. Nothing was changed.")
    marked = mark_passage(
        request_id=found.id, table=hit.table, row_id=hit.row_id, passage=request.POST.get("passage", ""), by=actor,
        reason_code=request.POST.get("reason", ""), everywhere=bool(request.POST.get("everywhere")),
    )  # fmt: skip
    words = _(
        "Hidden as marked. Places the search does not know are looked through when the answer is prepared."
    )
    messages.success(request, words)
    return hit.pk if AnswerHit.objects.filter(pk=hit.pk).exists() else marked.pk


def _hit_id(request: HttpRequest) -> uuid.UUID:
    hit_id = id_in(request.POST.get("hit", ""))
    if hit_id is None:
        raise NotFound("hit_not_found", "There is no such place in this answer. Nothing was changed.")
    return hit_id


_DOINGS = {"read": _read, "decide": _decide, "undo": _undo, "mark": _mark}
