"""What pages say of somebody who has to be told where we have their data from, and the forms beside it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.export.answer import Told
from aureole.privacy.export.ports import receivers_of
from aureole.privacy.informing.actions.note_disclosure import WHY_NOT
from aureole.privacy.informing.hearing import say_changes, untold
from aureole.privacy.informing.listing import Line, owed_of
from aureole.privacy.informing.recipients import LONGEST_NAME, LONGEST_WHY, disclosures_of
from aureole.privacy.models import EXEMPT, OTHERWISE, DisclosedTo, ObtainedFrom
from aureole.staff.permissions import may
from aureole.web.staff.privacy.informing.heard import HeardForm
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
    """By name; the kind alone only with the reason that the person is told."""

    to = forms.ChoiceField(
        label=_l("Who got their data, outside of Aureole"),
        choices=[(one.value, one.label) for one in DisclosedTo if one != DisclosedTo.CONTROLLER],
    )
    name = forms.CharField(
        label=_l("Name of who got it"),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        help_text=_l("Whoever asks is told by name."),
    )
    on = forms.DateField(
        label=_l("On"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_l("Empty: today."),
        error_messages={"invalid": _l("Write the day as 2026-03-05.")},
    )
    unnamed = forms.ChoiceField(
        label=_l("If you cannot name them"),
        required=False,
        choices=[("", _l("They are named above")), *((one.value, one.label) for one in WHY_NOT)],
    )
    why = forms.CharField(
        label=_l("What shows that"),
        required=False,
        max_length=LONGEST_WHY,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        help_text=_l("The person reads this."),
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label=_l("Who it was"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _l("Name who got it.")},
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
    }


def say_told_by(line: Line | None) -> str:
    """A few words beside a name; empty for who knows."""
    return _("to be told by %(day)s") % {"day": say_day(line.due_on)} if line else ""


def recipients_context(person: Person, actor: Actor, refused: Mapping[str, forms.Form]) -> dict[str, Any]:
    """For `privacy/informing/_recipients.html`, on the record: as an answer under Art. 15 says it. Empty for who may
    not note it. Six statements.

    refused  the form of what was not noted, by "note", or the id of what was to be named or was told
    """
    if not may(actor, "privacy.inform"):
        return {}
    told = Told("en")
    lines = [told.receiver(found) for found in receivers_of(person.id)]
    unnamed = [
        {
            "id": one.id,
            "what": str(DisclosedTo(one.to).label),
            "day": say_day(one.disclosed_on),
            "form": refused.get(str(one.id)) or NameForm(auto_id=f"{one.id}-%s"),
            "is_open": str(one.id) in refused,
        }
        for one in disclosures_of(person.id)
        if one.unnamed
    ]
    return {
        "recipients": lines,
        "unnamed": unnamed,
        "untold": _untold(person, refused) if may(actor, "rights.handle") else [],
        "recipient_form": None
        if person.is_anonymous
        else refused.get("note") or RecipientForm(auto_id="recipient-%s"),
        "recipient_is_open": "note" in refused,
    }


def _untold(person: Person, refused: Mapping[str, forms.Form]) -> list[dict[str, Any]]:
    """Who has yet to hear of what was changed without a request; of a request its own page says it."""
    return [
        {
            "id": one.id,
            "who": one.words,
            "changes": say_changes(one.changes, say_day),
            "form": refused.get(str(one.id)) or HeardForm(auto_id=f"{one.id}-%s"),
            "is_open": str(one.id) in refused,
        }
        for one in untold(person.id)
    ]
