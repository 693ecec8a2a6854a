"""Opening a ticket on somebody's behalf: who it is, what it is about, and the first words or a note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from aureole.desk.actions.enter_ticket import enter_ticket
from aureole.desk.brands import brands
from aureole.desk.models import Priority, Ticket, TicketType
from aureole.kernel.errors import Refused
from aureole.kernel.ids import new_id
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Person, PersonSource
from aureole.people.noting import note_list
from aureole.people.queries import shown_name
from aureole.staff.models import Team
from aureole.staff.permissions import require
from aureole.web.actor import actor_of, agent_of
from aureole.web.doing import act_on
from aureole.web.staff.desk.links import FIRST_QUEUE, ticket_url
from aureole.web.staff.desk.tokens import claim, give_back
from aureole.web.staff.desk.words import PRIORITIES, TYPES
from aureole.web.staff.people.finding import person_in
from aureole.web.staff.people.listing import search_people
from aureole.web.staff.people.record_page import note_reading

_SEND, _NOTE = "send", "note"
_FIELDS = {
    "subject_missing": "subject", "reply_empty": "text", "note_empty": "text", "brand_gone": "brand",
    "email_unusable": "address", "identifier_unusable": "address",
}  # fmt: skip


class EnteringForm(forms.Form):
    """`address` and `name` only for somebody who is not known here yet."""

    address = forms.CharField(
        label=_l("Their e-mail address"), max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _l("Give their address, so that they can be answered.")},
    )  # fmt: skip
    name = forms.CharField(
        label=_l("Their name"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip
    subject = forms.CharField(
        label=_l("Subject"), max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _l("Say in a few words what it is about.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_l("First words"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _l("Write what they should read, or a note of what they said.")},
    )  # fmt: skip
    way = forms.ChoiceField(
        label=_l("What becomes of these words"), widget=forms.RadioSelect, initial=_SEND,
        choices=[(_SEND, _l("They are sent to them")), (_NOTE, _l("They stay here, as a note among us"))],
        error_messages={"required": _l("Choose whether these words are sent.")},
    )  # fmt: skip
    type = forms.ChoiceField(label=_l("Type"), choices=list(TYPES.items()), initial=TicketType.QUESTION)
    priority = forms.ChoiceField(
        label=_l("Priority"), choices=list(PRIORITIES.items()), initial=Priority.NORMAL
    )
    brand = forms.ChoiceField(label=_l("Brand"), required=False)
    team = forms.ChoiceField(label=_l("Team"), required=False)
    mine = forms.BooleanField(label=_l("I take it"), required=False, initial=True)

    def __init__(self, data: QueryDict | None, *, is_known: bool, given: dict[str, str]) -> None:
        super().__init__(data, initial=given)
        self.brands = {str(brand.pk): brand for brand in brands()}
        self.teams = {str(team.pk): team for team in Team.objects.order_by("name")}
        own = f"{settings.AUREOLE_WORKSPACE} ({_('no brand')})"
        self._offer("brand", [(key, one.name) for key, one in self.brands.items()], none=own)
        self._offer("team", [(key, one.name) for key, one in self.teams.items()])
        if is_known:
            del self.fields["address"], self.fields["name"]

    def _offer(self, name: str, choices: list[tuple[str, str]], none: str = "") -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", none or _("None")), *choices]
        if not choices:
            del self.fields[name]


@require_http_methods(["GET", "HEAD", "POST"])
def show_entering(request: HttpRequest) -> HttpResponse:
    """?person= once it is known who; before that `q` is looked for, in a POST: names belong in no address."""
    actor = actor_of(request)
    require(actor, "desk.open")
    chosen = request.GET.get("person", "")
    person = person_in(request, chosen) if chosen else None
    if isinstance(person, HttpResponse):
        return person
    words = request.POST.get("q", "").strip()[:200]
    if person is None and "subject" not in request.POST and "new" not in request.POST:
        return _look(request, words)
    is_sent = "subject" in request.POST
    given = {"address" if "@" in words else "name": words} if words else {}
    form = EnteringForm(request.POST if is_sent else None, is_known=person is not None, given=given)

    def show(status: int) -> HttpResponse:
        if person is not None:
            note_reading(person, actor, fields=1)
        context = {
            "nav_current": "desk", "form": form, "person": person, "name": shown_name(person) if person else "",
            "token": request.POST.get("token") or str(new_id()),
        }  # fmt: skip
        return render(request, "desk/enter.html", context, status=status)

    if not is_sent:
        return show(200)
    return act_on(
        form, lambda: _enter(request, form, person), show, field=lambda refusal: _field(form, refusal)
    )


def _look(request: HttpRequest, words: str) -> HttpResponse:
    """Whom these words fit, as far as the reader may see them."""
    actor = actor_of(request)
    page = search_people(actor, words) if words else None
    rows = [row for row in page.rows if not row.is_leaving] if page else []
    if page is not None:
        note_list(actor, len(page.rows))
    context = {"nav_current": "desk", "words": words, "rows": rows, "looked": page is not None}
    return render(request, "desk/enter_whose.html", context)


def _field(form: EnteringForm, refusal: Refused) -> str | None:
    name = _FIELDS.get(refusal.code)
    return name if name in form.fields else None


def _enter(request: HttpRequest, form: EnteringForm, person: Person | None) -> HttpResponse:
    """Once per form. Whoever is new is entered with the ticket, or not at all."""
    values, actor = form.cleaned_data, actor_of(request)
    ticket: Ticket | None = None
    try:
        with transaction.atomic():
            if claim(request):
                ticket = enter_ticket(
                    requester=person or _somebody_new(values, request), subject=values["subject"],
                    text=values["text"], is_note=values["way"] == _NOTE, type=values["type"],
                    priority=values["priority"], brand=form.brands.get(values.get("brand", "")),
                    team=form.teams.get(values.get("team", "")),
                    assignee=agent_of(request) if values["mine"] else None, by=actor,
                )  # fmt: skip
    except Refused:
        give_back(request)
        raise
    return redirect(ticket_url(ticket.number, FIRST_QUEUE) if ticket else "desk:list")


def _somebody_new(values: dict[str, Any], request: HttpRequest) -> Person:
    return recognise_person(
        kind="email", value=values["address"], name=values["name"], source=PersonSource.STAFF,
        by=actor_of(request),
    )  # fmt: skip
