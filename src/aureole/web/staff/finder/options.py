"""Results as lines of the finder: people, conversations, places to go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.kernel.actor import Actor
from aureole.kernel.text import fold
from aureole.search.candidates import COUNT_CAP
from aureole.search.find import Page, suggest
from aureole.search.sources import Hit
from aureole.staff.permissions import may
from aureole.web.staff.desk.links import FIRST_QUEUE, list_url, person_url, ticket_url
from aureole.web.staff.desk.words import QUEUES
from aureole.web.ui.ages import say_age

_PEOPLE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A line. `words` and `rest` may hold marks; everything a person wrote in them is escaped.

    form  an address the typed words are posted to
    """

    words: str
    rest: str = ""
    href: str = ""
    icon: str = ""
    end: str = ""
    press: str = ""
    form: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    heading: str
    options: Sequence[Option]


def put_together(
    people: Sequence[Option], matters: Sequence[Option], doings: Sequence[Option]
) -> list[Group]:
    """Groups that have something in them, in the order of the eye."""
    headed = ((_("People"), people), (_("Conversations"), matters), (_("Go to"), doings))
    return [Group(heading=heading, options=options) for heading, options in headed if options]


def named_people(words: str, actor: Actor) -> list[Option]:
    """Persons whose name or address begins so, for those who may look at people."""
    if not may(actor, "people.read"):
        return []
    hits = suggest(words, actor=actor, limit=_PEOPLE)
    return [
        Option(words=mark_beginning(hit.title, words), rest=_beside(hit), href=person_url(hit.id))
        for hit in hits
    ]


def _beside(hit: Hit) -> str:
    """An address or number of the person that is not the title already."""
    return next((line for line in hit.text.split("\n")[1:] if line and line != hit.title), "")


def mark_beginning(title: str, words: str) -> SafeString:
    """The title with the typed words marked where they begin one of its own."""
    starts = [fold(word) for word in words.split()]
    marked = [_mark_word(word, starts) for word in title.split(" ")]
    return mark_safe(" ".join(marked))  # noqa: S308  every piece was escaped


def _mark_word(word: str, starts: Sequence[str]) -> str:
    length = next((len(start) for start in starts if fold(word).startswith(start)), 0)
    if not length or len(fold(word)) != len(word):
        return escape(word)
    return f"<mark>{escape(word[:length])}</mark>{escape(word[length:])}"


def tickets_once(hits: Iterable[Hit]) -> list[Hit]:
    """The best hit of each ticket, in order."""
    found: dict[int, Hit] = {}
    for hit in hits:
        if hit.ticket is not None:
            found.setdefault(hit.ticket, hit)
    return list(found.values())


def hit_option(hit: Hit) -> Option:
    """A conversation: its subject, and the place where the words stand."""
    number = hit.ticket or 0
    rest = marked_excerpt(hit) if hit.kind == "message" else escape(f"{number}, {hit.person_name}")
    return Option(
        words=escape(hit.title) if hit.title else _("Subject erased"),
        rest=rest,
        href=ticket_url(number, FIRST_QUEUE),
        icon="mail",
        end=say_age(hit.at),
    )


def all_results() -> Option:
    return Option(words=_("All results, with filters"), icon="list-filter", form=reverse("finder"))


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultLine:
    """One hit of the page: where it leads, whose it is, and the place where the words stand."""

    href: str
    title: str
    number: int | None
    who: str
    excerpt: SafeString
    at: datetime
    is_message: bool


def result_lines(hits: Iterable[Hit]) -> list[ResultLine]:
    return [
        ResultLine(
            href=ticket_url(hit.ticket, FIRST_QUEUE) if hit.ticket else person_url(hit.id),
            title=hit.title or _("Subject erased"),
            number=hit.ticket,
            who=hit.person_name if hit.ticket else "",
            excerpt=marked_excerpt(hit),
            at=hit.at,
            is_message=hit.kind == "message",
        )
        for hit in hits
    ]


def say_count(page: Page) -> str:
    """How many there are, as far as anybody counted."""
    count = page.capped_count
    if count is None:
        return _("Latest first.")
    if count > COUNT_CAP:
        return _("More than 1,000 hits, latest first.")
    return ngettext("%(count)d hit.", "%(count)d hits, latest first.", count) % {"count": count}


def marked_excerpt(hit: Hit) -> SafeString:
    """The opened text around the match, every match marked, everything escaped."""
    pieces, at = [], 0
    for start, end in hit.marks:
        pieces += [escape(hit.excerpt[at:start]), f"<mark>{escape(hit.excerpt[start:end])}</mark>"]
        at = end
    return mark_safe("".join([*pieces, escape(hit.excerpt[at:])]))  # noqa: S308  every piece was escaped


def places(words: str, actor: Actor) -> list[Option]:
    """Lists and areas whose name holds what was typed; all of them while nothing is."""
    known = [Option(words=str(label), href=list_url(key), icon="inbox") for key, label in QUEUES.items()]
    known += [
        Option(words=label, href=_address(name), icon=icon, press=press)
        for label, name, icon, press, permission in (
            (_("People"), "people:list", "users", "g p", "people.read"),
            (_("Data map"), "privacy:map", "shield", "g v", "privacy.map"),
        )
        if may(actor, permission) and _address(name)
    ]
    return [place for place in known if fold(words) in fold(place.words)]


def _address(name: str) -> str:
    """Empty for an area this instance does not have."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
