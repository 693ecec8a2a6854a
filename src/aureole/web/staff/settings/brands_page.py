"""The brands: those in use or those that were, and a new one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from aureole.desk.actions.add_brand import add_brand
from aureole.desk.models import Brand
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.settings.forms import Add
from aureole.web.staff.settings.frame import frame_context
from aureole.web.staff.settings.refusing import field_of

PAGE = 50


@require_safe
def show_brands(request: HttpRequest) -> HttpResponse:
    """?show=ended for those out of use, the last first."""
    require(actor_of(request), "desk.brands")
    ended = request.GET.get("show") == "ended"
    rows = Brand.objects.filter(removed_at__isnull=not ended).prefetch_related("addresses")
    page = Paginator(rows.order_by("-removed_at" if ended else "name", "code"), PAGE)
    shown = page.get_page(request.GET.get("page"))
    context = {
        "page": shown, "rows": [_row(brand) for brand in shown.object_list], "is_ended": ended,
        "sentence": _sentence(Brand.objects.filter(removed_at=None).count()),
        "own_name": settings.AUREOLE_WORKSPACE, "own_address": settings.AUREOLE_MAILBOX,
    }  # fmt: skip
    return render(request, "settings/brands/list.html", frame_context("brands") | context)


def _sentence(count: int) -> str:
    if not count:
        return _("There is no brand: all of it is %(company)s’s own.") % {
            "company": settings.AUREOLE_WORKSPACE
        }
    return ngettext(
        "%(count)d brand. What is of no brand is %(company)s’s own.",
        "%(count)d brands. What is of none of them is %(company)s’s own.",
        count,
    ) % {"count": count, "company": settings.AUREOLE_WORKSPACE}


def _row(brand: Brand) -> dict[str, Any]:
    also = sorted(one.address for one in brand.addresses.all() if one.address != brand.address)
    return {"brand": brand, "also": also}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "desk.brands")
    form = Add(request.POST or None)

    def show(status: int) -> HttpResponse:
        context = frame_context("brands") | {"form": form, "own_name": settings.AUREOLE_WORKSPACE}
        return render(request, "settings/brands/add.html", context, status=status)

    def act() -> HttpResponse:
        brand = add_brand(by=actor, **form.cleaned_data)
        messages.success(request, _("%(name)s is there; answers leave from %(address)s.") % {
            "name": brand.name, "address": brand.address,
        })  # fmt: skip
        return redirect("settings:brand", brand_id=brand.pk)

    return act_on(form, act, show, field=field_of) if request.method == "POST" else show(200)
