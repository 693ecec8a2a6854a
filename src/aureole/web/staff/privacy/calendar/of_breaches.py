"""When the hours of a breach are over, and when a report was handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aureole.kernel.clock import now
from aureole.privacy.breaches.register import clock_of, ticking
from aureole.privacy.models import BreachStep
from aureole.privacy.rights.place import day_of, start_of
from aureole.web.staff.privacy.calendar.entries import Happening


def entries_of_breaches(first: date, last: date) -> Iterator[Happening]:
    """By number: what a breach is called stands on its page."""
    for breach in ticking():
        due = clock_of(breach).due_at
        if due is not None:
            said = {"hour": f"{localtime(due):%H:%M}", "number": breach.number}
            words = _("report due %(hour)s: breach no. %(number)d") % said
            href = reverse("privacy:breach", args=[breach.number])
            yield Happening(day=day_of(due), words=words, href=href, is_late=due < now())
    span = (start_of(first), start_of(last + timedelta(days=1)))
    steps = BreachStep.objects.filter(what="reported", at__gte=span[0], at__lt=span[1]).select_related(
        "breach"
    )
    for step in steps:
        words = _("report handed in: breach no. %(number)d") % {"number": step.breach.number}
        yield Happening(
            day=day_of(step.at), words=words, href=reverse("privacy:breach", args=[step.breach.number])
        )
