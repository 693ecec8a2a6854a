"""Where everything of the drawn data map stands. Geometry only; the template draws it.

Three bands: sources, our stores, receivers. A line is a purpose between two of them, thicker for more fields.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aureole.privacy.data_map.rows import OUTSIDE, MapRow
from aureole.privacy.law.reach import Reach

WIDTH, TOP = 1032, 48
SOURCE_END, STORE_X, STORE_END, RECEIVER_X = 264, 424, 624, 800
_GAP, _PORT, _BETWEEN = 20, 14, 10
_LINE = 17
# Letters that surely fit beside the lines: in a band of 264 px, and of 200 px in the region of receivers.
_LONGEST, _LONGEST_SUB = 30, 40
_LONGEST_RECEIVER, _LONGEST_RECEIVER_SUB, _MOST_RECEIVERS = 24, 31, 7
_SENT = ("desk_message", "desk_attachment", "email_outbound_mail")


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """A line of one purpose. `cap` is the violet end of what arrives sealed; empty when nothing is. `words` say what it
    is, and `purpose` is the key it leads to; a line to a receiver has neither."""

    path: str
    width: float
    cap: str
    cap_width: float
    is_on: bool
    purpose: str = ""
    words: str = ""
    is_dashed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where data comes from, on as many lines as its words need, each with where it stands."""

    y: float
    lines: tuple[tuple[float, str], ...]
    subs: tuple[tuple[float, str], ...]
    bottom: float
    fields: int
    is_on: bool
    anchor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """Whoever outside gets something, and what."""

    y: float
    lines: tuple[tuple[float, str], ...]
    subs: tuple[tuple[float, str], ...]
    bottom: float
    is_on: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A country behind its receivers; `is_out` of the European Economic Area."""

    y: float
    height: float
    label: str
    is_out: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """A receiver before it has its place: `fields` go to it; `is_marked` when the traced person's did."""

    name: str
    words: str
    fields: int = 1
    is_marked: bool = False
    is_mail_server: bool = False
    country: str = ""
    reach: Reach = Reach.UNKNOWN

    @property
    def where(self) -> str:
        """Its country, and what the law makes of it."""
        return say_reach(self)


@dataclass(kw_only=True, slots=True)
class Store:
    """A box. `figures` are the key groups and how many fields each seals."""

    key: str
    y: float = 0
    height: float = 0
    fields: int = 0
    figures: Counter[str] = field(default_factory=Counter)
    is_sealed: bool = False
    ports: int = 0
    theirs: int = 0
    anchor: str = ""

    @property
    def figure_rows(self) -> list[tuple[str, int, int]]:
        """Key groups with their number of fields and where that line stands in the box."""
        return [(name, count, 66 + n * _LINE) for n, (name, count) in enumerate(sorted(self.figures.items()))]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    height: float
    sources: tuple[Source, ...]
    stores: tuple[Store, ...]
    flows: tuple[Flow, ...]
    receivers: tuple[Receiver, ...]
    regions: tuple[Region, ...]
    sent: int
    is_traced: bool

    @property
    def end(self) -> float:
        """Below the last region."""
        last = self.regions[-1]
        return last.y + last.height

    @property
    def spine(self) -> tuple[float, float]:
        """From the first store to the last: the line that holds them together."""
        return self.stores[0].y, self.stores[-1].y


def store_of(row: MapRow) -> str:
    """Which of our stores a row rests in."""
    if row.table == "search_entry":
        return "search"
    if row.table == "vault_sealed_file":
        return "files"
    return "log" if row.table.startswith("ledger_") else "database"


def is_sent(row: MapRow) -> bool:
    """Whether the outgoing mail server gets it: the words, files, subject and address of an answer."""
    is_subject = row.table == "desk_ticket" and row.field == "subject"
    return row.at_rest == "sealed" and (row.table in _SENT or is_subject)


@dataclass(frozen=True, kw_only=True, slots=True)
class Theirs:
    """What is marked of one person: rows by table."""

    rows: Mapping[str, int]


