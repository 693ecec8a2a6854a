"""What is held about anybody, in general: read from the data map, for a page that knows nobody (GDPR Art. 13, 14)."""

from __future__ import annotations

from dataclasses import dataclass

from aureole.privacy.declare import Declaration, declarations
from aureole.privacy.export.answer import Told
from aureole.privacy.export.ports import receivers
from aureole.privacy.vocabulary import purpose

_OWN_RECORDS = "accountability"
_ABOUT_STAFF = "staff"  # the module whose rows are about agents alone


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldLine:
    """One place. kinds, why, until and source in words of the reader's language."""

    label: str
    kinds: str
    why: str
    until: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """given: the person gave it themselves; noticed: it came from others or from the program.

    kinds      what was given, as kinds of data, each once
    observed   what was noticed, in short: without the records of how we dealt with it
    why, until, receivers   each once; no receivers when nobody outside the staff sees anything
    """

    given: list[HeldLine]
    noticed: list[HeldLine]
    kinds: list[str]
    observed: list[str]
    why: list[str]
    until: list[str]
    receivers: list[str]


def holding(language: str) -> Holding:
    """Everything that is declared to be about customers. No database is asked."""
    told = Told(language)
    found = sorted((d for d in declarations() if d.module != _ABOUT_STAFF), key=lambda d: told.said(d.label))
    given = [d for d in found if is_given(d)]
    telling = [d for d in given if any(f.category.startswith("user.") for f in d.fields.values())]
    kinds = [kind for _, named in told.categories(telling) for kind in named.split(", ")]
    return Holding(
        given=[held_line(d, told) for d in given],
        noticed=[held_line(d, told) for d in found if not is_given(d)],
        observed=[told.said(d.label) for d in found if not is_given(d) and d.purpose != _OWN_RECORDS],
        kinds=list(dict.fromkeys(kinds)),
        why=[told.said(purpose(key).words) for key in dict.fromkeys(d.purpose for d in found)],
        until=list(dict.fromkeys(words for _, words in told.retentions(found))),
        receivers=[": ".join(told.receiver(receiver)) for receiver in receivers()],
    )


def is_given(declaration: Declaration) -> bool:
    """Whether the person gave it themselves."""
    return declaration.source.startswith("the person")


def held_line(declaration: Declaration, told: Told) -> HeldLine:
    """As the letter under Art. 15 says it."""
    [(label, kinds)] = told.categories([declaration])
    [(_, until)] = told.retentions([declaration])
    return HeldLine(
        label=label, kinds=kinds, why=told.said(purpose(declaration.purpose).words), until=until,
        source=told.said(declaration.source),
    )  # fmt: skip
