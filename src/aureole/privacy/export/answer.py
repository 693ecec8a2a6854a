"""The letter that goes with the copy: what GDPR Art. 15(1) and (2) ask to be told, read from the data map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.conf import settings

from aureole.privacy.declare import Declaration, declarations, outside_places
from aureole.privacy.export.look import page
from aureole.privacy.export.ports import Receiver, receivers
from aureole.privacy.vocabulary import purpose, retention


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """A heading, sentences, and lines of (words, explanation)."""

    heading: str
    sentences: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()


def chapters(held: dict[str, int], redactions: int) -> list[Chapter]:
    """`held`: rows by table. `redactions`: how many words of others were covered."""
    present = [d for d in declarations() if held.get(d.table)]
    return [
        _confirmation(present, held),
        Chapter(heading="Why we use it", lines=tuple(_purposes(present))),
        Chapter(heading="What kinds of data", lines=tuple(_categories(present))),
        _recipients(receivers()),
        Chapter(heading="How long we keep it", lines=tuple(_retentions(present))),
        Chapter(heading="Where we have it from", lines=tuple((d.label, d.source) for d in present)),
        _rights(),
        _complaint(),
        Chapter(
            heading="Decisions by machines",
            sentences=(
                "None. No decision about you is made by a program alone, and no profile is made of you.",
            ),
        ),
        _transfers(),
        _searched(redactions),
    ]


def _confirmation(present: list[Declaration], held: dict[str, int]) -> Chapter:
    total = sum(held.values())
    log = (("What was done with your data", str(held["ledger_entry"])),) if held.get("ledger_entry") else ()
    if not present:
        return Chapter(
            heading="Do we hold data about you?", sentences=("No. We searched and found nothing.",)
        )
    return Chapter(
        heading="Do we hold data about you?",
        sentences=(f"Yes: {total} records. A full copy is in this package.",),
        lines=(*((d.label, str(held[d.table])) for d in present), *log),
    )


def _purposes(present: Iterable[Declaration]) -> Iterable[tuple[str, str]]:
    for key in dict.fromkeys(d.purpose for d in present):
        found = purpose(key)
        yield found.label, f"{found.words} ({found.basis.replace('_', ' ')}, {found.article})"


def _categories(present: Iterable[Declaration]) -> Iterable[tuple[str, str]]:
    for declaration in present:
        words = [
            f.label or name.replace("_", " ")
            for name, f in declaration.fields.items()
            if f.category.startswith("user.")
        ]
        yield declaration.label, ", ".join(dict.fromkeys(words)) or "that you were part of it"


def _retentions(present: Iterable[Declaration]) -> Iterable[tuple[str, str]]:
    for declaration in present:
        found = retention(declaration.retention)
        yield declaration.label, f"{found.label}; counted from {found.start}"


def _recipients(found: list[Receiver]) -> Chapter:
    if not found:
        return Chapter(heading="Who else gets it", sentences=("Nobody outside our own staff.",))
    return Chapter(
        heading="Who else gets it",
        sentences=("Besides our own staff:",),
        lines=tuple((r.name, f"{r.gets}, {r.why}") for r in found),
    )


def _rights() -> Chapter:
    return Chapter(
        heading="What you can ask of us",
        sentences=(f"Write to {_reach()}. It costs nothing, and you get an answer within one month.",),
        lines=(
            ("Correct it", "have wrong or incomplete data put right (Art. 16)"),
            ("Erase it", "have it deleted; what a law makes us keep is named with its date (Art. 17)"),
            ("Restrict it", "have us keep it and do nothing else with it (Art. 18)"),
            ("Take it with you", "the files in data/ can be read by other programs (Art. 20)"),
            ("Object", "to what rests on our legitimate interest (Art. 21)"),
            ("Withdraw consent", "where something rests on it, at any time (Art. 7(3))"),
        ),
    )


def _complaint() -> Chapter:
    return Chapter(
        heading="If you are not content",
        sentences=(
            "You can complain to a data protection authority: the one where you live, where you work, or "
            "where you think the rules were broken (Art. 77). edpb.europa.eu lists them under “Members”.",
        ),
    )


def _transfers() -> Chapter:
    region = str(getattr(settings, "AUREOLE_REGION", "") or "")
    where = f"It is stored in the region {region}. " if region else ""
    return Chapter(
        heading="Transfers to other countries",
        sentences=(
            f"{where}No transfer to a country outside the European Economic Area or to an international "
            "organisation is set up, so there are no safeguards to name (Art. 15(2)). Where your own mail "
            "provider keeps our answers is between you and them.",
            "It rests sealed under keys of your own; destroying them makes every copy unreadable.",
        ),
    )


def _searched(redactions: int) -> Chapter:
    covered = (
        f"Words about others were covered in {redactions} places; manifest.json lists where and why."
        if redactions
        else "Nothing had to be covered to protect other people."
    )
    return Chapter(
        heading="What we searched",
        sentences=(
            "Every table that our data map says may hold personal data, by your number with us, not by name. "
            "What was left out is listed in manifest.json and on the front page, each with its reason.",
            covered,
        ),
        lines=tuple((place.label, place.holds) for place in outside_places()),
    )


def _reach() -> str:
    return str(getattr(settings, "AUREOLE_MAILBOX", "") or "") or "the address you know us by"


def workspace() -> str:
    return str(getattr(settings, "AUREOLE_WORKSPACE", "") or "") or "this workspace"


def as_text(found: list[Chapter], name: str, made_at: datetime) -> str:
    """The letter for a terminal or a printer."""
    lines = [workspace(), f"{made_at:%d %B %Y}", "", f"To {name or 'you'}", "", "Your personal data", ""]
    for chapter in found:
        lines += ["", chapter.heading, "-" * len(chapter.heading), *chapter.sentences]
        lines += [f"  {words}: {explanation}" for words, explanation in chapter.lines]
    return "\n".join(lines) + "\n"


def as_html(found: list[Chapter], name: str, made_at: datetime) -> str:
    """The same letter as a page."""
    body = [
        f'<p class="from"><b>{escape(workspace())}</b><br>{made_at:%d %B %Y}</p>',
        f"<h1>Your personal data</h1><p class='sentence'>To {escape(name or 'you')}</p>",
        *map(_chapter_html, found),
    ]
    return page("Your personal data", ["<main class='letter'>", *body, "</main>"])


def _chapter_html(chapter: Chapter) -> str:
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in chapter.sentences)
    lines = "".join(f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in chapter.lines)
    table = f"<dl>{lines}</dl>" if lines else ""
    return f"<section><h2>{escape(chapter.heading)}</h2>{sentences}{table}</section>"