def draw(
    rows: Iterable[MapRow], *, outside: Sequence[Outside], purpose: str = "", theirs: Theirs | None = None
) -> Drawing:
    """Lay out the rows. Marked (`is_on`) are lines of the chosen purpose, or of the places where a person is held.

    outside  whoever gets something, at least one; beyond a handful they stand together
    """
    held = [row for row in rows if row.module != OUTSIDE]
    marked = {_edge(row) for row in held if _is_marked(row, purpose, theirs)}
    edges = Counter((row.source, store_of(row), row.purpose_key) for row in held)
    sealed = Counter((row.source, store_of(row), row.purpose_key) for row in held if row.at_rest == "sealed")
    names = list(dict.fromkeys(row.source for row in held))
    stores = _stores(held, edges, theirs)
    bottom = max(store.y + store.height for store in stores)
    sources = _sources(names, held, {edge[0] for edge in marked}, bottom)
    flows = _flows(
        names, sources, stores, edges, sealed, marked, {row.purpose_key: row.purpose for row in held}
    )
    sent = [row for row in held if is_sent(row)]
    shown = _gathered(outside)
    receivers, regions = _receivers(shown, is_sent_on=purpose in {row.purpose_key for row in sent})
    flows += [
        replace(_out_flow(stores[0], one, told.fields), is_dashed=told.reach in _OUT)
        for one, told in zip(receivers, shown, strict=True)
        if told.fields
    ]
    return Drawing(
        height=max(bottom, *(one.bottom for one in sources), receivers[-1].bottom + 56) + 8,
        sources=tuple(sources),
        stores=tuple(stores),
        flows=tuple(flows),
        sent=len(sent),
        receivers=receivers,
        regions=regions,
        is_traced=theirs is not None,
    )


def _edge(row: MapRow) -> tuple[str, str, str]:
    return row.source, store_of(row), row.purpose_key


def _is_marked(row: MapRow, purpose: str, theirs: Theirs | None) -> bool:
    if theirs is not None and not theirs.rows.get(row.table):
        return False
    return purpose == row.purpose_key if purpose else theirs is not None


def _gathered(outside: Sequence[Outside]) -> list[Outside]:
    """The first of them; those beyond a handful as one, so that none is left out. Countries stand together."""
    if len(outside) <= _MOST_RECEIVERS:
        return sorted(outside, key=lambda one: (_ORDER.index(one.reach), one.country))
    rest = outside[_MOST_RECEIVERS - 1 :]
    together = Outside(
        name=_("%(count)d others") % {"count": len(rest)},
        words=_("each by name in the table below"),
        is_marked=any(one.is_marked for one in rest),
    )
    return [*_gathered(outside[: _MOST_RECEIVERS - 1]), together]


_ORDER = (Reach.INSIDE, Reach.ADEQUATE, Reach.THIRD, Reach.UNKNOWN)
_OUT = (Reach.ADEQUATE, Reach.THIRD)


def _receivers(
    outside: Sequence[Outside], *, is_sent_on: bool
) -> tuple[tuple[Receiver, ...], tuple[Region, ...]]:
    """One under the other, those of a country in its region."""
    found, regions, y = [], [], TOP + 16.0
    for _key, group in groupby(outside, key=lambda one: (one.reach, one.country)):
        members, top = list(group), y
        y += 36
        for one in members:
            lines, subs, bottom = _set(one.name, one.words, y, _LONGEST_RECEIVER, _LONGEST_RECEIVER_SUB)
            is_on = one.is_marked or (one.is_mail_server and is_sent_on)
            found.append(Receiver(y=y - 4, lines=lines, subs=subs, bottom=bottom, is_on=is_on))
            y = bottom + _BETWEEN + 8
        regions.append(
            Region(y=top, height=y - 8 - top, label=say_reach(members[0]), is_out=members[0].reach in _OUT)
        )
        y += 4
    return tuple(found), tuple(regions)


def say_reach(one: Outside) -> str:
    """The country of a receiver, and what the law makes of it."""
    said = {
        Reach.INSIDE: one.country,
        Reach.ADEQUATE: _("%(country)s, found adequate"),
        Reach.THIRD: _("%(country)s, needs a safeguard"),
        Reach.UNKNOWN: _("country not said"),
    }
    return said[one.reach] % {"country": one.country}


Lines = tuple[tuple[float, str], ...]


def _set(name: str, words: str, y: float, longest: int, longest_sub: int) -> tuple[Lines, Lines, float]:
    """A name and what is said of it, broken into lines so that nothing is cut; and where they end."""
    heads, subs = textwrap.wrap(name, longest) or [name], textwrap.wrap(words, longest_sub)
    below = y + _LINE * len(heads)
    return (
        tuple((y + n * _LINE, line) for n, line in enumerate(heads)),
        tuple((below + n * _LINE, line) for n, line in enumerate(subs)),
        below + _LINE * (len(subs) - 1) + 5,
    )


