"""Packages of a person's data: made here, fetched here, gone after some days."""

from __future__ import annotations

import uuid
from datetime import timedelta
from math import ceil
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.ledger.record import record
from aureole.ledger.saying import say_facts
from aureole.people.models import Person
from aureole.people.queries import first_name, shown_name
from aureole.privacy.export.stored import DAYS, counts_of, make_export, open_export
from aureole.privacy.models import ExportPackage
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.sealed_download import sealed_answer
from aureole.web.staff.people.finding import person_or_shell, persons_by_id
from aureole.web.staff.people.record_page import note_reading
from aureole.web.staff.privacy.frame import frame_context

_MOST = 100


@require_safe
def show_exports(request: HttpRequest) -> HttpResponse:
    """What waits to be fetched, newest first. A week of them at most, so one page."""
    actor = actor_of(request)
    require(actor, "privacy.export")
    packages = list(_waiting().order_by("-created_at")[:_MOST])
    people = persons_by_id(package.person_id for package in packages)
    rows = [_row(package, people.get(package.person_id)) for package in packages]
    context = {"rows": rows, "sentence": _sentence(len(rows))}
    return render(request, "privacy/exports.html", frame_context(actor, "exports") | context)


def _waiting() -> Any:
    rows = ExportPackage.objects.filter(expires_at__gt=now()).select_related("file")
    return rows.defer("file__inline", "file__envelope")


def _sentence(count: int) -> str:
    if not count:
        return _("No package waits to be fetched.")
    words = ngettext(
        "%(count)d package waits to be fetched; it is gone %(days)d days after it was made.",
        "%(count)d packages wait to be fetched; each is gone %(days)d days after it was made.",
        count,
    )
    return words % {"count": count, "days": DAYS}


def _row(package: ExportPackage, person: Person | None) -> dict[str, Any]:
    left = ceil((package.expires_at - now()) / timedelta(days=1))
    return {
        "package": package, "name": shown_name(person), "size": filesizeformat(package.file.size),
        "left": ngettext("%(count)d day", "%(count)d days", left) % {"count": left},
    }  # fmt: skip


@require_POST
def make_export_of(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Make a package now and go to its page."""
    actor = actor_of(request)
    require(actor, "privacy.export")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    package = make_export(person.id, by=actor)
    return redirect("privacy:export", package_id=package.id)


@require_safe
def show_export(request: HttpRequest, package_id: uuid.UUID) -> HttpResponse:
    """Size, contents in words, hash, days left."""
    actor = actor_of(request)
    require(actor, "privacy.export")
    package = _load(package_id)
    person = persons_by_id([package.person_id]).get(package.person_id)
    if person is not None:
        note_reading(person, actor, fields=1)
    name = first_name(person)
    context = _row(package, person) | {
        "person": person, "first_name": name, "contents": _contents(package),
        "sentence": _("Everything we hold about %(name)s, in one file.") % {"name": name},
    }  # fmt: skip
    return render(request, "privacy/export.html", frame_context(actor, "exports") | context)


def _load(package_id: uuid.UUID) -> ExportPackage:
    package: ExportPackage | None = _waiting().filter(pk=package_id).first()
    if package is None:
        raise NotFound("export_not_found", "This package is no longer here. Nothing is lost: make a new one.")
    return package


def _contents(package: ExportPackage) -> str:
    """What the log says was put into it: counts only."""
    return say_facts(counts_of(package))


@require_safe
def download_export(request: HttpRequest, package_id: uuid.UUID) -> HttpResponseBase:
    """The file, opened piece by piece on its way out. Written in the log before the first byte leaves."""
    actor = actor_of(request)
    require(actor, "privacy.export")
    package, _ = open_export(package_id)
    records = counts_of(package).get("records", 1)
    with transaction.atomic():
        record("privacy.export_fetched", by=actor, person=package.person_id, records=records)
    answer = sealed_answer(request, package.file, kind="application/zip")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="personal-data-{str(package.id)[-12:]}.zip"'
    )
    return answer
