"""Noting that a person is below the age of consent, and who answers for them (GDPR Art. 8)."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aureole.kernel.actor import Actor
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.note_no_child import note_no_child
from aureole.people.actions.record_guardian import record_guardian
from aureole.people.models import Person
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.people.child_forms import ChildForm, GuardianForm
from aureole.web.staff.people.consent_tab import show_tab
from aureole.web.staff.people.finding import person_or_shell


@require_POST
def mark(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Note a stated birth date, or that they are below the age; or that this was a mistake."""
    form = ChildForm(request.POST, of_child=True)

    def do(person: Person, actor: Actor) -> str:
        if form.cleaned_data["mistaken"]:
            note_no_child(person=person, by=actor)
            return _("Noted: not known to be a child.")
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
    actor = actor_of(request)
    require(actor, "people.correct")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person

    def act() -> HttpResponse:
        messages.success(request, do(person, actor))
        return redirect("people:consent", person_id=person_id)

    return act_on(form, act, lambda status: show_tab(request, person, refused={name: form}, status=status))
