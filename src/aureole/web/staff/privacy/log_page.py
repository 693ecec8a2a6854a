"""The log: what it says, whether it still is what it was, and who else says so."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.errors import NotFound
from aureole.ledger.asking import ask_audit, audit_is_waiting
from aureole.ledger.checkpoints import bring_up_to_date, latest_checkpoint, log_key
from aureole.ledger.models import Audit, Shard, SignedCheckpoint, Unplaced, WitnessRefusal
from aureole.ledger.proofs import prove_entry, with_cosignatures
from aureole.ledger.verifier import write_proof
from aureole.ledger.witnesses.named import witnesses
from aureole.ledger.witnesses.showing import refusing_witnesses, silent_witnesses, vouched_by
from aureole.people.queries import the_owner_of
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.downloads import as_download
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.log_entries import entry_page, read_asked, type_choices
from aureole.web.staff.privacy.who import agent_names
from aureole.web.ui.ages import say_ago

_AUDITS = 10


@require_safe
def show_log(request: HttpRequest) -> HttpResponse:
    """?type= ?person= ?agent= are codes and ids; older entries by ?below=."""
    require(actor_of(request), "privacy.log")
    return _page(request)


def _page(request: HttpRequest, *, typed: str = "", refusal: str = "") -> HttpResponse:
    """`typed` is an address that nobody here has, `refusal` the sentence about it."""
    asked = read_asked(request.GET.dict())
    audits = list(Audit.objects.order_by("-at")[:_AUDITS])
    refused = {refusal.witness: refusal for refusal in reversed(refusing_witnesses())}
    silent = silent_witnesses()
    newest = SignedCheckpoint.objects.order_by("-shard_id", "-size").first()
    context = {
        "asked": asked,
        "page": entry_page(asked),
        "types": type_choices(),
        "agents": sorted(agent_names().items(), key=lambda one: one[1]),
        "sentence": _sentence(audits[0] if audits else None),
        "holds": bool(audits) and not audits[0].problems,
        "broken": bool(audits) and bool(audits[0].problems),
        "audits": [(audit, f"{audit.took_ms / 1000:.1f}") for audit in audits],
        "newest": newest,
        "key": log_key(),
        "is_checking": audit_is_waiting(),
        "witnesses": [_witness(one.name, refused) | {"is_late": one.name in silent} for one in witnesses()],
    }
    context |= frame_context(actor_of(request), "log") | {"typed": typed, "refusal": refusal}
    return render(request, "privacy/log.html", context, status=422 if refusal else 200)


def _sentence(last: Audit | None) -> str:
    placed = sum(Shard.objects.filter(retired_at=None).values_list("size", flat=True))
    count = placed + Unplaced.objects.count()
    entries = ngettext("%(count)s entry", "%(count)s entries", count) % {"count": f"{count:,}"}
    if last is None:
        return _("%(entries)s; not verified yet. Aureole does it every hour.") % {"entries": entries}
    ago = say_ago(last.at)
    if last.problems:
        found = ngettext("%(count)d place", "%(count)d places", len(last.problems)) % {
            "count": len(last.problems)
        }
        return _("The log does not hold: verified %(ago)s, %(places)s do not fit.") % {
            "ago": ago,
            "places": found,
        }
    whole = _("%(entries)s; verified %(ago)s, and all of it is what it was.") % {
        "entries": entries,
        "ago": ago,
    }
    if not last.unjudged:
        return whole
    return f"{whole} " + ngettext(
        "%(count)d file from outside could not be judged.", "%(count)d files from outside could not be judged.",
        last.unjudged,
    ) % {"count": last.unjudged}  # fmt: skip


_REFUSALS = {
    "other_log": _l("it saw another log than this one. Verify the log against its checkpoint."),
    "unfit": _l("what it answers or keeps does not fit its key or the form of a checkpoint."),
    "unknown": _l("it does not know this log yet; its operator lets it in with “aureole ledger vouch”."),
}


def _witness(name: str, refused: Mapping[str, WitnessRefusal]) -> dict[str, Any]:
    """How far it vouches, against what the log has by now, and what it refused."""
    word, refusal = vouched_by(name), refused.get(name)
    said = {"refusal": refusal, "refused": _REFUSALS[refusal.ground]} if refusal else {}
    if word is None:
        return {"name": name, "word": None} | said
    shard, size = word.checkpoint.shard, word.checkpoint.size
    return {
        "name": name,
        "word": word,
        "month": shard.name,
        "size": size,
        "of": shard.size,
        "signs": bool(word.line),
    } | said


@require_POST
def check_now(request: HttpRequest) -> HttpResponse:
    """Have the worker read every entry and hold it against everything that was signed. The page follows."""
    require(actor_of(request), "privacy.log")
    ask_audit()
    return redirect(f"{reverse('privacy:log')}#checking")


@require_safe
def show_checking(request: HttpRequest) -> HttpResponse:
    """For an open page: whether it is still being verified; once it is not, the page is loaded again."""
    require(actor_of(request), "privacy.log")
    if audit_is_waiting():
        return render(request, "privacy/_checking.html", {"is_checking": True})
    answer = HttpResponse()
    answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
def find_in_log(request: HttpRequest) -> HttpResponse:
    """From an address to the id it leads to: what was typed stands in no address line."""
    require(actor_of(request), "privacy.log")
    typed = request.POST.get("address", "")
    try:
        person_id = the_owner_of(typed)
    except NotFound as refusal:
        return _page(request, typed=typed, refusal=refusal.sentence)
    return redirect(f"{reverse('privacy:log')}?{urlencode({'person': str(person_id)})}")


@require_safe
def download_checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest one as a C2SP signed note, with what witnesses signed below it."""
    require(actor_of(request), "privacy.log")
    bring_up_to_date()
    newest = latest_checkpoint()
    return _text(with_cosignatures(newest), f"checkpoint-{newest.shard_id}-{newest.size}.txt")


@require_safe
def download_proof(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The proof that an entry is in the log, as a C2SP tlog-proof file."""
    require(actor_of(request), "privacy.log")
    return _text(write_proof(prove_entry(uid)), f"{uid}.tlog-proof")


def _text(content: str, name: str) -> HttpResponse:
    return as_download(content, name, kind="text/plain; charset=utf-8")
