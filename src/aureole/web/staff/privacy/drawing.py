"""Where everything of the drawn data map stands. Geometry only; the template draws it.

Three bands: sources, our stores, receivers. A line is a purpose between two of them, thicker for more fields.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aureole.privacy.data_map.rows import OUTSIDE, MapRow

WIDTH, TOP = 1032, 48
SOURCE_END, STORE_X, STORE_END, RECEIVER_X = 264, 424, 624, 800
_ROW, _GAP, _PORT = 44, 20, 14
_LINE = 17
_LONGEST = 33
_LONGEST_PEER, _MOST_PEERS = 26, 6
_SENT = ("desk_message", "desk_attachment", "email_outbound_mail")


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """A line of one purpose. `cap` is the violet end of what arrives sealed; empty when nothing is."""

    path: str
    width: float
    cap: str
    cap_width: float
    is_on: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where data comes from. `lines` are its words, set on one or two lines."""

    y: float
    lines: tuple[tuple[float, str], ...]
    fields: int
    sub_y: float
    purposes: str
    is_on: bool
    anchor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """Whoever outside gets something. `name` "" is the outgoing mail server; `words` say what a traced person's got."""

    name: str
    y: float
    is_on: bool
    words: str = ""


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
    sent: int
    is_traced: bool

    @property
    def region_height(self) -> float:
        """Of the region that all receivers stand in."""
        return 16 + 44 * len(self.receivers)

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
    """What is marked of one person: rows by table, mails that left, and which peers got their package."""

    rows: Mapping[str, int]
    mails: int = 0
    peers: frozenset[str] = frozenset()


def draw(
    rows: Iterable[MapRow], *, purpose: str = "", theirs: Theirs | None = None, peers: Sequence[str] = ()
) -> Drawing:
    """Lay out the rows. Marked (`is_on`) are lines of the chosen purpose, or of the places where a person is held.

    peers  names of other controllers that packages go to
    """
    held = [row for row in rows if row.module != OUTSIDE]
    marked = {_edge(row) for row in held if _is_marked(row, purpose, theirs)}
    edges = Counter((row.source, store_of(row), row.purpose_key) for row in held)
    sealed = Counter((row.source, store_of(row), row.purpose_key) for row in held if row.at_rest == "sealed")
    names = list(dict.fromkeys(row.source for row in held))
    stores = _stores(held, edges, theirs)
    bottom = max(store.y + store.height for store in stores)
    step = max(_ROW, (bottom - TOP) // max(len(names), 1))
    sources = [
        _source(name, place * step, held, {edge[0] for edge in marked}) for place, name in enumerate(names)
    ]
    flows = _flows(names, sources, stores, edges, sealed, marked)
    sent = [row for row in held if is_sent(row)]
    receivers = _receivers(purpose in {row.purpose_key for row in sent}, theirs, peers)
    flows += [
        _out_flow(stores[0], one, len(sent) if not one.name else 1) for one in receivers if one.name or sent
    ]
    return Drawing(
        height=max(bottom, TOP + step * len(names), receivers[-1].y + 90) + 8,
        sources=tuple(sources),
        stores=tuple(stores),
        flows=tuple(flows),
        sent=len(sent),
        receivers=receivers,
        is_traced=theirs is not None,
    )


def _edge(row: MapRow) -> tuple[str, str, str]:
    return row.source, store_of(row), row.purpose_key


def _is_marked(row: MapRow, purpose: str, theirs: Theirs | None) -> bool:
    if theirs is not None and not theirs.rows.get(row.table):
        return False
    return purpose == row.purpose_key if purpose else theirs is not None


def _receivers(is_sent_on: bool, theirs: Theirs | None, peers: Sequence[str]) -> tuple[Receiver, ...]:
    """The mail server first; peers beyond a handful stand together."""
    shown = list(peers) if len(peers) <= _MOST_PEERS else list(peers[: _MOST_PEERS - 1])
    mails = theirs.mails if theirs else 0
    found = [
        Receiver(
            name="",
            y=TOP + 50,
            is_on=bool(mails) if theirs else is_sent_on,
            words=str(mails) if mails else "",
        )
    ]
    for name in shown:
        got = theirs is not None and name in theirs.peers
        found.append(Receiver(name=_short(name), y=TOP + 50 + 44 * len(found), is_on=got))
    if len(shown) < len(peers):
        rest = peers[len(shown) :]
        got = theirs is not None and bool(theirs.peers & set(rest))
        found.append(Receiver(name=f"+ {len(rest)}", y=TOP + 50 + 44 * len(found), is_on=got))
    return tuple(found)


def _short(name: str) -> str:
    return textwrap.shorten(name, _LONGEST_PEER, placeholder="…")


def _source(name: str, offset: float, held: Sequence[MapRow], marked: Collection[str]) -> Source:
    own = [row for row in held if row.source == name]
    y = TOP + offset + 14.0
    lines = textwrap.wrap(name[:1].upper() + name[1:], _LONGEST, max_lines=1, placeholder="…")
    return Source(
        y=y,
        lines=tuple((y + n * _LINE, line) for n, line in enumerate(lines)),
        fields=len(own),
        sub_y=y + _LINE * len(lines),
        purposes=", ".join(dict.fromkeys(row.purpose for row in own)),
        is_on=name in marked,
        anchor=own[0].table,
    )


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
        ports = sum(1 for _, key, _ in edges if key == store.key)
        figures = len(store.figures) if store.key == "database" else 0
        store.height = max(62.0, 62 + figures * _LINE, 24 + ports * _PORT)
        y += store.height + _GAP
    return stores


def _flows(
    names: Sequence[str], sources: Sequence[Source], stores: Sequence[Store], edges: Counter[tuple[str, str, str]],
    sealed: Counter[tuple[str, str, str]], marked: Collection[tuple[str, str, str]],
) -> list[Flow]:  # fmt: skip
    by_key = {store.key: store for store in stores}
    order = [store.key for store in stores]
    flows: list[tuple[str, Flow]] = []
    for edge in sorted(edges, key=lambda e: (names.index(e[0]), order.index(e[1]), e[2])):
        source, store = sources[names.index(edge[0])], by_key[edge[1]]
        leaving = [name for name, _ in flows].count(edge[0])
        arrival = store.y + 20 + store.ports * _PORT
        store.ports += 1
        line = _line(SOURCE_END, source.y - 4 + leaving * 9, STORE_X, arrival, edges[edge], sealed[edge] > 0)
        flows.append((edge[0], _shown(line, is_on=edge in marked)))
    return [flow for _, flow in flows]


def _line(x1: float, y1: float, x2: float, y2: float, count: int, is_sealed: bool) -> Flow:
    middle, width = (x1 + x2) / 2, min(1.5 + 0.6 * count, 10)
    return Flow(
        path=f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}", width=width, is_on=False,
        cap=f"M{x2 - 7:g} {y2:g}h7" if is_sealed else "", cap_width=width + 1,
    )  # fmt: skip


def _shown(flow: Flow, *, is_on: bool) -> Flow:
    return Flow(path=flow.path, width=flow.width, cap=flow.cap, cap_width=flow.cap_width, is_on=is_on)


def _out_flow(database: Store, receiver: Receiver, count: int) -> Flow:
    line = _line(STORE_END, database.y + 40, RECEIVER_X + 14, receiver.y, count, False)
    return _shown(line, is_on=receiver.is_on)
