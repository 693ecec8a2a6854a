"""One real person on the data map: found by what they are known by, which never stands in an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aureole.channels.email.models import OutboundMail, OutboundState
from aureole.kernel.errors import NotPermitted, Refused
from aureole.kernel.ids import id_in
from aureole.people.models import Person
from aureole.people.queries import person_for, shown_name, the_owner_of
from aureole.privacy.data_map.rows import MapRow
from aureole.privacy.data_map.tracing import Trace, trace
from aureole.privacy.models import DisclosedTo
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import person_or_shell
from aureole.web.staff.privacy.drawing import store_of
from aureole.web.staff.privacy.frame import frame_context


class TraceForm(forms.Form):
    address = forms.CharField(
        label=_l("Address, number or id of the person"),
        max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _l("Give an address, a number or an id that is on file.")},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Traced:
    """A person with where they are held, and who outside got something: mails by the mail server, other controllers."""

    person: Person
    name: str
    found: Trace
    mails: int


@require_POST
def trace_person(request: HttpRequest) -> HttpResponse:
    """To the map of that person; a refusal shows the form again, with what was typed."""
    actor = actor_of(request)
    require(actor, "privacy.explain")
    form = TraceForm(request.POST)
    if form.is_valid():
        try:
            person = person_for(actor, the_owner_of(form.cleaned_data["address"]))
            return redirect(f"{reverse('privacy:map')}?person={person.id}")
        except NotPermitted:
            raise
        except Refused as refusal:
            form.add_error("address", refusal.sentence)
    context = frame_context(actor, "map") | {"form": form}
    return render(request, "privacy/trace.html", context, status=422)


def traced_person(request: HttpRequest, asked: str) -> Traced | HttpResponse | None:
    """None where nobody is asked for; the page that stands in their place for somebody who is gone.

    Looking is a reading: one entry of the log. Raises NotFound.
    """
    person_id = id_in(asked)
    if person_id is None:
        return None
    actor = actor_of(request)
    require(actor, "privacy.explain")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    mails = OutboundMail.objects.filter(person_id=person_id, state=OutboundState.SENT).count()
    return Traced(person=person, name=shown_name(person), found=trace(person_id, by=actor), mails=mails)


def trace_context(traced: Traced, rows: Sequence[MapRow], stores: dict[str, Any]) -> dict[str, Any]:
    """Where they are held, one line for each place, and in a sentence."""
    lines: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.table in traced.found.tables and row.table not in lines:
            lines[row.table] = {
                "label": row.label.partition(":")[0], "table": row.table, "count": traced.found.rows[row.table],
                "store": stores[store_of(row)][0], "purpose": row.purpose, "kept": row.retention,
                "on_erase": row.on_erase,
            }  # fmt: skip
    return {
        "traced": traced,
        "places": sorted(lines.values(), key=lambda line: (-line["count"], line["label"])),
        "received": _received(traced),
        "sentence": _sentence(traced, len(lines), sum(line["count"] for line in lines.values())),
    }


def _received(traced: Traced) -> list[str]:
    mails = ngettext(
        "the outgoing mail server, %(count)d mail", "the outgoing mail server, %(count)d mails", traced.mails
    ) % {"count": traced.mails}
    noted = [str(DisclosedTo(to).label) for to in traced.found.noted]
    return ([mails] if traced.mails else []) + list(traced.found.peers) + noted


def _sentence(traced: Traced, places: int, rows: int) -> str:
    first = _("%(name)s: %(rows)s in %(places)s.") % {
        "name": traced.name,
        "rows": ngettext("%(count)s row", "%(count)s rows", rows) % {"count": f"{rows:,}"},
        "places": ngettext("%(count)d place", "%(count)d places", places) % {"count": places},
    }
    received = _received(traced)
    outside = (
        _("Their data went to: %(whom)s.") % {"whom": "; ".join(received)}
        if received
        else _("Nobody outside got any.")
    )
    return f"{first} {outside}"
