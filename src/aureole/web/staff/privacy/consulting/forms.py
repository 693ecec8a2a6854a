"""What an officer types about a consultation. Every form has its own ids, because several stand on one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aureole.privacy.models import ConsultationEnd


def _words(label: Any, *, hint: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Say it in a sentence or two.")},
    )  # fmt: skip


def _line(label: Any, *, hint: Any = "", most: int, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=most,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _("Fill this in.")},
    )  # fmt: skip


def _day(label: Any, *, hint: Any = "", required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=hint, required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give the day."), "invalid": _("Write the day as 2027-03-31.")},
    )  # fmt: skip


class Record(forms.Form):
    authority = _line(_("Authority"), most=120)
    about = _words(
        _("Which processing"),
        hint=_("What is planned and why the risk stays high. Name nobody: it stays for good."),
    )
    reference = _line(_("Its reference"), hint=_("If it gave one already."), most=60, required=False)
    sent_on = _day(_("Sent on"))
    received_on = _day(
        _("Received there on"),
        hint=_("Its time runs from here; the day it was sent if you do not know."),
        required=False,
    )


class Extend(forms.Form):
    announced_on = _day(_("It said so on"))
    reason = _words(_("Its reasons"))


class Pause(forms.Form):
    asked_on = _day(_("It asked on"))
    asked = _words(_("What it wants to know"), hint=_("Name nobody."))


class Resume(forms.Form):
    given_on = _day(_("It has it since"))


class End(forms.Form):
    end = forms.ChoiceField(label=_("How it ended"), choices=ConsultationEnd.choices)
    ended_on = _day(_("On"))
    answer = _words(_("What it said"), hint=_("Name nobody."), required=False)
