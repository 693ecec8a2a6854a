"""What other controllers told us they did with the data of persons who came from them (GDPR Art. 19): an inbox."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.people.queries import shown_name
from aureole.privacy.models import ArrivedNotice
from aureole.privacy.transfer.noticed import decided, undecided
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.transfers.sayings import say_told
from aureole.web.staff.privacy.who import agent_names

MOST = 100
_NOBODY = uuid.UUID(int=0)


@require_safe
def show_told(request: HttpRequest) -> HttpResponse:
    require(actor_of(request), "rights.read")
    return told_page(request)


def told_page(request: HttpRequest, refused: str = "", status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    waiting, names = undecided(), agent_names()
    count = waiting.count()
    rows, done = list(waiting[:MOST]), decided(most=MOST)
    people = persons_by_id(row.arrival.person_id for row in [*rows, *done])

    def lines(found: list[ArrivedNotice]) -> list[dict[str, Any]]:
        return [
            {"told": say_told(row, names), "person": (person := people.get(row.arrival.person_id or _NOBODY)),
             "name": shown_name(person) if person else ""}
            for row in found
        ]  # fmt: skip

    context = {
        "sentence": _sentence(count), "waiting": lines(rows), "done": lines(done), "more": max(0, count - MOST),
        "refused": refused, "may_decide": may(actor, "rights.handle"),
    }  # fmt: skip
    return render(
        request, "privacy/transfers/told.html", frame_context(actor, "told") | context, status=status
    )


def _sentence(count: int) -> str:
    if not count:
        return _("Nothing that another controller told us waits.")
    return ngettext(
        "%(count)d change at another controller waits for you.",
        "%(count)d changes at other controllers wait for you.",
        count,
    ) % {"count": count}  # fmt: skip
