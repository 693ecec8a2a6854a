"""Setting another period, or going back to what is declared."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from aureole.kernel.errors import NotFound
from aureole.privacy.models import RetentionRule
from aureole.privacy.retention.actions.set_rule import LONGEST_MONTHS, LONGEST_REASON, set_rule
from aureole.privacy.retention.ports import scopes, settable
from aureole.privacy.vocabulary import retention
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.retention import sayings


class PeriodForm(forms.Form):
    """`where` is "" for the whole class, else a scope and what it is narrowed to: "type:order"."""

    where = forms.ChoiceField(
        label=_l("Of what"),
        required=False,
        error_messages={"invalid_choice": _l("Choose one that there is.")},
    )
    months = forms.IntegerField(
        label=_l("Months"),
        help_text=_l("Whole months after it begins. Leave it empty to go back to what is declared."),
        required=False,
        min_value=0,
        max_value=LONGEST_MONTHS,
        error_messages={"invalid": _l("Give whole months, like 6.")},
    )
    reason = forms.CharField(
        label=_l("Why"),
        help_text=_l("In words that name nobody: it is kept for good, with your name and the day."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _l("Say why.")},
    )

    def __init__(self, data: QueryDict | None, *, class_key: str, where: str) -> None:
        super().__init__(data, initial={"where": where, "months": _months(class_key, where)})
        field = self.fields["where"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("All of it")),
            *(
                (
                    capfirst(scope.words),
                    [(f"{name}:{value}", called) for value, called in scope.choices().items()],
                )
                for name, scope in scopes().items()
                if class_key in scope.classes
            ),
        ]


def _months(class_key: str, where: str) -> int | None:
    scope, _colon, value = where.partition(":")
    rules = RetentionRule.objects.filter(class_key=class_key, scope=scope, value=value, ended_at=None)
    found = rules.values_list("months", flat=True).first()
    return found if found is not None else (None if where else retention(class_key).months)


@require_http_methods(["GET", "HEAD", "POST"])
def show_change(request: HttpRequest, class_key: str) -> HttpResponse:
    """?where= is a scope and a code or id, "type:order"."""
    actor = actor_of(request)
    require(actor, "privacy.retention")
    if class_key not in settable():
        raise NotFound("retention_class", "Nothing here runs out by that name. Nothing was changed.")
    form = PeriodForm(request.POST or None, class_key=class_key, where=request.GET.get("where", ""))

    def show(status: int) -> HttpResponse:
        context = {
            "form": form,
            "label": sayings.say_class(class_key),
            "declared": retention(class_key),
            "declared_months": sayings.say_months(retention(class_key).months or 0),
        }
        return render(
            request,
            "privacy/retention/change.html",
            frame_context(actor, "retention") | context,
            status=status,
        )

    if request.method != "POST":
        return show(200)
    return act_on(
        form,
        lambda: _change(request, class_key, form.cleaned_data),
        show,
        looks_up=True,
        field=lambda refusal: "reason" if refusal.code == "retention_reason" else None,
    )


def _change(request: HttpRequest, class_key: str, values: dict[str, Any]) -> HttpResponse:
    scope, _colon, value = values["where"].partition(":")
    set_rule(
        class_key=class_key, months=values["months"], reason=values["reason"], scope=scope, value=value,
        by=actor_of(request),
    )  # fmt: skip
    messages.success(request, _("Changed. It counts from now on; nothing was erased by it."))
    return redirect("privacy:retention")
