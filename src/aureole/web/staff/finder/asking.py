"""What may be asked on the page of results, read into the filters of a search."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aureole.desk.searching import traits_of
from aureole.kernel.errors import NotFound
from aureole.people.queries import the_owner_of
from aureole.search.condition import Filters
from aureole.search.query import LONGEST_QUERY
from aureole.staff.models import Team
from aureole.web.staff.desk.words import STATUSES

_KINDS = {
    "": _("Everything"),
    "message": _("Messages"),
    "ticket": _("Subjects and numbers"),
    "person": _("People"),
}
_ANY = ("", _("Any"))


class Asking(forms.Form):
    """Words and filters. They travel in the body of a POST: a name in an address would stay in histories and logs."""

    q = forms.CharField(label=_("A name, an address, a number or words"), required=False, strip=True)
    kind = forms.ChoiceField(label=_("Where"), choices=list(_KINDS.items()), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    person = forms.CharField(label=_("Whose"), max_length=320, required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        status, team = self.fields["status"], self.fields["team"]
        assert isinstance(status, forms.ChoiceField)
        assert isinstance(team, forms.ChoiceField)
        status.choices = [_ANY, *((code, words) for code, words in STATUSES.items())]
        teams = Team.objects.order_by("name").values_list("pk", "name")
        team.choices = [_ANY, *((str(pk), name) for pk, name in teams)]
        self.has_teams = len(team.choices) > 1
        search = {
            "type": "search",
            "maxlength": LONGEST_QUERY,
            "autocomplete": "off",
            "dir": "auto",
            "data-key": "/",
        }
        self.fields["q"].widget.attrs.update(search)
        self.fields["person"].widget.attrs.update(
            {
                "autocomplete": "off",
                "spellcheck": "false",
                "dir": "auto",
                "placeholder": _("Address or number"),
            }
        )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("since") and found.get("until") and found["since"] > found["until"]:
            self.add_error("until", _("This day lies before the other one."))
        return found

    def clean_person(self) -> uuid.UUID | None:
        text = self.cleaned_data["person"]
        try:
            return the_owner_of(text) if text else None
        except NotFound:
            raise forms.ValidationError(_("Nobody here has that address or number.")) from None

    @property
    def words(self) -> str:
        return str(self.cleaned_data.get("q", ""))

    @property
    def kinds(self) -> tuple[str, ...]:
        chosen = self.cleaned_data.get("kind")
        return (chosen,) if chosen else ("ticket", "message")

    @property
    def is_narrowed(self) -> bool:
        return any(
            self.cleaned_data.get(name) for name in ("kind", "status", "team", "person", "since", "until")
        )

    @property
    def filters(self) -> Filters:
        asked = self.cleaned_data
        return Filters(
            person=asked["person"],
            since=_midnight(asked["since"]),
            until=_midnight(asked["until"], days=1),
            traits=traits_of(
                statuses=[asked["status"]] if asked["status"] else (),
                team_ids=[uuid.UUID(asked["team"])] if asked["team"] else (),
            ),
        )

    def as_sent(self) -> list[tuple[str, str]]:
        """The same again, for the form that goes on to older hits."""
        return [(name, value) for name in self.fields if (value := str(self.data.get(name, "")))]


def _midnight(day: Any, days: int = 0) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(days=days) if day else None
