"""What an officer types at a request. Every form has its own ids, because several stand on one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aureole.privacy.rights.kinds import REFUSALS
from aureole.privacy.rights.pausing import CAUSES
from aureole.privacy.transfer.peers import peers

LONGEST = 4000
_CAUSES = {"identity": _("who they are"), "clarification": _("what they mean")}


def _words(label: Any, *, hint: Any = "", required: bool = True, missing: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": missing} if missing else None,
    )


class Match(forms.Form):
    address = forms.CharField(
        label=_("Address, number or id of the person"),
        max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _("Give an address, a number or an id that is on file.")},
    )


class AskIdentity(forms.Form):
    """Choices are the addresses on file that may prove anything; the page fills them in."""

    address = forms.UUIDField(required=False, widget=forms.HiddenInput)


class GiveCode(forms.Form):
    code = forms.CharField(
        label=_("The code they gave back"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
        error_messages={"required": _("Type the eight digits they gave back.")},
    )


class Vouch(forms.Form):
    how = _words(
        _("How you know that it is them"),
        hint=_("A kind of proof in words, never a copy of a document: “called back on the number on file”."),
        missing=_("Say in words how you know that it is the person."),
    )


class Pause(forms.Form):
    cause = forms.ChoiceField(
        label=_("They were asked"),
        choices=[(c, _CAUSES[c]) for c in CAUSES],
        error_messages={"invalid_choice": _("The clock may wait only for one of these.")},
    )
    reason = _words(_("What exactly"), missing=_("Say what was asked; only that may stop the clock."))


class Extend(forms.Form):
    reason = _words(
        _("Why it takes longer"),
        hint=_("They are told these words. Complexity or the number of requests; nothing else counts."),
        missing=_("They must be told why; give the reasons."),
    )


class SendBack(forms.Form):
    reason = _words(_("What has to be mended"), missing=_("Say why, so that it can be mended."))


class Refuse(forms.Form):
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[("", _("Choose one")), *REFUSALS.items()],
        error_messages={"required": _("Choose the ground; without one there is no refusal.")},
    )
    reason = _words(
        _("The facts it rests on"),
        hint=_("They are told these words, where to complain, and that a court is open to them."),
        missing=_("Give the facts; you bear the proof."),
    )


class TakeBack(forms.Form):
    reason = _words(_("How they said so"), required=False)


class SendNow(forms.Form):
    """To which of the instances the operator made known; the answer was released before."""

    peer = forms.ChoiceField(
        label=_("To whom"),
        choices=lambda: [("", _("Choose one")), *((str(peer.id), peer.name) for peer in peers())],
        help_text=_("Another controller whose instance is known here (GDPR Art. 20(2))."),
        error_messages={
            "required": _("Choose to whom it goes."),
            "invalid_choice": _("This one is not known here any more; choose another."),
        },
    )


class SendOn(SendNow):
    """Before a release: how it came that it goes there."""

    reason = _words(_("How they said so"), required=False, hint=_("Kept with the request, sealed."))


class Release(forms.Form):
    """What was looked at, by its hash; empty for rights whose answer is not counted first."""

    plan = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class ByHand(forms.Form):
    reason = _words(
        _("What was done"),
        hint=_("Kept with the request, sealed."),
        missing=_("Say what was done; it is kept with the request."),
    )
