"""What a person has asked for under their rights, with states and last days; and who else got their data."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.informing.actions.name_recipient import name_recipient
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.informing.actions.settle_changes import settle_changes
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.queue import Line, requests_of
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.people.finding import person_or_shell
from aureole.web.staff.people.header import header_context
from aureole.web.staff.people.record_page import note_reading
from aureole.web.staff.privacy.informing.heard import HeardForm
from aureole.web.staff.privacy.informing.sayings import NameForm, RecipientForm, recipients_context


@require_safe
def show_requests(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Newest first. Who may open requests sees that they are there; only officers follow them."""
    actor = actor_of(request)
    require(actor, "rights.open")
    person = person_or_shell(request, person_id)
    return person if isinstance(person, HttpResponse) else _show_tab(request, person)


def _show_tab(
    request: HttpRequest,
    person: Person,
    *,
    refused: Mapping[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`refused` holds the form of what was not noted, as it was typed."""
    actor = actor_of(request)
    header = header_context(person, actor, tab="requests")
    lines = requests_of(person.id)
    told = recipients_context(person, actor, refused or {})
    note_reading(person, actor, fields=len(header["ways"]) + len(lines) + len(told.get("recipients", ())))
    context = {
        "lines": [_shown(line) for line in lines],
        "sentence": _sentence(lines, header["first_name"]),
        "may_follow": may(actor, "rights.read"),
        "error": bool(refused),
        **told,
    }
    return render(request, "people/requests.html", header | context, status=status)


@require_POST
def note_recipient(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Their data went to somebody outside of this program."""
    form = RecipientForm(request.POST, auto_id="recipient-%s")
    return _note(
        request,
        person_id,
        "note",
        form,
        lambda by: note_disclosure(person_id=person_id, by=by, **form.cleaned_data),
    )


@require_POST
def name_recipient_of(request: HttpRequest, person_id: uuid.UUID, disclosure_id: uuid.UUID) -> HttpResponse:
    """Who it was, where only the kind was noted."""
    form = NameForm(request.POST, auto_id=f"{disclosure_id}-%s")

    def act(by: Actor) -> object:
        return name_recipient(
            disclosure_id=disclosure_id, of=person_id, name=form.cleaned_data["name"], by=by
        )

    return _note(request, person_id, str(disclosure_id), form, act)


@require_POST
def settle_changes_of(request: HttpRequest, person_id: uuid.UUID, disclosure_id: uuid.UUID) -> HttpResponse:
    """Whether they heard of what was changed without a request."""
    require(actor_of(request), "rights.handle")
    form = HeardForm(request.POST, auto_id=f"{disclosure_id}-%s")

    def act(by: Actor) -> object:
        return settle_changes(disclosure_id=disclosure_id, of=person_id, by=by, **form.cleaned_data)

    return _note(request, person_id, str(disclosure_id), form, act, done=_("Noted."))


def _note(
    request: HttpRequest,
    person_id: uuid.UUID,
    what: str,
    form: forms.Form,
    do: Callable[[Actor], object],
    *,
    done: str = "",
) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "privacy.inform")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person

    def act() -> HttpResponse:
        do(actor)
        messages.success(request, done or _("Noted. They are told by name when they ask."))
        return redirect("people:requests", person_id=person_id)

    return act_on(
        form,
        act,
        lambda status: _show_tab(request, person, refused={what: form}, status=status),
        looks_up=True,
    )


def _shown(line: Line) -> dict[str, Any]:
    return {"line": line, "asks": RIGHTS[line.request.kind].words, "is_late": line.urgency == "overdue"}


def _sentence(lines: list[Line], name: str) -> str:
    still_open = sum(line.request.is_open for line in lines)
    if not lines:
        return _("%(name)s has not asked for anything yet.") % {"name": name}
    if not still_open:
        return _("%(name)s has no open request.") % {"name": name}
    words = ngettext(
        "%(name)s has %(count)d open request.", "%(name)s has %(count)d open requests.", still_open
    )
    return words % {"name": name, "count": still_open}
