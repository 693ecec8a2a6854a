"""Whether somebody outside who got the data heard of what became of it (GDPR Art. 19): the fields, wherever asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _l

from aureole.privacy.informing.recipients import LONGEST_WHY
from aureole.privacy.models import SAID


class HeardForm(forms.Form):
    """As `settle_changes` and `settle_recipient` take it."""

    hearing = forms.ChoiceField(label=_l("Were they told?"), choices=[(one.value, one.label) for one in SAID])
    reason = forms.CharField(
        label=_l("How, or what shows that they cannot be"),
        required=False,
        max_length=LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_l("Kept with the record, sealed."),
    )


class SettleRecipient(HeardForm):
    """At a request: of one among whom it is not known yet. `offer` fills them in."""

    recipient = forms.ChoiceField(
        label=_l("Who got their data"),
        error_messages={"invalid_choice": _l("That was noted already; choose another.")},
    )
    field_order = ("recipient", "hearing", "reason")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["reason"].help_text = _l("Kept with the request, sealed.")

    def offer(self, recipients: list[tuple[str, str]]) -> None:
        """(id, words) of whom it is not known yet."""
        field = self.fields["recipient"]
        assert isinstance(field, forms.ChoiceField), "declared above"
        field.choices = recipients
