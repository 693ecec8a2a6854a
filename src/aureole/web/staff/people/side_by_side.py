"""What two records say, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from aureole.kernel.actor import Actor
from aureole.people.actions.unmerge_persons import latest_undo
from aureole.people.joining import picks_for
from aureole.people.models import Person, Twin
from aureole.people.queries import shown_name
from aureole.people.twins import noted_twins
from aureole.vault.unlock import unlock
from aureole.web.staff.people.languages import say_language
from aureole.web.ui.ages import say_date


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """One line. `key` is empty where nothing can be picked: both are kept, or it follows from the two."""

    label: str
    ours: str
    theirs: str
    key: str = ""
    picked: str = "stays"

    @property
    def differs(self) -> bool:
        return self.ours != self.theirs


def compared(stays: Person, goes: Person) -> list[Compared]:
    return [*_picked(stays, goes), *_both_kept(stays, goes)]


def _picked(stays: Person, goes: Person) -> Iterator[Compared]:
    picks = picks_for(goes, stays, {})
    for key, label in (
        ("name", _("Name")),
        ("pronouns", _("Pronouns")),
        ("postal_address", _("Postal address")),
        ("birth_date", _("Date of birth")),
        ("language", _("Language they write")),
        ("time_zone", _("Time zone")),
        ("organisation", _("Organisation")),
    ):
        ours, theirs = _said(stays, key), _said(goes, key)
        if ours or theirs:
            yield Compared(
                label=label, ours=ours, theirs=theirs, key=key if ours != theirs else "", picked=picks[key]
            )


def _said(person: Person, key: str) -> str:
    value = getattr(person, key)
    return say_language(value) if key == "language" else str(value or "")


def _both_kept(stays: Person, goes: Person) -> Iterator[Compared]:
    yield Compared(label=_("Addresses and numbers"), ours=_ways(stays), theirs=_ways(goes))
    yield Compared(label=_("Known since"), ours=say_date(stays.created_at), theirs=say_date(goes.created_at))
    if stays.restricted_at or goes.restricted_at:
        yield Compared(label=_("Restricted"), ours=_since(stays), theirs=_since(goes))


def _ways(person: Person) -> str:
    return "\n".join(str(one.shown) for one in person.identifiers.all())


def _since(person: Person) -> str:
    return _("since %(day)s") % {"day": say_date(person.restricted_at)} if person.restricted_at else _("no")


def looking_alike(stays: Person, goes: Person) -> Twin | None:
    """Why they were proposed; None when nobody did."""
    return Twin.objects.filter(person=stays, other=goes).first()


def twins_context(person: Person, actor: Actor) -> dict[str, Any]:
    """For `people/_twins.html` on any page: who else may be this person, and the merge that can be undone."""
    twins = list(noted_twins(person, actor).prefetch_related("other__identifiers")[:5])
    unlock((t.other for t in twins), (i for t in twins for i in t.other.identifiers.all()))
    undo = latest_undo(person.id)
    return {
        "person_id": person.id,
        "twins": [
            {
                "id": t.other_id,
                "name": shown_name(t.other),
                "why": t.get_sign_display(),
                "strong": t.is_strong,
            }
            for t in twins
        ],
        "undo": undo and {"id": undo.merged_id, "until": say_date(undo.until)},
    }