def _sources(
    names: Sequence[str], held: Sequence[MapRow], marked: Collection[str], bottom: float
) -> list[Source]:
    """One under the other, each as high as its words are; what is left of the height of the stores between them."""
    told = [_told(name, held) for name in names]
    needed = sum(_set(*one, 0, _LONGEST, _LONGEST_SUB)[2] + _BETWEEN + 12 for one in told)
    spare = max(0.0, bottom - TOP - needed) // max(len(names), 1)
    sources, y = [], TOP + 14.0
    for name, (title, words) in zip(names, told, strict=True):
        own = [row for row in held if row.source == name]
        lines, subs, end = _set(title, words, y, _LONGEST, _LONGEST_SUB)
        sources.append(
            Source(
                y=y, lines=lines, subs=subs, bottom=end, fields=len(own), is_on=name in marked,
                anchor=own[0].table,
            )
        )  # fmt: skip
        y = end + _BETWEEN + 12 + spare
    return sources


def _told(name: str, held: Sequence[MapRow]) -> tuple[str, str]:
    """A source, and how many fields come from it for what."""
    own = [row for row in held if row.source == name]
    count = ngettext("%(count)d field", "%(count)d fields", len(own)) % {"count": len(own)}
    return name[:1].upper() + name[1:], f"{count}: {', '.join(dict.fromkeys(row.purpose for row in own))}"


def _stores(
    held: Sequence[MapRow], edges: Counter[tuple[str, str, str]], theirs: Theirs | None
) -> list[Store]:
    stores = [Store(key=key) for key in ("database", "search", "files", "log", "keys")]
    y = float(TOP)
    for store in stores:
        own = [row for row in held if store_of(row) == store.key]
        store.fields, store.y = len(own), y
        store.anchor = own[0].table if own else ""
        tables = {row.table for row in own}
        store.theirs = sum(theirs.rows.get(table, 0) for table in tables) if theirs else 0
        store.is_sealed = any(row.at_rest == "sealed" for row in own)
        store.figures = Counter(row.key_group for row in own if row.key_group)
        ports = sum(1 for edge in edges if edge[1] == store.key)
        figures = len(store.figures) if store.key == "database" else 0
        store.height = max(62.0, 62 + figures * _LINE, 24 + ports * _PORT)
        y += store.height + _GAP
    return stores


def _flows(
    names: Sequence[str], sources: Sequence[Source], stores: Sequence[Store], edges: Counter[tuple[str, str, str]],
    sealed: Counter[tuple[str, str, str]], marked: Collection[tuple[str, str, str]], purposes: Mapping[str, str],
) -> list[Flow]:  # fmt: skip
    by_key = {store.key: store for store in stores}
    order = [store.key for store in stores]
    flows: list[tuple[str, Flow]] = []
    for edge in sorted(edges, key=lambda e: (names.index(e[0]), order.index(e[1]), e[2])):
        source, store = sources[names.index(edge[0])], by_key[edge[1]]
        leaving = [name for name, flow in flows].count(edge[0])
        arrival = store.y + 20 + store.ports * _PORT
        store.ports += 1
        line = _line(SOURCE_END, source.y - 4 + leaving * 9, STORE_X, arrival, edges[edge], sealed[edge] > 0)
        count = ngettext("%(count)d field", "%(count)d fields", edges[edge]) % {"count": edges[edge]}
        words = f"{edge[0][:1].upper()}{edge[0][1:]}: {count}, {purposes[edge[2]]}"
        flows.append((edge[0], replace(line, is_on=edge in marked, purpose=edge[2], words=words)))
    return [flow for name, flow in flows]


def _line(x1: float, y1: float, x2: float, y2: float, count: int, is_sealed: bool) -> Flow:
    middle, width = (x1 + x2) / 2, min(1.5 + 0.6 * count, 10)
    return Flow(
        path=f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}", width=width, is_on=False,
        cap=f"M{x2 - 7:g} {y2:g}h7" if is_sealed else "", cap_width=width + 1,
    )  # fmt: skip


def _out_flow(database: Store, receiver: Receiver, count: int) -> Flow:
    line = _line(STORE_END, database.y + 40, RECEIVER_X + 14, receiver.y, count, False)
    return replace(line, is_on=receiver.is_on)
