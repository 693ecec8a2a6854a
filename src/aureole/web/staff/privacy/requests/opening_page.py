"""Taking a request in on somebody's behalf: by letter, by phone, at the counter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from aureole.people.models import Person
from aureole.people.queries import first_name, owners_of, shown_name
from aureole.privacy.models import RequestKind, RightsRequest
from aureole.privacy.rights.actions.open_request import LONGEST_WORDS, open_request
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.letters import LANGUAGES
from aureole.privacy.rights.place import start_of, today
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.people.finding import person_in
from aureole.web.staff.people.languages import say_language
from aureole.web.staff.people.record_page import note_reading
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.requests.sayings import say_asks

_CORRECTED = ("name", "pronouns", "postal_address", "birth_date")


class OpeningForm(forms.Form):
    kind = forms.ChoiceField(
        label=_l("What they ask for"),
        widget=forms.RadioSelect,
        error_messages={"required": _l("Choose what they ask for.")},
    )
    address = forms.CharField(
        label=_l("Who asks"),
        help_text=_l(
            "An address or number of theirs. If nobody here has it, the request waits to be recognised."
        ),
        max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={
            "required": _l("Give an address or number of whoever asks, so that they can be answered.")
        },
    )
    words = forms.CharField(
        label=_l("In their words"),
        help_text=_l("Kept sealed under their key."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    received = forms.DateField(
        label=_l("Received on"),
        help_text=_l("The day it reached any of us, by any way: the clock starts there."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _l("Give the day it came in."),
            "invalid": _l("Write the day as 2026-03-05."),
        },
    )
    language = forms.ChoiceField(label=_l("Language of our letters"))
    name = forms.CharField(label=_l("Right name"), max_length=200, required=False)
    pronouns = forms.CharField(label=_l("Right pronouns"), max_length=60, required=False)
    postal_address = forms.CharField(
        label=_l("Right postal address"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    birth_date = forms.DateField(
        label=_l("Right date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _l("Write the day as 2012-05-17.")},
    )

    def __init__(self, data: QueryDict | None, *, person: Person | None, kind: str) -> None:
        spoken = person.language if person and person.language in LANGUAGES else "en"
        super().__init__(data, initial={"kind": kind, "received": today(), "language": spoken})
        self._choose("kind", [(value, say_asks(value)) for value in RIGHTS])
        self._choose("language", [(code, say_language(code)) for code in LANGUAGES])
        self.fields["received"].widget.attrs["max"] = today().isoformat()
        if person is not None:
            del self.fields["address"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        received = values.get("received")
        if received and received > today():
            self.add_error("received", _("A request cannot have been received in the future."))
        if values.get("kind") == RequestKind.RECTIFICATION and not any(values.get(key) for key in _CORRECTED):
            self.add_error(
                "name", _("Say what is right: a name, pronouns, a postal address or a date of birth.")
            )
        return values

    @property
    def correction(self) -> dict[str, str]:
        """What is right, for a request that asks for a correction."""
        given = self.cleaned_data
        if given["kind"] != RequestKind.RECTIFICATION:
            return {}
        return {key: str(given[key]) for key in _CORRECTED if given[key]}


@require_http_methods(["GET", "HEAD", "POST"])
def show_opening(request: HttpRequest) -> HttpResponse:
    """?person= is an id from a record; without it whoever asks is looked for by an address."""
    actor = actor_of(request)
    require(actor, "rights.open")
    person = _person(request)
    if isinstance(person, HttpResponse):
        return person
    form = OpeningForm(request.POST or None, person=person, kind=_kind(request))

    def show(status: int) -> HttpResponse:
        if person is not None:
            note_reading(person, actor, fields=1)
        context = {
            "form": form,
            "person": person,
            "name": shown_name(person) if person else "",
            "first_name": first_name(person) if person else "",
        }
        return render(
            request,
            "privacy/requests/open.html",
            frame_context(actor, "open_request") | context,
            status=status,
        )

    if request.method != "POST":
        return show(200)
    return act_on(form, lambda: _open(request, form, person), show)


def _person(request: HttpRequest) -> Person | HttpResponse | None:
    text = request.GET.get("person", "")
    return person_in(request, text) if text else None


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in RIGHTS else ""


def _open(request: HttpRequest, form: OpeningForm, person: Person | None) -> HttpResponse:
    actor, values = actor_of(request), form.cleaned_data
    address = values.get("address", "")
    owners = owners_of(address.strip()) if address else []
    person_id = person.id if person else next(iter(owners), None)
    before = _last_number()
    opened = open_request(
        kind=values["kind"], by=actor, channel="agent", person_id=person_id, contact=address,
        words=values["words"], language=values["language"], correction=form.correction,
        received_at=_moment(values["received"]),
    )  # fmt: skip
    said = (
        _("Request no. %(number)d is open; its clock runs.")
        if opened.number > before
        else _("They have asked for this already: it is request no. %(number)d, which goes on.")
    )
    messages.success(request, said % {"number": opened.number})
    if may(actor, "rights.read"):
        return redirect("privacy:request", number=opened.number)
    return redirect("people:requests", person_id=person_id) if person_id else redirect("privacy:open_request")


def _last_number() -> int:
    newest = RightsRequest.objects.order_by("-number").values_list("number", flat=True).first()
    return newest or 0


def _moment(day: Any) -> datetime | None:
    """None for today: it came in now."""
    return None if day == today() else start_of(day)
