"""Setting right what is wrong about a person (GDPR Art. 16)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from aureole.kernel.errors import Refused, note_refusal
from aureole.kernel.text import one_line
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.forget_correction import forget_correction
from aureole.people.actions.remove_identifier import remove_identifier
from aureole.people.models import Correction, Person
from aureole.people.queries import corrections_of
from aureole.people.time_zones import is_time_zone
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import person_or_shell
from aureole.web.staff.people.header import header_context
from aureole.web.staff.people.languages import say_language
from aureole.web.staff.people.masking import mask_phone
from aureole.web.staff.people.record_page import note_reading
from aureole.web.ui.ages import say_day

_LANGUAGES = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "pl",
    "pt",
    "sv",
    "da",
    "nb",
    "fi",
    "cs",
    "el",
    "tr",
    "uk",
    "ar",
    "he",
)
_LINES = ("name", "pronouns", "language", "time_zone")
_BY = {
    "agent": _("by a colleague"),
    "named": _("by a colleague, as the operator says"),
    "customer": _("by themselves"),
    "operator": _("on the command line"),
    "system": _("by a rule"),
}


_KINDS = {
    "email": _("E-mail address"),
    "phone": _("Phone number"),
    "external": _("Customer number"),
}


_FORMER = _KINDS | {"birth_date": _("Birth date"), "guardian": _("Who answers for them")}


class AddressForm(forms.Form):
    """One more address or number."""

    kind = forms.ChoiceField(label=_("What it is"), choices=list(_KINDS.items()))
    value = forms.CharField(
        label=_("Address or number"), max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )  # fmt: skip


class CorrectionForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    pronouns = forms.CharField(label=_("Pronouns"), max_length=60, required=False)
    postal_address = forms.CharField(
        label=_("Postal address"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language they write"), required=False)
    time_zone = forms.CharField(
        label=_("Time zone"),
        help_text=_("As Europe/Stockholm; what time it is there stands in the record."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )

    def __init__(self, data: QueryDict | None, *, person: Person) -> None:
        super().__init__(data, initial=_as_it_is(person))
        codes = dict.fromkeys(("", *_LANGUAGES, person.language))
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, say_language(code) or _t("not known")) for code in codes]
        for key in ("name", "pronouns"):
            self.fields[key].widget.attrs["dir"] = "auto"

    def changed_values(self) -> dict[str, str]:
        """Only what differs from what is held: the log says which fields were corrected."""
        return {key: self.cleaned_data[key] for key in self.changed_data}

    def clean(self) -> dict[str, str]:
        values = super().clean() or {}
        return {key: one_line(value) if key in _LINES else value for key, value in values.items()}

    def clean_time_zone(self) -> str:
        """Refused here too, so that the sentence stands at its field and the rest stays typed."""
        zone = one_line(self.cleaned_data["time_zone"])
        if zone and not is_time_zone(zone):
            raise forms.ValidationError(
                _t("There is no time zone of that name. Write it as Europe/Stockholm.")
            )
        return zone


def _as_it_is(person: Person) -> dict[str, str]:
    return {
        key: str(getattr(person, key) or "")
        for key in ("name", "pronouns", "postal_address", "language", "time_zone")
    }


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """The form shows what is held, so opening it is a reading too."""
    actor = actor_of(request)
    require(actor, "people.correct")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    form = CorrectionForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        return _save(request, person, form)
    return _page(request, person, form, AddressForm())


def _page(request: HttpRequest, person: Person, form: CorrectionForm, address: AddressForm) -> HttpResponse:
    actor = actor_of(request)
    kept = corrections_of([person.id]).get(person.id, [])
    reached = list(person.identifiers.all())
    note_reading(person, actor, fields=len(form.fields) + len(kept) + len(reached))
    context = header_context(person, actor, tab="data") | {
        "form": form, "former": _former(kept, form), "address": address,
        "reached": [{"id": i.pk, "kind": _KINDS[i.kind], "shown": _shown(i.kind, str(i.shown))} for i in reached],
    }  # fmt: skip
    return render(
        request, "people/correct.html", context, status=422 if form.errors or address.errors else 200
    )


def _save(request: HttpRequest, person: Person, form: CorrectionForm) -> HttpResponse:
    changed = form.changed_values()
    if changed:
        correct_person(person=person, by=actor_of(request), organisation=None, **changed)
        messages.success(request, _t("Corrected. The log says which fields, not what they held."))
    return redirect("people:data", person_id=person.id)


def _shown(field: str, value: str) -> str:
    """A number is told from another one without being read in passing."""
    if field == "phone":
        return mask_phone(value)
    return say_language(value) if field == "language" else value


def _former(kept: Sequence[Correction], form: CorrectionForm) -> list[dict[str, object]]:
    """One line for each thing that stood in a field before."""
    return [
        {
            "id": row.pk,
            "field": form.fields[row.field].label
            if row.field in form.fields
            else _FORMER.get(row.field, _t("Organisation")),
            "before": _shown(row.field, str(row.before)),
            "until": say_day(row.at),
            "by": _t("as they asked") if row.request_id else _BY.get(row.by_kind, ""),
        }
        for row in kept
    ]


@require_POST
def forget(request: HttpRequest, person_id: uuid.UUID, correction_id: uuid.UUID) -> HttpResponse:
    """What stood there before goes; the log says that something did, not what."""
    actor = actor_of(request)
    require(actor, "people.correct")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    forget_correction(person_id=person.id, correction_id=correction_id, by=actor)
    messages.success(request, _t("Forgotten. It stays in backups until they expire, sealed."))
    return redirect("people:correct", person_id=person.id)


@require_POST
def add_address(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """One more address or number; what was typed stays when it is refused."""
    actor = actor_of(request)
    require(actor, "people.correct")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    address = AddressForm(request.POST)
    if address.is_valid():
        given = address.cleaned_data
        try:
            add_identifier(person=person, kind=given["kind"], value=given["value"], by=actor)
        except Refused as refusal:
            note_refusal(refusal)
            address.add_error("value", refusal.sentence)
        else:
            messages.success(request, _t("Added. It proves nobody's identity, because an agent entered it."))
            return redirect("people:correct", person_id=person.id)
    return _page(request, person, CorrectionForm(None, person=person), address)


@require_POST
def remove_address(request: HttpRequest, person_id: uuid.UUID, identifier_id: uuid.UUID) -> HttpResponse:
    """It goes off the record and into its history."""
    actor = actor_of(request)
    require(actor, "people.correct")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    remove_identifier(person_id=person.id, identifier_id=identifier_id, by=actor)
    messages.success(
        request, _t("Taken off. Nothing is sent there any more; it is kept below until somebody forgets it.")
    )
    return redirect("people:correct", person_id=person.id)
