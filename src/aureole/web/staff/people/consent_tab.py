"""What a person agreed to and objected to, purpose by purpose; and whether they are of age to."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, NotPermitted, Refused
from aureole.people.colleagues import signs_in
from aureole.people.models import Person
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.consent.actions.record_consent import LONGEST_WORDING, record_consent
from aureole.privacy.consent.actions.withdraw_consent import withdraw_consent
from aureole.privacy.consent.listing import Standing, standings_of
from aureole.privacy.models import Consent, ConsentChannel, ConsentProof
from aureole.privacy.rights.letters import LANGUAGES
from aureole.privacy.rights.place import start_of, today
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.people.child_forms import child_context
from aureole.web.staff.people.data_rows import BASES
from aureole.web.staff.people.finding import person_or_shell
from aureole.web.staff.people.header import header_context
from aureole.web.staff.people.languages import say_language
from aureole.web.staff.people.record_page import note_reading

Refusals = dict[str, forms.Form]


class ConsentForm(forms.Form):
    """Nothing is chosen beforehand: what was said has to be set down as it was said."""

    wording = forms.CharField(
        label=_l("The very words they agreed to"),
        max_length=LONGEST_WORDING,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={
            "required": _l("Give the words they agreed to; without them a consent shows nothing.")
        },
    )
    version = forms.CharField(
        label=_l("What that text is called"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _l("Give the version of the text, like 2026-03.")},
    )
    language = forms.ChoiceField(
        label=_l("Language of the words"), error_messages={"required": _l("Choose the language.")}
    )
    channel = forms.ChoiceField(
        label=_l("How they said it"), error_messages={"required": _l("Choose how they said it.")}
    )
    proof = forms.ChoiceField(
        label=_l("What shows it"), error_messages={"required": _l("Choose what shows it.")}
    )
    given_on = forms.DateField(
        label=_l("On"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _l("Give the day."), "invalid": _l("Write the day as 2026-03-05.")},
    )

    def __init__(self, data: Any = None, *, purpose: str) -> None:
        super().__init__(data, auto_id=f"{purpose}-%s")
        first = ("", _("Choose one"))
        for name, choices in (
            ("language", [(code, say_language(code)) for code in LANGUAGES]),
            ("channel", ConsentChannel.choices),
            ("proof", ConsentProof.choices),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [first, *choices]
        self.fields["given_on"].widget.attrs["max"] = today().isoformat()


@require_safe
def show_consent(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """One row for each purpose. A look is one entry of the log."""
    actor = actor_of(request)
    require(actor, "people.read")
    person = person_or_shell(request, person_id)
    return person if isinstance(person, HttpResponse) else show_tab(request, person)


def show_tab(
    request: HttpRequest,
    person: Person,
    *,
    refused: Refusals | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """`refused` holds the form of what was not done, by purpose or by name, as it was typed."""
    actor, kept = actor_of(request), refused or {}
    header = header_context(person, actor, tab="consent")
    lines = standings_of(person.id, is_staff=signs_in(person.id))
    note_reading(person, actor, fields=sum(len(line.consents) for line in lines) + 1)
    may_record = may(actor, "consent.record")
    context = {
        "lines": [_shown(line, may_record, person, kept) for line in lines],
        "sentence": _sentence(lines, header["first_name"]),
        "refusal": refusal,
        "error": bool(refused or refusal),
        **child_context(person, actor, kept),
    }
    return render(request, "people/consent.html", header | context, status=status)


def _sentence(lines: list[Standing], name: str) -> str:
    yes = sum(line.current is not None for line in lines)
    no = sum(line.objection is not None for line in lines)
    first = ngettext("%(name)s agreed to %(count)d purpose", "%(name)s agreed to %(count)d purposes", yes) % {
        "name": name,
        "count": yes,
    }
    if not any(line.consents or line.objection for line in lines):
        return _("%(name)s was never asked, or never answered: nothing that needs a yes is done.") % {
            "name": name
        }
    second = ngettext("objected to %(count)d", "objected to %(count)d", no) % {"count": no}
    return (_("%(first)s and %(second)s.") if no else _("%(first)s.")) % {"first": first, "second": second}


def _shown(line: Standing, may_record: bool, person: Person, kept: Refusals) -> dict[str, Any]:
    key, is_free = line.purpose.key, person.restricted_at is None
    form = kept.get(key) or (ConsentForm(purpose=key) if line.takes_consent else None)
    shape, words = _state(line)
    return {
        "key": key,
        "purpose": line.purpose,
        "basis": BASES.get(line.purpose.basis, ""),
        "shape": shape,
        "words": words,
        "current": _say(line.current) if line.current else None,
        "history": [_say(one) for one in line.consents],
        "objected_at": line.objection.made_at if line.objection else None,
        "may_withdraw": may_record and line.current is not None,
        "may_object": may_record and line.can_be_objected_to,
        "form": form if may_record and is_free and line.takes_consent else None,
        "is_open": key in kept,
    }


def _state(line: Standing) -> tuple[str, str]:
    if line.objection is not None:
        return "late", _("objected")
    if line.current is not None:
        return "done", _("agreed")
    if line.takes_consent:
        return "open", _("withdrawn") if line.consents else _("not agreed")
    return "open", _("needs no yes")


def _say(one: Consent) -> dict[str, Any]:
    return {
        "row": one,
        "language": say_language(one.language),
        "channel": ConsentChannel(one.channel).label,
        "proof": ConsentProof(one.proof).label,
        "end": one.get_end_display(),
    }


@require_POST
def record(request: HttpRequest, person_id: uuid.UUID, purpose: str) -> HttpResponse:
    """A yes, as it was said."""
    person = _person(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    form = ConsentForm(request.POST, purpose=purpose)

    def act() -> HttpResponse:
        values = form.cleaned_data
        day = values["given_on"]
        record_consent(
            person_id=person_id, purpose=purpose, wording=values["wording"], version=values["version"],
            language=values["language"], channel=values["channel"], proof=values["proof"],
            by=actor_of(request), given_at=None if day == today() else start_of(day),
        )  # fmt: skip
        messages.success(request, _("Recorded, sealed under their key."))
        return redirect("people:consent", person_id=person_id)

    return act_on(form, act, lambda status: show_tab(request, person, refused={purpose: form}, status=status))


@require_POST
def withdraw(request: HttpRequest, person_id: uuid.UUID, purpose: str) -> HttpResponse:
    """As easy as giving it (GDPR Art. 7(3)): one press."""

    def do(actor: Actor) -> str:
        stopped = withdraw_consent(person_id=person_id, purpose=purpose, by=actor)
        return _("Withdrawn.") + " " + _say_stopped(stopped)

    person = _person(request, person_id)
    return person if isinstance(person, HttpResponse) else _do(request, person, do)


@require_POST
def object_(request: HttpRequest, person_id: uuid.UUID, purpose: str) -> HttpResponse:
    """A no (GDPR Art. 21)."""

    def do(actor: Actor) -> str:
        stopped = object_to_purpose(person_id=person_id, purpose=purpose, by=actor)
        return _("Objection noted.") + " " + _say_stopped(stopped)

    person = _person(request, person_id)
    return person if isinstance(person, HttpResponse) else _do(request, person, do)


def _say_stopped(count: int) -> str:
    words = ngettext(
        "%(count)d mail that waited was stopped.", "%(count)d mails that waited were stopped.", count
    )
    return words % {"count": count} if count else _("No mail waited.")


def _person(request: HttpRequest, person_id: uuid.UUID) -> Person | HttpResponse:
    require(actor_of(request), "consent.record")
    return person_or_shell(request, person_id)


def _do(request: HttpRequest, person: Person, do: Callable[[Actor], str]) -> HttpResponse:
    try:
        messages.success(request, do(actor_of(request)))
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return show_tab(request, person, refusal=refusal.sentence, status=409)
    return redirect("people:consent", person_id=person.id)
