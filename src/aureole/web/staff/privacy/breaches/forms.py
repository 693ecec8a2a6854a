"""What an officer types about a breach. Every form has its own ids, because several stand on one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aureole.privacy.breaches.naming import LONGEST
from aureole.privacy.models import BreachRisk, BreachRole, BreachScope, BreachTelling
from aureole.web.staff.privacy.who import agent_names

_MOMENT = "%Y-%m-%dT%H:%M"
_GROUNDS = [(one.value, one.label) for one in BreachTelling if one != BreachTelling.TOLD]


def _words(label: Any, *, hint: Any = "", required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
        error_messages={"required": _("Say it in a sentence or two.")},
    )  # fmt: skip


def _moment(label: Any, *, hint: Any = "", required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, help_text=hint, required=required, input_formats=[_MOMENT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        error_messages={"required": _("Give day and time."), "invalid": _("Write the moment as 2027-03-31 14:30.")},
    )  # fmt: skip


class Plain(forms.Form):
    """Nothing to type: a button."""


class Record(forms.Form):
    title = forms.CharField(
        label=_("What to call it"), max_length=120,
        help_text=_("A few words that name nobody: “Laptop left on a train”."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _("Give it a name.")},
    )  # fmt: skip
    facts = _words(
        _("What happened"), hint=_("As far as you know by now. Name nobody: it goes to the authority.")
    )
    kinds = forms.MultipleChoiceField(
        label=_("The data was"), widget=forms.CheckboxSelectMultiple,
        choices=[("disclosed", _("disclosed")), ("altered", _("altered")), ("lost", _("lost"))],
        error_messages={"required": _("Say what happened to the data.")},
    )  # fmt: skip
    noticed_at = _moment(
        _("Noticed"),
        hint=_("The moment somebody here was reasonably certain. The hours run from it, over weekends too."),
    )
    began_at = _moment(_("Began, if known"), required=False)
    role = forms.ChoiceField(
        label=_("We process it"),
        choices=BreachRole.choices,
        initial=BreachRole.CONTROLLER,
        widget=forms.RadioSelect,
    )


class Describe(forms.Form):
    facts = _words(_("What happened"))
    effects = _words(_("What it can lead to for those affected"), required=False)
    measures = _words(_("What is done about it"), hint=_("Also what those affected can do."), required=False)
    contact = _words(_("Who answers questions"), hint=_("A function, not a name."), required=False, rows=1)
    ended_at = _moment(_("Ended, if it has"), required=False)


class Bound(forms.Form):
    scope = forms.ChoiceField(label=_("Affected are"), choices=BreachScope.choices, widget=forms.RadioSelect)
    account = forms.ChoiceField(label=_("Account in wrong hands"), required=False, widget=forms.Select)
    since = _moment(_("From"), required=False)
    until = _moment(_("Until"), required=False)
    persons = forms.CharField(
        label=_("Their addresses, one a line"), required=False, max_length=200_000,
        help_text=_("For persons given by their addresses. They are compared and not kept here."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "autocomplete": "off"}),
    )  # fmt: skip
    sealed_only = forms.BooleanField(
        label=_("Only ciphertext was taken, and none of its keys (a disk, a dump, a backup)"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(key), name) for key, name in sorted(agent_names().items(), key=lambda pair: pair[1])]
        account = self.fields["account"]
        assert isinstance(account, forms.ChoiceField)
        account.choices = [("", "—"), *known]


class Assess(forms.Form):
    risk = forms.ChoiceField(
        label=_("For those affected it is"), choices=BreachRisk.choices, widget=forms.RadioSelect
    )
    reason = _words(_("Why"))


class Report(forms.Form):
    handed_in_at = _moment(_("Handed in"), hint=_("Empty for now."), required=False)
    is_last = forms.BooleanField(label=_("It is complete: the last report"), required=False)
    delay_reason = _words(_("Reasons for the delay"), hint=_("Only when it is late."), required=False)


class Tell(forms.Form):
    en = _words(_("In English"), required=False, rows=6)
    de = _words(_("In German"), required=False, rows=3)
    fr = _words(_("In French"), required=False, rows=3)
    es = _words(_("In Spanish"), required=False, rows=3)


class Excuse(forms.Form):
    ground = forms.ChoiceField(label=_("Because it is"), choices=_GROUNDS, widget=forms.RadioSelect)
    reason = _words(_("Reason, or the words of the public notice"))


class Close(forms.Form):
    remedy = _words(_("What was done so that it does not happen again"))
