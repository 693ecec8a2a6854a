"""Placing a hold: on a person, or on one ticket, message or file of theirs."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from aureole.desk.models import Attachment, Message, Ticket
from aureole.desk.queries import find_ticket
from aureole.kernel.errors import NotFound
from aureole.kernel.ids import id_in, number_in
from aureole.people.models import Person
from aureole.people.queries import first_name, shown_name, the_owner_of
from aureole.privacy.holds.actions.place_hold import LONGEST_REASON, place_hold
from aureole.privacy.models import HoldGround
from aureole.privacy.rights.place import today
from aureole.staff.permissions import require
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.people.finding import person_in, person_or_shell
from aureole.web.staff.people.record_page import note_reading
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.ui.ages import say_clock, say_date

MOST = 100  # messages and files of a ticket to choose from; what is older is held with the ticket
_PERSON = "person"


class PlacingForm(forms.Form):
    """`what` is "person", or a table and a row of it: "desk_message:0190…"."""

    address = forms.CharField(
        label=_l("Whose"),
        help_text=_l("An address, number or id that is on file."),
        max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _l("Give an address, a number or an id that is on file.")},
    )
    what = forms.ChoiceField(
        label=_l("What is held"),
        widget=forms.RadioSelect,
        error_messages={"required": _l("Choose what is held.")},
    )
    ground = forms.ChoiceField(label=_l("Why the law lets it stay"), choices=HoldGround.choices)
    reason = forms.CharField(
        label=_l("Reason"),
        help_text=_l("In words: which claim, order or proceeding. Kept sealed under the person’s key."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _l("Say why it has to be kept.")},
    )
    review_on = forms.DateField(
        label=_l("Look again on"),
        help_text=_l("The day on which somebody asks whether it is still needed."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _l("Give the day on which somebody looks again."),
            "invalid": _l("Write the day as 2027-03-31."),
        },
    )

    def __init__(
        self, data: QueryDict | None, *, person: Person | None, choices: list[tuple[str, str]], what: str
    ) -> None:
        super().__init__(data, initial={"what": what, "ground": HoldGround.CLAIMS})
        self.fields["review_on"].widget.attrs["min"] = today().isoformat()
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if person is not None:
            del self.fields["address"]
        if len(choices) == 1:
            del self.fields["what"]

    @property
    def row(self) -> tuple[str, uuid.UUID | None]:
        """Table and row; none for the person as a whole."""
        table, _colon, row_id = self.cleaned_data.get("what", _PERSON).partition(":")
        return (table, uuid.UUID(row_id)) if row_id else ("", None)


@require_http_methods(["GET", "HEAD", "POST"])
def show_placing(request: HttpRequest) -> HttpResponse:
    """?person= is an id, ?ticket= a number, ?file= an attached file; without them the person is looked for by an
    address."""
    actor = actor_of(request)
    require(actor, "privacy.hold")
    ticket, file = _ticket(request), _file(request)
    person = person_or_shell(request, file.person_id) if file else _person(request, ticket)
    if isinstance(person, HttpResponse):
        return person
    choices = [_file_choice(file), _whole()] if file else _choices(ticket)
    chosen = choices[0][0]
    form = PlacingForm(request.POST or None, person=person, choices=choices, what=chosen)

    def show(status: int) -> HttpResponse:
        if person is not None:
            note_reading(person, actor, fields=len(choices))
        context = {
            "form": form,
            "person": person,
            "name": shown_name(person) if person else "",
            "first_name": first_name(person) if person else "",
            "ticket": ticket,
        }
        return render(
            request, "privacy/holds/place.html", frame_context(actor, "holds") | context, status=status
        )

    if request.method != "POST":
        return show(200)
    return act_on(
        form,
        lambda: _place(request, form, person),
        show,
        looks_up=True,
        field=lambda refusal: "address" if isinstance(refusal, NotFound) and person is None else None,
    )


def _ticket(request: HttpRequest) -> Ticket | None:
    text = request.GET.get("ticket", "")
    if not text:
        return None
    number = number_in(text)
    if number is None:
        raise NotFound("ticket_not_found", "There is no such ticket here. Nothing was held.")
    return find_ticket(number, actor_of(request))


def _file(request: HttpRequest) -> Attachment | None:
    text = request.GET.get("file", "")
    if not text:
        return None
    file_id = id_in(text)
    found = unlock(Attachment.objects.filter(pk=file_id)) if file_id else []
    if not found:
        raise NotFound("file_not_found", "There is no such file here; it may be gone. Nothing was held.")
    return found[0]


def _person(request: HttpRequest, ticket: Ticket | None) -> Person | HttpResponse | None:
    text = request.GET.get("person", "")
    if ticket is not None:
        if ticket.requester_id is None:
            raise NotFound("person_not_found", "Whose ticket this was is erased. Nothing was held.")
        return person_or_shell(request, ticket.requester_id)
    return person_in(request, text) if text else None


def _choices(ticket: Ticket | None) -> list[tuple[str, str]]:
    """The ticket, what is in it, and the person as a whole. Rows of others are held as theirs."""
    if ticket is None or ticket.requester_id is None:
        return [_whole()]
    rows = Message.objects.filter(ticket=ticket, person_id=ticket.requester_id).order_by("-sent_at", "-id")
    shown = list(rows.only("id", "sent_at", "direction")[:MOST])
    files = Attachment.objects.filter(message__ticket=ticket, person_id=ticket.requester_id)
    named = unlock(list(files.order_by("-message__sent_at", "position")[:MOST]))
    return [
        (f"desk_ticket:{ticket.pk}", _("ticket %(number)d, with all in it") % {"number": ticket.number}),
        *((f"desk_message:{m.pk}", _say_message(m)) for m in shown),
        *(_file_choice(f) for f in named),
        _whole(),
    ]


def _whole() -> tuple[str, str]:
    return _PERSON, _("everything of theirs")


def _file_choice(one: Attachment) -> tuple[str, str]:
    return f"desk_attachment:{one.pk}", _say_file(one)


def _say_message(message: Message) -> str:
    words = (
        _("the message of %(day)s, %(time)s")
        if message.direction == "in"
        else _("our answer of %(day)s, %(time)s")
    )
    return words % {"day": say_date(message.sent_at), "time": say_clock(message.sent_at)}


def _say_file(one: Attachment) -> str:
    name = _("erased") if isinstance(one.name, Erased) else str(one.name or _("without a name"))
    return _("the file %(name)s") % {"name": name}


def _place(request: HttpRequest, form: PlacingForm, person: Person | None) -> HttpResponse:
    values: dict[str, Any] = form.cleaned_data
    table, row_id = form.row
    hold = place_hold(
        person_id=person.id if person else the_owner_of(values["address"]), table=table, row_id=row_id,
        ground=values["ground"], reason=values["reason"], review_on=values["review_on"], by=actor_of(request),
    )  # fmt: skip
    messages.success(request, _("Held. Nothing of it goes before somebody releases it."))
    return redirect("privacy:hold", hold_id=hold.id)
