"""What is asked for with each right: four fields at most."""

from __future__ import annotations

from typing import Any

from django import forms

from aureole.kernel.errors import Refused
from aureole.people.normalise import normalise
from aureole.people.stated_age import day_written
from aureole.privacy.models import RequestKind
from aureole.privacy.rights.birth_dates import stated_day

MOST_WORDS = 5_000
_FIELDS = ("name", "postal_address", "pronouns", "birth_date", "statement")
_NEEDS_WORDS = (RequestKind.OBJECTION, RequestKind.REVIEW)


class AskForm(forms.Form):
    """address, words; which (objection or withdrawal); field and right (rectification). Labels come from `t`."""

    def __init__(self, kind: str, t: dict[str, Any], data: Any = None) -> None:
        super().__init__(data, auto_id="%s")
        self._t = t
        if kind == RequestKind.OBJECTION:
            self._choose("which", ("objection", "withdrawal"), forms.RadioSelect())
        if kind == RequestKind.RECTIFICATION:
            self._choose("field", _FIELDS, forms.Select(attrs={"class": "input tall"}))
            self._write("right", t["ask"]["right"], "right_missing", rows=2)
        needed = kind in _NEEDS_WORDS
        label = t["ask"]["own_words"].get(kind, t["ask"]["words"])
        self._write("words", label, "words_missing" if needed else "", rows=4)
        self.fields["address"] = forms.CharField(
            label=t["ask"]["address"],
            help_text=t["ask"]["address_hint"],
            max_length=320,
            error_messages=self._sayings("address_missing", 320),
            widget=forms.EmailInput(
                attrs={"class": "input tall", "autocomplete": "email", "dir": "ltr", "aria-describedby": "address-hint"}
            ),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A date of birth in whatever way it was written, as it is kept."""
        values = super().clean() or {}
        if values.get("field") == "birth_date" and values.get("right"):
            try:
                day = day_written(values["right"].strip())
                values["right"] = stated_day(day.isoformat() if day else "").isoformat()
            except Refused:
                self.add_error("right", self._t["errors"]["birth_date_unreadable"])
        return values

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"])
        try:
            normalise("email", address)
        except Refused:
            raise forms.ValidationError(self._t["errors"]["address_unusable"]) from None
        return address

    def _choose(self, name: str, values: tuple[str, ...], widget: forms.Widget) -> None:
        asks = self._t["ask"]
        choices = [(value, asks[value]) for value in values]
        if isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
            choices.insert(0, ("", asks["choose"]))
        self.fields[name] = forms.ChoiceField(
            label=asks[name], choices=choices, widget=widget, error_messages=self._sayings(f"{name}_missing", 0)
        )  # fmt: skip

    def _write(self, name: str, label: str, missing: str, *, rows: int) -> None:
        self.fields[name] = forms.CharField(
            label=label,
            required=bool(missing),
            max_length=MOST_WORDS,
            widget=forms.Textarea(attrs={"class": "input tall", "rows": rows, "dir": "auto"}),
            error_messages=self._sayings(missing or "words_missing", MOST_WORDS),
        )

    def _sayings(self, missing: str, most: int) -> dict[str, str]:
        errors = self._t["errors"]
        return {
            "required": errors[missing], "invalid_choice": errors[missing],
            "max_length": errors["too_long"].format(most=most), "null_characters_not_allowed": errors["other"],
        }  # fmt: skip
