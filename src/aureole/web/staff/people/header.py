"""The head of a record: who it is, how to reach them, what may be done."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Identifier, IdentifierKind, Person
from aureole.people.queries import first_name, shown_name
from aureole.people.retention import CLASS as RETENTION_CLASS
from aureole.privacy.holds.guard import in_force
from aureole.privacy.law.calendar import add_months
from aureole.privacy.models import HoldGround
from aureole.privacy.retention.schedule import Schedule
from aureole.staff.permissions import may
from aureole.web.staff.people.languages import say_language
from aureole.web.staff.people.masking import mask_phone
from aureole.web.staff.people.side_by_side import twins_context
from aureole.web.staff.privacy.informing.sayings import owed_context
from aureole.web.ui.ages import say_date, say_whole_day

_ICONS = {IdentifierKind.EMAIL: "mail", IdentifierKind.PHONE: "phone", IdentifierKind.EXTERNAL: "hash"}
# Address, word, and what may be needed beyond reading people.
_TABS = (
    ("record", _l("Timeline"), "people.read"),
    ("data", _l("Data"), "people.read"),
    ("consent", _l("Consent"), "people.read"),
    ("requests", _l("Requests"), "rights.open"),
    ("log", _l("Access log"), "people.read"),
)


def header_context(person: Person, actor: Actor, *, tab: str) -> dict[str, Any]:
    """For `people/record.html`; everything of the person is unlocked already."""
    return {
        "nav_current": "people",
        "person_id": person.id,
        "name": shown_name(person),
        "first_name": first_name(person),
        "pronouns": person.pronouns or "",
        "ways": [_way(one) for one in person.identifiers.all()],
        "writes": say_language(person.language),
        "time_zone": str(person.time_zone or ""),
        "time_there": _time_there(str(person.time_zone or "")),
        "organisation": person.organisation.name if person.organisation else "",
        "tabs": [
            _tab(person.id, number, key, str(words), tab)
            for number, (key, words, permission) in enumerate(_TABS, 1)
            if may(actor, permission)
        ],
        "restricted_since": say_date(person.restricted_at) if person.restricted_at else "",
        "may_correct": may(actor, "people.correct")
        and person.restricted_at is None
        and not person.is_anonymous,
        "may_export": may(actor, "privacy.export") and not person.is_anonymous,
        "may_erase": may(actor, "privacy.erase"),
        "may_anonymise": may(actor, "privacy.erase") and not person.is_anonymous,
        "is_anonymous": person.is_anonymous,
        "may_hold": may(actor, "privacy.hold") and not person.is_anonymous,
        "may_restrict": may(actor, "people.restrict") and not person.is_anonymous,
        "may_enter": may(actor, "desk.open") and person.restricted_at is None and not person.is_anonymous,
        "may_open": may(actor, "rights.open") and not person.is_anonymous,
        "kept": _kept(person),
        "held": _held(person.id),
        "may_merge": may(actor, "people.merge") and not person.is_anonymous,
        "to_be_told": owed_context(person.id, actor),
        **twins_context(person, actor),
    }


def _time_there(zone: str) -> str:
    """What a clock shows there now; empty for no zone, and for one that this machine's data does not know."""
    try:
        return f"{now().astimezone(ZoneInfo(zone)):%H:%M}" if zone else ""
    except (ZoneInfoNotFoundError, ValueError):
        return ""


def _kept(person: Person) -> str:
    """Until when, as a day once it is known that the relationship ended; else what has to happen first."""
    if person.is_anonymous:
        return _("kept for its figures")
    months = Schedule.now().months(RETENTION_CLASS, organisation=str(person.organisation_id or ""))
    if person.relationship_ended_on is None:
        words = ngettext(
            "kept until %(count)d month after they stop being a customer",
            "kept until %(count)d months after they stop being a customer",
            months,
        )
        return words % {"count": months}
    day = add_months(person.relationship_ended_on, months)
    return _("kept until %(day)s") % {"day": say_whole_day(day)}


def _held(person_id: uuid.UUID) -> str:
    """The law that keeps this person's data, each once; empty while nothing is held."""
    grounds = (
        in_force().filter(person_id=person_id).order_by("ground").values_list("ground", flat=True).distinct()
    )
    return ", ".join(str(HoldGround(ground).label) for ground in grounds)


def _way(one: Identifier) -> dict[str, str]:
    return {
        "icon": _ICONS[IdentifierKind(one.kind)],
        "kind": str(IdentifierKind(one.kind).label),
        "words": mask_phone(str(one.shown)) if one.kind == IdentifierKind.PHONE else str(one.shown),
        "verified": _("verified %(day)s") % {"day": say_date(one.verified_at)} if one.verified_at else "",
    }


def _tab(person_id: uuid.UUID, number: int, key: str, words: str, current: str) -> dict[str, Any]:
    href = reverse(f"people:{key}", args=[person_id])
    return {"label": words, "href": href, "press": str(number), "is_current": key == current}
