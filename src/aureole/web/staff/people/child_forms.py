"""Whether a person is below the age of consent, who answers for them, and noting both (GDPR Art. 8)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.record_guardian import LONGEST, record_guardian
from aureole.people.models import Childhood, Person
from aureole.privacy.law.limits import age_of_consent
from aureole.privacy.rights.place import today
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.people.finding import person_or_shell


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


@require_POST
def mark(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Note a stated birth date, or that they are below the age."""
    form = ChildForm(request.POST, auto_id="child-%s")

    def do(person: Person, actor: Actor) -> str:
        born = form.cleaned_data["born"]
        mark_child(
            person=person, by=actor, born=born.isoformat() if born else "", known=form.cleaned_data["known"]
        )
        return _("Noted.")

    return _do(request, person_id, "child", form, do)


@require_POST
def guard(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """A holder of parental responsibility consented."""
    form = GuardianForm(request.POST)

    def do(person: Person, actor: Actor) -> str:
        record_guardian(person=person, guardian=form.cleaned_data["guardian"], by=actor)
        return _("Recorded. What rests on consent may be done for this child.")

    return _do(request, person_id, "guardian", form, do)


def _do(
    request: HttpRequest,
    person_id: uuid.UUID,
    name: str,
    form: forms.Form,
    do: Callable[[Person, Actor], str],
) -> HttpResponse:
    from aureole.web.staff.people.consent_tab import show_tab  # shows the forms of this file

    actor = actor_of(request)
    require(actor, "people.correct")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person

    def act() -> HttpResponse:
        messages.success(request, do(person, actor))
        return redirect("people:consent", person_id=person_id)

    return act_on(form, act, lambda status: show_tab(request, person, refused={name: form}, status=status))
