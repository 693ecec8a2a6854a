"""What an erasure came to, in words: steps while it runs, a receipt when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from aureole.privacy.anonymising.run import STEP
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.erasure.run import STEP_NAMES
from aureole.privacy.models import Erasure, ErasureState, Way
from aureole.web.staff.privacy.account import heading_of, module_of
from aureole.web.ui.protection import Step, StepState

_LABELS = {
    STEP: _l("Taking the person out of their conversations"),
    "rows": _l("Deleting rows, files and index"),
    "mentions": _l("Blacking out the name in others’ texts, emptying the queue"),
    "keys": _l("Destroying keys"),
    "stragglers": _l("Deleting what arrived meanwhile"),
    "proof": _l("Searching for traces, signing the certificate"),
    "done": _l("Destroying the last key"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    label: str
    count: int
    rest: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The certificate in words. `left` is how many places still hold something; it should be none."""

    gone: tuple[Line, ...]
    anonymised: tuple[Line, ...]
    kept: tuple[Line, ...]
    total: int
    left: int
    places: tuple[str, ...]
    searched: tuple[str, ...]
    not_searched: tuple[str, ...]
    keys: tuple[str, ...]
    unreadable_after: datetime | None
    kept_away_until: datetime | None
    entry: int


def steps_of(erasure: Erasure) -> list[Step]:
    """Real steps only: what is noted in the erasure, and what comes next."""
    names = (STEP, *STEP_NAMES) if erasure.way == Way.ANONYMISE else STEP_NAMES
    passed = names.index(erasure.step) + 1 if erasure.step in names else 0
    begun = Step(label=_("Begun, the record is closed"), state="done", when=erasure.created_at)
    return [begun, *(_step(name, place, passed, erasure) for place, name in enumerate(names))]


def _step(name: str, place: int, passed: int, erasure: Erasure) -> Step:
    is_done = erasure.state == ErasureState.DONE or place < passed
    state: StepState = "done" if is_done else "now" if place == passed else "next"
    words = _progress(erasure) if name == "rows" and state != "next" else ""
    when = erasure.finished_at if name == STEP_NAMES[-1] else None
    return Step(label=str(_LABELS.get(name, name)), state=state, words=words, when=when)


def _progress(erasure: Erasure) -> str:
    # What goes with the last key is in the certificate only, so a finished erasure counts from there.
    erased = payload_of(erasure.certificate)["erased"] if erasure.certificate else ()
    done = sum(item["count"] for item in erased) or sum(erasure.done.values())
    planned = sum(item["count"] for item in erasure.plan.get("erase", ()) if item["place"] != "key store")
    return _("%(done)s of %(planned)s") % {"done": f"{done:,}", "planned": f"{max(planned, done):,}"}


def receipt_of(erasure: Erasure) -> Receipt:
    """From the certificate, which is the same file anybody can check."""
    payload = payload_of(erasure.certificate)
    labels = {item["place"]: item.get("label", "") for item in erasure.plan.get("erase", ())}
    residue = payload["residue"]
    return Receipt(
        gone=tuple(_gone(item, labels) for item in payload["erased"]),
        anonymised=tuple(_stays(item, erasure) for item in payload.get("anonymised", ())),
        kept=tuple(_kept(item) for item in payload["kept"]),
        total=sum(item["count"] for item in payload["erased"]),
        left=len(residue["places"]), places=tuple(place["place"] for place in residue["places"]),
        searched=tuple(residue["searched"]), not_searched=tuple(residue["not_searched"]),
        keys=tuple(payload["keys"]), entry=payload["ledger"]["number"],
        unreadable_after=_day(payload["backups"]["unreadable_after"]),
        kept_away_until=_day(payload.get("kept_away", {}).get("until", "")),
    )  # fmt: skip


def _day(text: str) -> datetime | None:
    return parse_datetime(f"{text}T00:00:00+00:00")


def _gone(item: dict[str, Any], labels: dict[str, str]) -> Line:
    place = str(item["place"])
    return Line(label=labels.get(place) or heading_of(module_of(place)), count=item["count"], rest=place)


def _stays(item: dict[str, Any], erasure: Erasure) -> Line:
    labels = {count["place"]: count["label"] for count in erasure.plan.get("stays", ())}
    place = str(item["place"])
    return Line(label=labels.get(place) or place, count=item["count"], rest=place)


def _kept(item: dict[str, Any]) -> Line:
    rest = _("until %(until)s, %(article)s: %(reason)s") % {
        "until": item["until"], "article": item["article"], "reason": item["reason"]
    }  # fmt: skip
    return Line(label=item.get("label") or item["place"], count=item["count"], rest=rest)


def say_receipt(receipt: Receipt) -> str:
    gone = ngettext("%(count)s item is gone", "%(count)s items are gone", receipt.total)
    first = gone % {"count": f"{receipt.total:,}"}
    if receipt.anonymised:
        stays = sum(line.count for line in receipt.anonymised)
        words = ngettext("%(count)s stays and is nobody’s", "%(count)s stay and are nobody’s", stays)
        first = f"{first}, {words % {'count': f'{stays:,}'}}"
    if receipt.left:
        left = ngettext(
            "%(count)d place still holds a trace", "%(count)d places still hold a trace", receipt.left
        )
        return f"{first}, {left % {'count': receipt.left}}. " + _("Look at them below.")
    return f"{first}, " + _("and no trace was found in the %(count)d places searched.") % {
        "count": len(receipt.searched)
    }
