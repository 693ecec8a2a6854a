"""Whether a person is below the age of consent and who answers for them, as the consent tab shows it (GDPR Art. 8)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _l

from aureole.kernel.actor import Actor
from aureole.people.actions.record_guardian import LONGEST
from aureole.people.children import age_here
from aureole.people.models import Childhood, Person
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
    mistaken = forms.BooleanField(
        label=_l("That was a mistake: they are not known to be a child"),
        help_text=_l("A date of birth below the age goes, too. With the right date, give that instead."),
        required=False,
    )

    def __init__(self, data: Any = None, *, of_child: bool) -> None:
        super().__init__(data, auto_id="child-%s")
        if not of_child:
            del self.fields["mistaken"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("mistaken") and (values.get("born") or values.get("known")):
            self.add_error(
                "mistaken", _l("Either that was a mistake, or it is said anew. Give one of the two.")
            )
        return values


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
        "age": age_here(today()),
        "child_form": (kept.get("child") or ChildForm(of_child=bool(person.childhood))) if is_free else None,
        "child_is_open": "child" in kept,
        "guardian_form": (kept.get("guardian") or GuardianForm()) if is_free and person.childhood else None,
        "guardian_is_open": "guardian" in kept or person.childhood == Childhood.WAITING,
    }
