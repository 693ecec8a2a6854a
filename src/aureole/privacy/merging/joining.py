"""A yes, a no and a hold of two records: whatever protects the person more counts for both.

A withdrawal or an objection of either ends a consent of the other, whichever came first. Holds join: one that keeps
the person as a whole goes on with both reasons and the earlier day of review.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aureole.kernel.clock import now
from aureole.privacy.consent.sending import hold, stop
from aureole.privacy.holds.guard import in_force
from aureole.privacy.merging.ports import Pair, Parting, add_merge_step
from aureole.privacy.merging.requests import Requests
from aureole.privacy.models import Consent, ConsentEnd, Hold, Objection


class Consents:
    """No beats yes; of two times yes the later one counts."""

    name = "consents"

    def join(self, pair: Pair) -> dict[str, Any]:
        for person_id in sorted((pair.goes, pair.stays)):
            hold(person_id)
        both = (pair.goes, pair.stays)
        consents = list(Consent.objects.filter(person_id__in=both).order_by("given_at", "pk"))
        objections = list(Objection.objects.filter(person_id__in=both).order_by("made_at", "pk"))
        ended: dict[str, list[str]] = {}
        for purpose in sorted({c.purpose for c in consents} | {o.purpose for o in objections}):
            said = [c for c in consents if c.purpose == purpose]
            no = [o for o in objections if o.purpose == purpose]
            self._settle(pair, purpose, said, no, ended)
        return {"ended": ended, "dropped": _drop_repeated(objections)}

    def _settle(
        self, pair: Pair, purpose: str, said: list[Consent], no: list[Objection], ended: dict[str, list[str]]
    ) -> None:
        active = [c for c in said if c.ended_at is None]
        if no or any(_said_no(said, person_id) for person_id in (pair.goes, pair.stays)):
            going, end = active, ConsentEnd.MERGED
            stop(pair.goes, purpose)
            stop(pair.stays, purpose)
        else:
            going, end = active[:-1], ConsentEnd.REPLACED
        for consent in going:
            consent.ended_at, consent.end = now(), end
            consent.save(update_fields=["ended_at", "end"])
            ended[str(consent.id)] = [consent.ended_at.isoformat(), str(end)]

    def sort(self, parting: Parting) -> None:
        """What was said since was said by the one who stays; a no is copied to the other when they part."""

    def split(self, parting: Parting, kept: dict[str, Any]) -> None:
        for consent_id, (at, end) in kept["ended"].items():
            ours = Consent.objects.filter(pk=consent_id, ended_at=datetime.fromisoformat(at), end=end)
            ours.update(ended_at=None, end="")
        pair = parting.pair
        for objection_id, purpose, made_at in kept["dropped"]:
            if Objection.objects.filter(person_id__in=(pair.goes, pair.stays), purpose=purpose).exists():
                _object(pair, purpose, datetime.fromisoformat(made_at), pk=objection_id)
        for later in Objection.objects.filter(person_id=pair.stays, made_at__gt=parting.since):
            _object(pair, later.purpose, later.made_at)


def _said_no(said: list[Consent], person_id: Any) -> bool:
    """Whether the last thing a record has about a purpose is that the yes was taken back."""
    own = [c for c in said if c.person_id == person_id]
    return bool(own) and all(c.ended_at is not None for c in own) and own[-1].end == ConsentEnd.WITHDRAWN


def _drop_repeated(objections: list[Objection]) -> list[list[str]]:
    """One no to a purpose is enough; the later one goes."""
    seen: dict[str, str] = {}
    dropped = []
    for objection in objections:
        if objection.purpose not in seen:
            seen[objection.purpose] = str(objection.person_id)
            continue
        dropped.append([str(objection.id), objection.purpose, objection.made_at.isoformat()])
        objection.delete()
    return dropped


def _object(pair: Pair, purpose: str, made_at: datetime, pk: Any = None) -> None:
    """A no that counts for both: consents of the one who goes back end with it."""
    given = {"id": pk} if pk else {}
    for person_id in (pair.goes, pair.stays):
        if not Objection.objects.filter(person_id=person_id, purpose=purpose).exists():
            Objection.objects.create(person_id=person_id, purpose=purpose, made_at=made_at, **given)
        active = Consent.objects.filter(person_id=person_id, purpose=purpose, ended_at=None)
        active.update(ended_at=now(), end=ConsentEnd.WITHDRAWN)


class Holds:
    """Of two holds on the same whole person one goes on for both."""

    name = "holds"

    def join(self, pair: Pair) -> dict[str, Any]:
        rows = {h.person_id: h for h in in_force().filter(table="", person_id__in=(pair.goes, pair.stays))}
        if len(rows) < 2:
            return {}
        other, ours = rows[pair.goes], rows[pair.stays]
        kept = {
            "hold": str(ours.id), "reason": str(ours.reason), "review_on": ours.review_on.isoformat(),
            "other": _as_json(other),
        }  # fmt: skip
        said = (
            str(other.reason)
            if other.ground == ours.ground
            else f"{other.get_ground_display()}: {other.reason}"
        )
        ours.reason = f"{ours.reason}\n{said}"
        ours.review_on = min(ours.review_on, other.review_on)
        ours.save(update_fields=["reason", "review_on"])
        other.delete()
        return kept | {"joined": str(ours.reason), "until": ours.review_on.isoformat()}

    def sort(self, parting: Parting) -> None:
        """A hold on a row goes where its row goes; on the whole person it stays, and counts for both below."""
        moved = {**parting.moved, **parting.back}
        rows = {str(key) for name, keys in moved.items() if name.endswith(".person_id") for key in keys}
        rows |= {str(key) for key in moved.get("desk_ticket.requester_id", ())}
        since = Hold.objects.filter(person_id=parting.pair.stays, placed_at__gt=parting.since).exclude(
            table=""
        )
        found = [str(h.id) for h in since if str(h.row_id) in rows]
        parting.back.setdefault("privacy_hold.person_id", []).extend(found)

    def split(self, parting: Parting, kept: dict[str, Any]) -> None:
        pair = parting.pair
        ours = in_force().filter(pk=kept["hold"]).first() if kept else None
        if ours is not None:
            _restore(pair, ours, kept)
        whole = in_force().filter(person_id=pair.stays, table="", placed_at__gt=parting.since)
        for later in whole:
            if str(later.pk) == kept.get("hold"):
                continue
            if not in_force().filter(person_id=pair.goes, table="").exists():
                Hold.objects.create(
                    person_id=pair.goes, ground=later.ground, reason=str(later.reason), review_on=later.review_on,
                    placed_at=later.placed_at, placed_by=later.placed_by,
                )  # fmt: skip


def _restore(pair: Pair, ours: Hold, kept: dict[str, Any]) -> None:
    """Both as they were; words or a day that somebody changed since stay as they are now."""
    if str(ours.reason) == kept["joined"]:
        ours.reason = kept["reason"]
    if ours.review_on.isoformat() == kept["until"]:
        ours.review_on = date.fromisoformat(kept["review_on"])
    ours.save(update_fields=["reason", "review_on"])
    other = kept["other"]
    Hold.objects.create(
        id=other["id"], person_id=pair.goes, ground=other["ground"], reason=other["reason"],
        review_on=date.fromisoformat(other["review_on"]), placed_at=datetime.fromisoformat(other["placed_at"]),
        placed_by=other["placed_by"],
    )  # fmt: skip


def _as_json(hold: Hold) -> dict[str, Any]:
    return {
        "id": str(hold.id), "ground": hold.ground, "reason": str(hold.reason), "review_on": hold.review_on.isoformat(),
        "placed_at": hold.placed_at.isoformat(), "placed_by": str(hold.placed_by) if hold.placed_by else None,
    }  # fmt: skip


def register() -> None:
    add_merge_step(Consents())
    add_merge_step(Holds())
    add_merge_step(Requests())
