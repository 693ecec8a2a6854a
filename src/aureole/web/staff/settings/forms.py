"""What an administrator types about a brand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_LIST = 12_000


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As people read it beside the address of an answer."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _("Give the name people know it by.")},
    )  # fmt: skip


class Addresses(forms.CharField):
    """One address a line; cleaned, a list without the empty lines."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Addresses people write to"), max_length=LONGEST_LIST,
            help_text=_("One a line. Answers leave from the first."),
            widget=forms.Textarea(
                attrs={"rows": 4, "autocomplete": "off", "dir": "ltr", "spellcheck": "false"}
            ),
            error_messages={"required": _("Give one address at least; answers leave from it.")},
        )  # fmt: skip

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class Change(forms.Form):
    name = _name()
    addresses = Addresses()


class Add(Change):
    code = forms.CharField(
        label=_("Code"), max_length=12,
        help_text=_("For the command line and in lists: a letter, then letters, digits and hyphens. It stays."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Give it a short code, like fjell.")},
    )  # fmt: skip

    field_order = ["name", "code", "addresses"]
