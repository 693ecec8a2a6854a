"""Until when an authority answers a prior consultation, and the days on which it waits for us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from aureole.privacy.consulting.register import clock_of, consultations, line_of
from aureole.privacy.rights.place import today
from aureole.web.staff.privacy.calendar.entries import Entry, Happening, Stretch


def entries_of_consultations(first: date, last: date) -> Iterator[Entry]:
    """By number: what a consultation is about stands on its page."""
    for consultation in consultations():
        line, clock, day = line_of(consultation), clock_of(consultation), today()
        href = reverse("privacy:consultation", args=[consultation.number])
        named = {"number": consultation.number}
        words = _("authority answers: consultation no. %(number)d") % named
        yield Happening(day=line.due_on, words=words, href=href, is_late=line.due_on < day)
        if consultation.extended_on is None and clock.extend_until >= day:
            words = _("authority can take longer until: consultation no. %(number)d") % named
            yield Happening(day=clock.extend_until, words=words, href=href)
        elif consultation.extended_on is not None:
            words = _("authority takes longer: consultation no. %(number)d") % named
            yield Happening(day=consultation.extended_on, words=words, href=href)
        for wait in clock.pauses:
            ends = wait.until - timedelta(days=1) if wait.until else day
            if wait.since <= ends:
                words = _("authority waits: consultation no. %(number)d") % named
                yield Stretch(first=wait.since, last=ends, words=words, href=href)
