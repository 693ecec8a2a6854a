"""Restricting a person's data and lifting that again (GDPR Art. 18), for officers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from aureole.people.actions.release_person import release_person
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.rights.letters import compose_lifting, own_addresses
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.people.finding import person_or_shell
from aureole.web.staff.people.header import header_context
from aureole.web.staff.people.record_page import note_reading

LONGEST = 2000
GROUNDS = {
    "accuracy": _l("They contest that it is right, while that is checked (Art. 18(1)(a))"),
    "unlawful": _l("It is unlawful, and they want it kept rather than erased (Art. 18(1)(b))"),
    "claims": _l("We need it no more, they need it for a legal claim (Art. 18(1)(c))"),
    "objection": _l("They objected, while it is weighed whose reasons count (Art. 18(1)(d))"),
}


class RestrictForm(forms.Form):
    ground = forms.ChoiceField(
        label=_l("Ground"),
        choices=list(GROUNDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _l("Choose the ground.")},
    )
    words = forms.CharField(
        label=_l("What it is about"),
        help_text=_l("Sealed with the entry of the log."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class LiftForm(forms.Form):
    reason = forms.CharField(
        label=_l("Why it ends"),
        help_text=_l("They read these words in the letter."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _l("Say why it ends; they are told.")},
    )
    told = forms.CharField(
        label=_l("How they were told otherwise"),
        help_text=_l("Only where no letter can reach them: then none is sent."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def restrict(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Of one who is restricted, the form that lifts it: first the letter is shown, then it is sent."""
    actor = actor_of(request)
    require(actor, "people.restrict")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    is_restricted = person.restricted_at is not None
    kind = LiftForm if is_restricted else RestrictForm
    form = kind(request.POST or None)

    def show(status: int = 200, letter: Mapping[str, Any] = MappingProxyType({})) -> HttpResponse:
        note_reading(person, actor, fields=1)
        context = {"form": form, "is_restricted": is_restricted, "letter": letter}
        return render(
            request,
            "people/restrict.html",
            header_context(person, actor, tab="data") | context,
            status=status,
        )

    def act() -> HttpResponse:
        if is_restricted and "send" not in request.POST:
            return show(letter=_letter(person, form))
        return _do(request, person, form)

    if request.method != "POST":
        return show()
    return act_on(
        form,
        act,
        show,
        field=lambda refusal: "told" if refusal.code == "release_unreachable" else None,
    )


def _letter(person: Person, form: forms.Form) -> dict[str, Any]:
    """As it would be sent, and to whom; nobody where they were told otherwise."""
    heading, paragraphs = compose_lifting(person.language, form.cleaned_data["reason"])
    told = form.cleaned_data["told"].strip()
    return {
        "heading": heading,
        "text": "\n\n".join(paragraphs),
        "language": person.language,
        "to": [] if told else [address.masked for address in own_addresses(person.id)],
        "told": told,
    }


def _do(request: HttpRequest, person: Person, form: forms.Form) -> HttpResponse:
    actor, values = actor_of(request), form.cleaned_data
    if isinstance(form, LiftForm):
        release_person(person_id=person.id, reason=values["reason"], told=values["told"], by=actor)
        messages.success(request, _("Lifted. They were told, and their data may be used again."))
    else:
        said = f"{values['ground']}: {values['words']}".strip().removesuffix(":")
        restrict_person(person_id=person.id, reason=said, by=actor)
        messages.success(request, _("Restricted. From now on it is kept and not used; agents do not see it."))
    return redirect("people:record", person_id=person.id)
