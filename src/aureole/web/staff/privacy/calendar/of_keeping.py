"""What is kept for how long: retention runs, reviews of holds, and the log's checkpoints and months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.ledger.models import Audit, Cosignature
from aureole.privacy.holds.guard import in_force
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.retention.standing import CURRENT, is_expired
from aureole.privacy.rights.place import day_of, start_of, today
from aureole.web.staff.privacy.calendar.entries import Happening

_MOST_RUNS = 100
"""Newest runs looked at: one is made by hand or each night, and a month has 31."""


def entries_of_retention(first: date, last: date) -> Iterator[Happening]:
    """Runs on the day they ended or wait for, and tonight's where the schedule runs by itself."""
    rows = RetentionRun.objects.filter(asked_at__lt=start_of(last + timedelta(days=1)))
    for run in rows.filter(asked_at__gte=start_of(first)).order_by("-asked_at", "-id")[:_MOST_RUNS]:
        href = reverse("privacy:retention_run", args=[run.pk])
        if run.finished_at is not None:
            words = _("retention: run carried out")
            yield Happening(day=day_of(run.finished_at), words=words, href=href)
        elif run.state in CURRENT and not is_expired(run):
            waits = {
                RunState.PROPOSED: _("retention: waits for a second person"),
                RunState.LOOKED: _("retention: counted, not proposed yet"),
            }
            yield Happening(
                day=run.as_of, words=waits.get(RunState(run.state), _("retention: run under way")), href=href
            )
    if settings.AUREOLE_RETENTION:
        words = _("retention: what has run out goes tonight")
        yield Happening(day=today() + timedelta(days=1), words=words, href=reverse("privacy:retention"))


def entries_of_holds(first: date, last: date) -> Iterator[Happening]:
    """How many holds are looked at again on a day."""
    rows = in_force().filter(review_on__range=(first, last)).values("review_on")
    for row in rows.annotate(count=Count("id")).order_by("review_on"):
        count, day = row["count"], row["review_on"]
        words = ngettext("look again: %(count)d hold", "look again: %(count)d holds", count) % {
            "count": count
        }
        yield Happening(day=day, words=words, href=reverse("privacy:holds"), is_late=day < today())


def entries_of_the_log(first: date, last: date) -> Iterator[Happening]:
    """Days on which the log did not hold, on which a witness last signed, and the last time it was verified."""
    href = reverse("privacy:log")
    span = (start_of(first), start_of(last + timedelta(days=1)))
    audits = Audit.objects.filter(at__gte=span[0], at__lt=span[1])
    newest = audits.aggregate(at=Max("at"))["at"]
    if newest is not None:
        yield Happening(day=day_of(newest), words=_("log verified, last time this month"), href=href)
    broken = audits.exclude(problems=[]).annotate(day=TruncDate("at")).values("day").annotate(at=Min("at"))
    for row in broken.order_by("day"):
        yield Happening(day=row["day"], words=_("the log did not hold"), href=href, is_late=True)
    signed = Cosignature.objects.filter(at__gte=span[0], at__lt=span[1]).exclude(line="")
    for witness in signed.values("witness").annotate(at=Max("at")).order_by("witness"):
        yield Happening(
            day=day_of(witness["at"]), words=_("a witness signed, last time this month"), href=href
        )
