"""The first line of the console: what is due, what has not answered, what else waits, and whether the log holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.channels.email.kept_back import kept_back
from aureole.ledger.models import Audit, WitnessRefusal
from aureole.ledger.witnesses.showing import refusing_witnesses, silent_witnesses
from aureole.people.queries import shown_name
from aureole.privacy.informing.listing import standing
from aureole.privacy.rights.matters import Matter, matters
from aureole.privacy.rights.queue import Line
from aureole.privacy.transfer.noticed import undecided
from aureole.privacy.transfer.silent import silent_peers
from aureole.web.page import initials
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.privacy.requests.sayings import say_day
from aureole.web.ui.ages import say_ago

MOST_MATTERS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of the sentence, with where it leads."""

    words: str
    href: str = ""
    is_late: bool = False


def morning_context(every: Sequence[Line]) -> dict[str, Any]:
    """Also `matters`: what waits besides requests, a name behind the seal, the longest first."""
    audit = Audit.objects.order_by("-at").first()
    waiting, refused = matters(), refusing_witnesses()
    return {
        "parts": [
            *_due_parts(every),
            *_silent_parts(),
            *_mail_parts(),
            *_told_parts(),
            *_matter_parts(waiting),
            *_telling_parts(),
            *_refusal_parts(refused),
            _log_part(audit),
        ],
        "is_proven": audit is not None and not audit.problems and not refused,
        "matters": _shown(waiting[:MOST_MATTERS]),
        "more_matters": max(0, len(waiting) - MOST_MATTERS),
    }


def _due_parts(every: Sequence[Line]) -> list[Part]:
    """ "3 due this week", "1 overdue": each a link to its group."""
    week = sum(line.urgency == "this_week" for line in every)
    late = sum(line.urgency == "overdue" for line in every)
    due = ngettext("%(count)d due this week", "%(count)d due this week", week) % {"count": week}
    overdue = ngettext("%(count)d overdue", "%(count)d overdue", late) % {"count": late}
    return [
        Part(words=due if week else _("Nothing due this week"), href="#week" if week else ""),
        Part(
            words=overdue if late else _("nothing overdue"), href="#late" if late else "", is_late=bool(late)
        ),
    ]


def _silent_parts() -> list[Part]:
    """Other instances, and witnesses of the log; each leads to the page that says what it means and what is tried."""
    peers, away = silent_peers(), silent_witnesses()
    count = len(peers) + len(away)
    if not count:
        return []
    words = ngettext(
        "%(count)d system has not answered", "%(count)d systems have not answered", count
    ) % {"count": count}  # fmt: skip
    return [Part(words=words, href=reverse("privacy:transfers" if peers else "privacy:log"))]


def _mail_parts() -> list[Part]:
    """Letters to people that cannot leave: the operator has set no mail server."""
    kept = kept_back()
    return [Part(words=kept.words)] if kept and (kept.letters or kept.answers) else []


def _told_parts() -> list[Part]:
    """What other controllers say they changed, and nobody here decided about (GDPR Art. 19)."""
    count = undecided().count()
    words = ngettext(
        "%(count)d change at another controller", "%(count)d changes at other controllers", count
    ) % {"count": count}  # fmt: skip
    return [Part(words=words, href=reverse("privacy:told"))] if count else []


def _matter_parts(waiting: Sequence[Matter]) -> list[Part]:
    counts = Counter(matter.kind for matter in waiting)
    holds, children, others = counts.pop("hold_review", 0), counts.pop("child", 0), counts.total()
    parts = []
    if holds:
        words = ngettext("%(count)d hold to review", "%(count)d holds to review", holds)
        parts.append(Part(words=words % {"count": holds}, href=reverse("privacy:holds")))
    if children:
        words = ngettext(
            "%(count)d child nobody answers for", "%(count)d children nobody answers for", children
        )
        parts.append(Part(words=words % {"count": children}, href="#besides"))
    if others:
        words = ngettext("%(count)d other matter", "%(count)d other matters", others)
        parts.append(Part(words=words % {"count": others}, href="#besides"))
    return parts


def _telling_parts() -> list[Part]:
    """People who have to be told where their data came from (GDPR Art. 14(3)): within a week, or too late."""
    found = standing()
    href, parts = reverse("privacy:to_be_told"), []
    if found.soon:
        words = ngettext("%(count)d person to be told", "%(count)d people to be told", found.soon)
        parts.append(Part(words=words % {"count": found.soon}, href=href))
    if found.overdue:
        parts.append(
            Part(words=_("%(count)d not told in time") % {"count": found.overdue}, href=href, is_late=True)
        )
    return parts


def _refusal_parts(refused: Sequence[WitnessRefusal]) -> list[Part]:
    """A witness saw another log than this one: nothing here is graver."""
    words = ngettext(
        "%(count)d witness does not vouch for the log", "%(count)d witnesses do not vouch for the log", len(refused)
    ) % {"count": len({refusal.witness for refusal in refused})}  # fmt: skip
    return [Part(words=words, href=f"{reverse('privacy:log')}#proof", is_late=True)] if refused else []


def _log_part(last: Audit | None) -> Part:
    href = reverse("privacy:log")
    if last is None:
        return Part(words=_("log not verified yet"), href=href)
    if last.problems:
        return Part(words=_("the log does not hold"), href=href, is_late=True)
    return Part(words=_("log verified %(age)s") % {"age": say_ago(last.at)}, href=href)


def _shown(waiting: Sequence[Matter]) -> list[dict[str, Any]]:
    people = persons_by_id(matter.person_id for matter in waiting)
    return [
        {
            "words": matter.words[:1].upper() + matter.words[1:],
            "since": say_day(matter.since),
            "href": _where(matter),
            "who": " ".join(f"{letter}." for letter in initials(shown_name(person)))
            if (person := people.get(matter.person_id) if matter.person_id else None)
            else "",
        }
        for matter in waiting
    ]


def _where(matter: Matter) -> str:
    """The page on which it is settled."""
    if matter.kind == "hold_review":
        return reverse("privacy:holds") + (f"?person={matter.person_id}" if matter.person_id else "")
    if matter.kind in ("kept_away", "stopped"):
        return reverse("privacy:kept_away")
    if matter.kind == "recipients" and matter.person_id:
        return reverse("people:requests", args=[matter.person_id])
    if matter.kind == "unfinished" and matter.person_id:
        return reverse("people:record", args=[matter.person_id])  # what stands there leads to the erasure
    return reverse("people:consent", args=[matter.person_id]) if matter.person_id else ""
