"""Whether a person is below the age of consent and who answers for them, as the consent tab shows it (GDPR Art. 8)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _l

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.actions.record_guardian import LONGEST
from aureole.people.models import Childhood, Person
from aureole.privacy.law.limits import age_of_consent
from aureole.privacy.rights.place import today
from aureole.staff.permissions import may


class ChildForm(forms.Form):
    born = forms.DateField(
        label=_l("Date of birth, as they stated it"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _l("Write the day as 2012-05-17.")},
    )
    known = forms.BooleanField(label=_l("It was said that they are below the age of consent"), required=False)


class GuardianForm(forms.Form):
    guardian = forms.CharField(
        label=_l("Who answers for them, and how you made sure"),
        help_text=_l("Sealed under the child’s key. A kind of proof in words, never a copy of a document."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _l("Say who consented and how you made sure (Art. 8(2)).")},
    )


def child_context(person: Person, actor: Actor, kept: dict[str, forms.Form]) -> dict[str, Any]:
    """For the template of the consent tab."""
    is_free = may(actor, "people.correct") and person.restricted_at is None
    return {
        "childhood": person.childhood,
        "child_since": person.child_since,
        "born": person.birth_date or "",
        "guardian": person.guardian or "",
        "age": _age(),
        "child_form": (kept.get("child") or ChildForm(auto_id="child-%s")) if is_free else None,
        "child_is_open": "child" in kept,
        "guardian_form": (kept.get("guardian") or GuardianForm()) if is_free and person.childhood else None,
        "guardian_is_open": "guardian" in kept or person.childhood == Childhood.WAITING,
    }


def _age() -> int | None:
    """The age of consent here; None where no law is on file."""
    try:
        return age_of_consent(str(settings.AUREOLE_COUNTRY).partition("-")[0], today())
    except Refused:
        return None
