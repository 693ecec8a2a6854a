"""The data map: what is held, drawn and as a table, with what it leaves open first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.kernel.errors import NotFound
from aureole.privacy import vocabulary
from aureole.privacy.data_map import MapRow, gaps, rows
from aureole.privacy.data_map.formats import as_csv, as_fides, as_ropa_text
from aureole.privacy.data_map.recipients import recipients_of_all
from aureole.privacy.data_map.rows import OUTSIDE
from aureole.privacy.data_map.special import is_special
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.downloads import as_download
from aureole.web.staff.people.data_rows import BASES
from aureole.web.staff.privacy.drawing import Theirs, draw, is_sent
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.map_file import as_svg_file
from aureole.web.staff.privacy.outside import outside_of
from aureole.web.staff.privacy.tracing_page import Traced, TraceForm, trace_context, traced_person

_STORES = {
    "database": (_l("Database"), ""),
    "search": (_l("Search index"), _l("keyed numbers, no words")),
    "files": (_l("File store"), _l("sealed, random names")),
    "log": (_l("Log"), _l("no names")),
    "keys": (_l("Key store"), _l("keys only, kept apart")),
}
_FORMS = {
    "csv": ("text/csv; charset=utf-8", "data-map.csv"),
    "json": ("application/json", "data-map.json"),
    "fides": ("application/yaml", "data-map.fides.yaml"),
    "art-30": ("text/markdown; charset=utf-8", "article-30-record.md"),
}


@require_safe
def show_map(request: HttpRequest) -> HttpResponse:
    """?purpose=, ?category= and ?special=1 are codes of the map itself: a purpose is marked in the drawing, all cut the
    table. ?person= is an id: where that person is held is marked, and the table shows only that."""
    actor = actor_of(request)
    require(actor, "privacy.map")
    traced = traced_person(request, request.GET.get("person", ""))
    if isinstance(traced, HttpResponse):
        return traced
    every = rows()
    held = [row for row in every if row.module != OUTSIDE]
    purpose = _known(request.GET.get("purpose", ""), {row.purpose_key for row in held})
    category = _known(request.GET.get("category", ""), {row.category for row in held})
    only_special = bool(request.GET.get("special"))
    fitting = [row for row in held if _fits(row, category, only_special)]
    told = fitting if traced is None else [row for row in fitting if row.table in traced.found.tables]
    found, receivers = gaps(), outside_of(fitting, traced)
    context = {
        "sentence": _sentence(held, len(found)), "gaps": found, "purpose": purpose, "category": category,
        "purposes": _purposes(held), "categories": sorted({row.category for row in held}),
        "drawing": draw(fitting, purpose=purpose, theirs=_theirs(traced), outside=receivers),
        "only_special": only_special, "is_filtered": bool(purpose or category or only_special or traced),
        "trace_form": TraceForm(), "stores": _STORES, "receivers": receivers,
        "region": settings.AUREOLE_REGION, "summary": _summary(fitting, purpose),
        "tables": _tables([row for row in told if purpose in ("", row.purpose_key)]),
        "outside": [row for row in every if row.module == OUTSIDE],
        "chosen": next((label for key, label in _purposes(held) if key == purpose), ""),
    }  # fmt: skip
    if traced is not None:
        context |= trace_context(traced, told, _STORES)
    return render(request, "privacy/map.html", frame_context(actor, "map") | context)


def _fits(row: MapRow, category: str, only_special: bool) -> bool:
    return category in ("", row.category) and (not only_special or is_special(row.category))


def _theirs(traced: Traced | None) -> Theirs | None:
    if traced is None:
        return None
    return Theirs(rows=traced.found.rows)


def _known(value: str, known: set[str]) -> str:
    return value if value in known else ""


def _purposes(held: Sequence[MapRow]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((row.purpose_key, row.purpose) for row in held))


def _sentence(held: Sequence[MapRow], open_gaps: int) -> str:
    fields, purposes = len(held), len({row.purpose_key for row in held})
    sealed = sum(row.at_rest == "sealed" for row in held)
    first = _("%(fields)s fields for %(purposes)s, %(sealed)d of them sealed under a key of the person.") % {
        "fields": f"{fields:,}",
        "purposes": ngettext("%(count)d purpose", "%(count)d purposes", purposes) % {"count": purposes},
        "sealed": sealed,
    }
    gap_words = ngettext("%(count)d gap to close.", "%(count)d gaps to close.", open_gaps) % {
        "count": open_gaps
    }
    return f"{first} {gap_words if open_gaps else _('No gap: each has a purpose, a basis and an end.')}"


def _summary(held: Sequence[MapRow], purpose: str) -> list[dict[str, Any]]:
    """One line per purpose: what the lines of the drawing say."""
    lines = []
    for key, label in _purposes(held):
        own = [row for row in held if row.purpose_key == key]
        goes_out = any(is_sent(row) for row in own)
        lines.append({
            "key": key, "label": label, "fields": len(own), "is_current": key == purpose,
            "sources": list(dict.fromkeys(row.source for row in own)),
            "goes_to": _("outgoing mail server") if goes_out else _("nobody"),
            "basis": BASES.get(own[0].legal_basis, ""), "article": own[0].article,
            "kept": list(dict.fromkeys(row.retention for row in own)),
            "sealed": Counter(row.at_rest for row in own)["sealed"],
        })  # fmt: skip
    return lines


def _tables(held: Sequence[MapRow]) -> list[dict[str, Any]]:
    """Every field, by table, with where in the code it is declared."""
    by_table: dict[str, list[MapRow]] = {}
    for row in held:
        by_table.setdefault(row.table, []).append(row)
    return [
        {"name": name, "label": own[0].label.partition(":")[0], "rows": own, "span": len(own), "source": own[0].source,
         "declared": own[0].declared}
        for name, own in by_table.items()
    ]  # fmt: skip


@require_safe
def download_map(request: HttpRequest, form: str) -> HttpResponse:
    """The whole map in a shape others read: csv, json, fides, art-30."""
    require(actor_of(request), "privacy.map")
    if form == "svg":
        return _drawn()
    if form not in _FORMS:
        raise NotFound(
            "map_form_unknown", "The map comes as svg, csv, json, fides or art-30; ask for one of these."
        )
    kind, name = _FORMS[form]
    return as_download(_written(form, rows()), name, kind=kind)


def _drawn() -> HttpResponse:
    """The drawing by itself, with what it needs to look the same in any program."""
    every = rows()
    drawing = draw(every, outside=outside_of(every, None))
    context = {"drawing": drawing, "stores": _STORES, "is_file": True}
    text = render_to_string("privacy/_drawing_svg.html", context | {"region": settings.AUREOLE_REGION})
    return as_download(as_svg_file(text), "data-map.svg", kind="image/svg+xml; charset=utf-8")


def _written(form: str, held: list[MapRow]) -> str:
    match form:
        case "csv":
            return as_csv(held)
        case "fides":
            return as_fides(held)
        case "art-30":
            return as_ropa_text(held, recipients_of_all())
    purposes = {p.key: {"words": p.words, "article": p.article} for p in vocabulary.purposes()}
    return json.dumps(
        {"purposes": purposes, "fields": [row.as_json() for row in held]}, indent=2, ensure_ascii=False
    )
