"""A breach in words: what it is called, how long is left, what was done."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from aureole.kernel.clock import now
from aureole.privacy.breaches.notification import kinds_of
from aureole.privacy.breaches.register import clock_of, is_ticking
from aureole.privacy.models import Breach, BreachRole
from aureole.web.ui.ages import say_moment

_KINDS = {"confidentiality": _l("disclosed"), "integrity": _l("altered"), "availability": _l("lost")}
DUTIES = {
    "describe": _l("Said what it leads to"),
    "bound": _l("Know who is affected"),
    "assess": _l("Risk judged"),
    "report": _l("First report"),
    "complete": _l("Last report"),
    "tell": _l("Persons told"),
    "close": _l("Closed"),
}
STEPS = {
    "recorded": _l("recorded"),
    "described": _l("said more"),
    "bounded": _l("said how those affected are found"),
    "found": _l("found who is affected"),
    "assessed": _l("judged the risk"),
    "reported": _l("handed in a report"),
    "told": _l("had those affected written to"),
    "excused": _l("decided not to write to each"),
    "reminded": _l("reminded the officers"),
    "closed": _l("closed"),
}


def say_kinds(breach: Breach) -> str:
    return ", ".join(str(_KINDS[kind]) for kind in kinds_of(breach))


def say_left(left: timedelta) -> str:
    """ "31 hours left", "40 minutes left", "5 hours late"."""
    minutes = int(abs(left).total_seconds()) // 60
    if minutes < 120:
        late = ngettext("%(count)d minute late", "%(count)d minutes late", minutes)
        early = ngettext("%(count)d minute left", "%(count)d minutes left", minutes)
        return (late if left < timedelta(0) else early) % {"count": minutes}
    hours = minutes // 60
    late = ngettext("%(count)d hour late", "%(count)d hours late", hours)
    early = ngettext("%(count)d hour left", "%(count)d hours left", hours)
    return (late if left < timedelta(0) else early) % {"count": hours}


def say_clock(breach: Breach) -> tuple[str, str]:
    """Shape and words of where it stands."""
    if breach.closed_at is not None:
        return "done", _("closed")
    if not is_ticking(breach):
        return "done", _("no report needed") if breach.notified_at is None else _("reported")
    left = clock_of(breach).left(now())
    if left is None:
        return "soon", _("tell the controller at once")
    return "late" if left < timedelta(0) else "soon", say_left(left)


def say_band(breach: Breach) -> str:
    """The sentence of the red band."""
    due, left = clock_of(breach).due_at, clock_of(breach).left(now())
    if breach.role == BreachRole.PROCESSOR or due is None or left is None:
        return _("Tell the controller without undue delay (GDPR Art. 33(2)).")
    return _("Report to the authority by %(due)s: %(left)s.") % {
        "due": say_moment(due),
        "left": say_left(left),
    }
