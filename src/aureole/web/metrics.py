"""`/metrics`: how the instance does, as OpenMetrics text 1.0. Numbers and codes only, nothing about anybody.

Who may read them: with AUREOLE_METRICS_TOKEN whoever sends it as a bearer token. Without it only this machine
itself, and only while the instance is not published (its AUREOLE_BASE_URL is a loopback address): behind a proxy
every visitor of the world comes from 127.0.0.1. Everybody else learns no more than that there is no such page.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.channels.email.kept_back import kept_back
from aureole.kernel.clock import now
from aureole.kernel.failing import failing
from aureole.ledger.models import Audit, Shard, Unplaced
from aureole.ledger.witnesses.named import witnesses
from aureole.ledger.witnesses.showing import refusing_witnesses, silent_witnesses
from aureole.privacy.breaches.register import is_late, ticking
from aureole.privacy.models import RequestKind
from aureole.privacy.rights.queue import requests
from aureole.web.actor import open_to_all
from aureole.web.health import answers, keys_open

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")
Labels = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gauge:
    """One family: name without prefix, words, and a number for each set of labels."""

    name: str
    words: str
    values: tuple[tuple[Labels, float], ...]

    def lines(self) -> Iterator[str]:
        yield f"# TYPE aureole_{self.name} gauge"
        yield f"# HELP aureole_{self.name} {self.words}"
        for labels, value in self.values:
            inside = ",".join(f'{key}="{word}"' for key, word in labels.items())
            yield f"aureole_{self.name}{f'{{{inside}}}' if inside else ''} {value:.15g}"


@open_to_all
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """A store that does not answer is said to be down, and what it would have told is left out."""
    if not _may_read(request):
        raise Http404
    lines = [line for gauge in _gauges() for line in gauge.lines()]
    return HttpResponse("\n".join([*lines, "# EOF", ""]), content_type=CONTENT_TYPE)


def _may_read(request: HttpRequest) -> bool:
    token = settings.AUREOLE_METRICS_TOKEN
    if token:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    came_through = any(request.META.get(header) for header in _FORWARDED)
    host = urlsplit(settings.AUREOLE_BASE_URL).hostname or ""
    return not came_through and _is_loopback(host) and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _gauges() -> Iterator[Gauge]:
    data, keys = answers("default"), answers("keys")
    yield Gauge(
        name="store_up",
        words="Whether the database answers.",
        values=(({"store": "data"}, data), ({"store": "keys"}, keys)),
    )
    yield _one("root_key_up", "Whether the root key opens a key.", keys and keys_open())
    if not data:
        return
    try:
        yield from [*_jobs(), *_mail(), *_rights(), *_breaches(), *_ledger()]
    except DatabaseError:
        return


def _one(name: str, words: str, value: float) -> Gauge:
    return Gauge(name=name, words=words, values=(({}, value),))


def _jobs() -> Iterator[Gauge]:
    rows = ProcrastinateJob.objects.order_by().values_list("queue_name", "status").annotate(n=Count("id"))
    values = tuple(({"queue": queue, "status": status}, count) for queue, status, count in sorted(rows))
    yield Gauge(name="jobs", words="Jobs of the background queue.", values=values)
    found = failing()
    again = tuple(({"job": one.name}, one.again) for one in found if one.again)
    yield Gauge(
        name="jobs_failing", words="Jobs that failed several times and are tried again.", values=again
    )
    given_up = tuple(({"job": one.name}, one.given_up) for one in found if one.given_up)
    yield Gauge(name="jobs_given_up", words="Jobs that are tried no more by themselves.", values=given_up)


def _mail() -> Iterator[Gauge]:
    found = kept_back()
    values = (({"kind": "letter"}, found.letters), ({"kind": "answer"}, found.answers)) if found else ()
    yield Gauge(name="mail_without_server", words="What cannot leave: no mail server is set.", values=values)


def _rights() -> Iterator[Gauge]:
    lines = requests()
    kinds = Counter(line.request.kind for line in lines)
    urgency = Counter(line.urgency for line in lines)
    values = tuple(({"kind": str(kind)}, kinds[kind]) for kind in RequestKind.values)
    yield Gauge(name="requests_open", words="Open requests of persons, by right.", values=values)
    yield _one("requests_overdue", "Open requests past their last legal day.", urgency["overdue"])
    yield _one("requests_due_this_week", "Open requests due within seven days.", urgency["this_week"])


def _breaches() -> Iterator[Gauge]:
    urgent = ticking()
    yield _one("breaches_unreported", "Open breaches that the authority was not told of.", len(urgent))
    yield _one("breaches_late", "Of those, past their hours.", sum(map(is_late, urgent)))


def _ledger() -> Iterator[Gauge]:
    placed = Shard.objects.filter(retired_at=None).aggregate(n=Sum("size"))["n"] or 0
    unplaced = Unplaced.objects.count()
    yield _one("ledger_entries", "Entries of the processing log.", placed + unplaced)
    yield _one("ledger_unplaced", "Entries that have no place in a tree yet.", unplaced)
    named, silent, refusing = len(witnesses()), len(silent_witnesses()), refusing_witnesses()
    yield _one("ledger_witnesses", "Witnesses of the log that the settings name.", named)
    yield _one(
        "ledger_witnesses_silent", "Of those, ones that left a checkpoint unseen for too long.", silent
    )
    yield _one(
        "ledger_witnesses_refusing", "Of those, ones that do not vouch.", len({r.witness for r in refusing})
    )
    last = Audit.objects.order_by("-at").first()
    if last is not None:
        age = max(0.0, (now() - last.at).total_seconds())
        yield _one("ledger_audit_ok", "Whether the last verification found the log whole.", not last.problems)
        yield _one("ledger_audit_unjudged", "Files from outside that said nothing of the log.", last.unjudged)
        yield _one("ledger_audit_age_seconds", "Time since the last verification.", round(age))
