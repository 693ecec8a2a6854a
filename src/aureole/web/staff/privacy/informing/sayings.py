"""What pages say of somebody who has to be told where we have their data from, and the forms beside it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from aureole.kernel.actor import Actor
from aureole.privacy.informing.listing import Line, owed_of
from aureole.privacy.models import EXEMPT, OTHERWISE, DisclosedTo, ObtainedFrom
from aureole.staff.permissions import may
from aureole.web.staff.privacy.requests.sayings import say_day

SHAPES = {"overdue": "late", "soon": "soon", "later": "open"}
_SOURCES = {
    ObtainedFrom.MENTIONED: _l("named in somebody’s mail"),
    ObtainedFrom.STAFF: _l("entered by an agent"),
    ObtainedFrom.IMPORT: _l("a package of another organisation"),
}


class WayForm(forms.Form):
    way = forms.ChoiceField(
        label=_l("How they were told"), choices=[(one.value, one.label) for one in OTHERWISE]
    )


class GroundForm(forms.Form):
    ground = forms.ChoiceField(
        label=_l("Why there is no duty"), choices=[(one.value, one.label) for one in EXEMPT]
    )


class RecipientForm(forms.Form):
    to = forms.ChoiceField(
        label=_l("Who got their data, outside of Aureole"),
        choices=[(one.value, one.label) for one in DisclosedTo if one != DisclosedTo.CONTROLLER],
    )


def say_source(code: str) -> str:
    return str(_SOURCES.get(ObtainedFrom(code), code))


def say_left(days: int) -> str:
    if days < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}
    return (
        ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days} if days else _("today")
    )


def owed_context(person_id: uuid.UUID, actor: Actor) -> dict[str, Any]:
    """For `privacy/informing/_owed.html`, on the record; empty for who knows. One statement, two where it is owed."""
    line = owed_of([person_id]).get(person_id)
    if line is None:
        return {}
    return {
        "person_id": person_id,
        "kind": "bad" if line.days_left < 0 else "warn",
        "due": say_day(line.due_on),
        "shape": SHAPES[line.urgency],
        "left": say_left(line.days_left),
        "source": say_source(line.informing.source),
        "is_disclosed": line.informing.disclosed_on is not None,
        "letter": line.letter,
        "may_tell": may(actor, "privacy.inform"),
        "way": WayForm(),
        "ground": GroundForm(),
        "recipient": RecipientForm(),
    }


def say_told_by(line: Line | None) -> str:
    """A few words beside a name; empty for who knows."""
    return _("to be told by %(day)s") % {"day": say_day(line.due_on)} if line else ""
