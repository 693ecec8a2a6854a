"""What the left half of the desk shows: the rail and one list, alone or beside a ticket."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.desk.queues import DeskFigures, count_queues
from aureole.desk.ticket_rows import TicketPage, has_tickets, list_tickets
from aureole.kernel.actor import Actor
from aureole.search.find import MOST_HITS, find
from aureole.staff.permissions import may
from aureole.web.actor import actor_of
from aureole.web.staff.desk.links import list_url, queue_of
from aureole.web.staff.desk.rail import heading_of, rail_groups, say_answered, say_count, start_of_today
from aureole.web.staff.desk.rows import list_rows


def list_context(request: HttpRequest, *, current: int | None = None, words: str = "") -> dict[str, Any]:
    """Rail and list for the templates.

    current  the ticket that stands open beside it
    words    what the list was searched for; from the body of a request, never from its address
    """
    actor, queue = actor_of(request), queue_of(request)
    after = request.GET.get("after") if not words else None
    numbers = _found(words, actor) if words else None
    page = list_tickets(queue, actor, after=after, numbers=numbers)
    figures = count_queues(actor, answered_since=start_of_today())
    may_enter, is_new = may(actor, "desk.open"), not page.rows and not words and not has_tickets(actor)
    return {
        "nav_current": "desk",
        "may_enter": may_enter,
        "queue": queue,
        "groups": rail_groups(figures, queue),
        "heading": heading_of(queue, figures),
        "heading_rest": _rest(queue, figures, page, words),
        "rows": list_rows(page.rows, queue=queue, current=current),
        "words": words,
        "search_url": list_url(queue),
        "refresh_url": list_url(queue, part="list", at=current, after=after),
        "older_url": list_url(queue, after=page.next) if page.next else "",
        "newest_url": list_url(queue) if after else "",
        "end": _("That is all. %(answered)s") % {"answered": say_answered(figures)},
        **_empty(queue, figures, words, is_new=is_new, may_enter=may_enter),
    }


def _found(words: str, actor: Actor) -> set[int]:
    """Numbers of the tickets in which all the words occur."""
    hits = find(words, actor=actor, kinds=("ticket", "message"), limit=MOST_HITS).hits
    return {hit.ticket for hit in hits if hit.ticket is not None}


def _rest(queue: str, figures: DeskFigures, page: TicketPage, words: str) -> str:
    if words:
        count = len(page.rows)
        return ngettext("%(count)d with these words", "%(count)d with these words", count) % {"count": count}
    counted = figures.named(queue)
    return _("%(count)s, latest first") % {"count": say_count(counted)} if counted else _("latest first")


def _empty(queue: str, figures: DeskFigures, words: str, *, is_new: bool, may_enter: bool) -> dict[str, str]:
    if is_new:
        return {
            "empty_what": _("No ticket yet."),
            "empty_words": _(
                "A mail to you becomes one when the operator takes it in: “aureole mail ingest FOLDER”. To look around "
                "first, “aureole demo load” brings in a sample desk."
            ),
            "empty_href": reverse("desk:enter") if may_enter else "",
            "empty_action": _("New ticket"),
        }
    if words:
        return {
            "empty_what": _("Nothing in this list has these words."),
            "empty_words": _("Ctrl K looks through everything: people, numbers and every word."),
            "empty_href": list_url(queue),
            "empty_action": _("Show the whole list"),
        }
    unassigned = figures.named("unassigned")
    offer = queue == "mine" and unassigned is not None and unassigned.count > 0
    return {
        "empty_what": _("Nothing waiting."),
        "empty_words": say_answered(figures),
        "empty_href": list_url("unassigned") if offer else "",
        "empty_action": _("See what nobody has taken yet") if offer else "",
    }
