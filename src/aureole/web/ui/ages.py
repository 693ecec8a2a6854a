"""How old something is, in the few words that fit the margin of a ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HOUR = 3600


def say_age(moment: datetime, *, at: datetime | None = None) -> str:
    """``now``, ``6 min``, ``3 h``, ``Mon`` (this week), ``9 Mar`` (this year), ``Oct 2025``."""
    at = at or timezone.now()
    seconds = (at - moment).total_seconds()
    if seconds < 60:
        return _("now")
    if seconds < HOUR:
        return _("%(count)d min") % {"count": seconds // 60}
    if seconds < 24 * HOUR:
        return _("%(count)d h") % {"count": seconds // HOUR}
    return say_day(moment, at=at)


def say_day(moment: datetime, *, at: datetime | None = None) -> str:
    """``14:14`` today, ``Mon`` within six days, ``9 Mar`` this year, else ``Oct 2025``."""
    here, today = timezone.localtime(moment), timezone.localtime(at)
    if here.date() == today.date():
        return date_format(here, "H:i")
    if timedelta(0) < today.date() - here.date() < timedelta(days=7):
        return date_format(here, "D")
    return date_format(here, "j M" if here.year == today.year else "M Y")


def say_clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")


def say_date(moment: datetime) -> str:
    """``9 Mar``, for the margin of a date rule."""
    return date_format(timezone.localtime(moment), "j M")


def say_date_in_words(moment: datetime, *, at: datetime | None = None) -> str:
    """``Today, Tuesday``, ``Yesterday, Monday``, ``Monday``, or ``Monday, 2025`` in another year."""
    here, today = timezone.localtime(moment), timezone.localtime(at)
    weekday = date_format(here, "l")
    days = (today.date() - here.date()).days
    if days == 0:
        return _("Today, %(weekday)s") % {"weekday": weekday}
    if days == 1:
        return _("Yesterday, %(weekday)s") % {"weekday": weekday}
    return weekday if here.year == today.year else f"{weekday}, {here.year}"


def say_left(due: datetime, *, at: datetime | None = None) -> str:
    """Time to a promise: ``1 h 40``, ``12 min``, ``3 days``, or ``2 h late``."""
    seconds = int((due - (at or timezone.now())).total_seconds())
    words = _say_length(abs(seconds))
    return words if seconds >= 0 else _("%(time)s late") % {"time": words}


def _say_length(seconds: int) -> str:
    if seconds < HOUR:
        return _("%(count)d min") % {"count": seconds // 60}
    if seconds < 6 * HOUR:
        return _("%(hours)d h %(minutes)02d") % {"hours": seconds // HOUR, "minutes": seconds % HOUR // 60}
    if seconds < 48 * HOUR:
        return _("%(count)d h") % {"count": seconds // HOUR}
    days = seconds // (24 * HOUR)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
