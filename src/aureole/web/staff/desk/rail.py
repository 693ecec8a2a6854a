"""The left column: lists, teams, labels, each with its count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.desk.queues import FIXED, DeskFigures, QueueCount
from aureole.web.staff.desk.links import list_url
from aureole.web.staff.desk.words import QUEUES
from aureole.web.ui.shell import View, ViewGroup


def start_of_today() -> datetime:
    """Midnight where the reader is."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def rail_groups(figures: DeskFigures, current: str) -> list[ViewGroup]:
    """The rail; headings only where there is something under them."""
    fixed = [_fixed(key, figures, current) for key in FIXED]
    groups = [ViewGroup(views=fixed)]
    for heading, kind in ((_("Teams"), "team"), (_("Brands"), "brand"), (_("Labels"), "label")):
        queues = figures.of(kind)
        if queues:
            groups.append(ViewGroup(heading=heading, views=_lines(queues, current)))
    return groups


def _fixed(key: str, figures: DeskFigures, current: str) -> View:
    counted = figures.named(key)
    return View(
        label=str(QUEUES[key]),
        href=list_url(key),
        count=say_count(counted) if counted else None,
        is_current=key == current,
    )


def _lines(queues: Sequence[QueueCount], current: str) -> list[View]:
    return [
        View(label=q.name, href=list_url(q.key), count=say_count(q), is_current=q.key == current)
        for q in queues
    ]


def say_count(queue: QueueCount) -> int | str:
    """The number, or "1000+" once nobody counts on."""
    return f"{queue.count}+" if queue.is_more else queue.count


def heading_of(queue: str, figures: DeskFigures) -> str:
    """What the list is called."""
    if queue in QUEUES:
        return str(QUEUES[queue])
    counted = figures.named(queue)
    return counted.name if counted else _("Label")


def say_answered(figures: DeskFigures) -> str:
    """ "12 answered today." """
    return ngettext("%(count)d answered today.", "%(count)d answered today.", figures.answered) % {
        "count": figures.answered
    }
