"""One brand: its name and addresses, whether a period of its own is in force, and taking it out of use."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST, require_safe

from aureole.desk.actions.change_brand import change_brand
from aureole.desk.actions.remove_brand import remove_brand
from aureole.desk.models import Brand
from aureole.kernel.errors import NotFound
from aureole.privacy.models import RetentionRule
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.doing import Doing, Plain, do_one
from aureole.web.staff.desk.links import list_url
from aureole.web.staff.privacy.retention.sayings import say_class, say_months
from aureole.web.staff.settings.forms import Change
from aureole.web.staff.settings.frame import frame_context

DOINGS: dict[str, Doing[Brand]] = {
    "change": Doing(
        form=Change,
        run=lambda brand, v, by: change_brand(brand=brand, name=v["name"], addresses=v["addresses"], by=by),
        done=_l("Changed. Answers from now on leave like this."),
    ),
    "end": Doing(
        run=lambda brand, v, by: remove_brand(brand=brand, by=by),
        done=_l("Out of use. Its tickets go on saying of which brand they were."),
    ),
}


@require_safe
def show_brand(request: HttpRequest, brand_id: uuid.UUID) -> HttpResponse:
    require(actor_of(request), "desk.brands")
    return _page(request, _brand(brand_id), refused={})


@require_POST
def do(request: HttpRequest, brand_id: uuid.UUID, what: str) -> HttpResponse:
    return do_one(
        request, what, DOINGS, permission="desk.brands", find=lambda: _brand(brand_id), show=_page,
        after=lambda: redirect("settings:brand", brand_id=brand_id),
    )  # fmt: skip


def _brand(brand_id: uuid.UUID) -> Brand:
    found = Brand.objects.filter(pk=brand_id).first()
    if found is None:
        raise NotFound("brand_not_found", "There is no such brand. Nothing was changed.")
    return found


def _page(
    request: HttpRequest, brand: Brand, *, refused: Mapping[str, forms.Form], status: int = 200
) -> HttpResponse:
    """The page, with the form that was refused as it was typed."""
    addresses = sorted(
        brand.addresses.values_list("address", flat=True), key=lambda one: (one != brand.address, one)
    )
    context = {
        "brand": brand, "addresses": addresses, "refused": bool(refused),
        "periods": _periods(brand), "list_url": list_url(f"brand:{brand.pk}"),
        "own_name": settings.AUREOLE_WORKSPACE,
        "change": refused.get("change") or _as_it_is(brand, addresses), "end": refused.get("end") or Plain(),
    }  # fmt: skip
    return render(request, "settings/brands/brand.html", frame_context("brands") | context, status=status)


def _as_it_is(brand: Brand, addresses: list[str]) -> Change:
    return Change(initial={"name": brand.name, "addresses": "\n".join(addresses)}, auto_id="change-%s")


def _periods(brand: Brand) -> list[str]:
    """Own periods in force that name the brand: while there is one it stays in use."""
    rules = RetentionRule.objects.filter(scope="brand", value=str(brand.pk), ended_at=None)
    return [f"{say_class(rule.class_key)}: {say_months(rule.months)}" for rule in rules.order_by("class_key")]
