"""How old something is, in the few words that fit the margin of a ledger."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

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


def say_ago(moment: datetime, *, at: datetime | None = None) -> str:
    """In a sentence: ``just now``, ``4 minutes ago``, ``3 hours ago``, ``on 9 Mar``."""
    seconds = int(((at or timezone.now()) - moment).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < HOUR:
        minutes = seconds // 60
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    if seconds < 24 * HOUR:
        hours = seconds // HOUR
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    return _("on %(day)s") % {"day": say_date(moment)}


def say_day(moment: datetime, *, at: datetime | None = None) -> str:
    """``14:14`` today, ``Mon`` within six days, ``9 Mar`` this year, else ``Oct 2025``."""
    zone = timezone.get_current_timezone()
    here, today = moment.astimezone(zone), (at or timezone.now()).astimezone(zone)
    days = today.toordinal() - here.toordinal()
    if days == 0:
        return f"{here:%H:%M}"
    if 0 < days < 7:
        return _in_words(here, "D")
    return _in_words(here, "j M" if here.year == today.year else "M Y")


def say_clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def say_date(moment: datetime) -> str:
    """``9 Mar``, for the margin of a date rule."""
    return _in_words(timezone.localtime(moment), "j M")


def say_moment(moment: datetime) -> str:
    """``9 Mar 2026, 14:14``: exactly, for what the law counts from."""
    return date_format(timezone.localtime(moment), "j M Y, H:i")


def say_whole_day(day: date) -> str:
    """``9 March 2026``, of a day or of the day a moment falls on here."""
    here = timezone.localtime(day) if isinstance(day, datetime) else day
    return date_format(here, "j F Y")


def say_date_in_words(moment: datetime, *, at: datetime | None = None) -> str:
    """``Today, Tuesday``, ``Yesterday, Monday``, ``Monday``, or ``Monday, 2025`` in another year."""
    here, today = timezone.localtime(moment), timezone.localtime(at)
    weekday = _in_words(here, "l")
    days = (today.date() - here.date()).days
    if days == 0:
        return _("Today, %(weekday)s") % {"weekday": weekday}
    if days == 1:
        return _("Yesterday, %(weekday)s") % {"weekday": weekday}
    return weekday if here.year == today.year else f"{weekday}, {here.year}"


def _in_words(here: datetime, form: str) -> str:
    return _day_in_words(here.date(), form, get_language() or "")


@lru_cache(maxsize=4096)
def _day_in_words(day: date, form: str, language: str) -> str:
    """A page says the same few days fifty times, and the names of months are looked up slowly."""
    return date_format(day, form)


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
