"""index.html: the package as a page to read. Conversations first, then each table with why and until when."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import quote

from aureole.ledger.saying import say_facts
from aureole.privacy.export.archive import Spool
from aureole.privacy.export.look import MARK, foot, head
from aureole.privacy.export.ports import Letter, LetterFile, Party
from aureole.privacy.export.tables import Table
from aureole.privacy.vocabulary import purpose, retention

MAX_ROWS = 50  # a page that tells more than this of one table is not read
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\Z")


class Conversations:
    """Letters as they come, gathered under their conversation."""

    def __init__(self) -> None:
        self._spool = Spool()
        self._current: str | None = None
        self.count = 0
        self.letters = 0

    def add(self, letter: Letter, path: str, files: Sequence[tuple[LetterFile, str]]) -> None:
        """`files`: each with its path in the package, "" when its bytes are withheld."""
        if letter.conversation != self._current:
            self._begin(letter)
        self.letters += 1
        self._spool.write(_letter_html(letter, path, files))

    def _begin(self, letter: Letter) -> None:
        if self._current is not None:
            self._spool.write("</div></section>\n")
        self._current = letter.conversation
        self.count += 1
        self._spool.write(f'<section class="talk"><h3>{escape(letter.title)}</h3><div class="thread">\n')

    def chunks(self) -> Iterable[bytes]:
        if self._current is not None:
            self._spool.write("</div></section>\n")
        return self._spool.chunks()


def _letter_html(letter: Letter, path: str, files: Sequence[tuple[LetterFile, str]]) -> str:
    who = "You" if letter.own else _party(letter.sender)
    to = ", ".join(_party(party) for party in (*letter.to, *letter.cc))
    about = letter.words if letter.kind != "public" else f"to {to}" if to else ""
    return (
        f'<article class="msg{" note" if letter.kind == "note" else ""}">{_moment(letter.at)}'
        f'<div><header><b dir="auto">{escape(who)}</b> <span class="muted" dir="auto">{escape(about)}</span> '
        f'<a href="{quote(path)}">e-mail file</a></header>'
        f'<div class="text" dir="auto">{escape(letter.text)}</div>'
        f"{_html_form(letter)}{_files_html(files)}</div></article>\n"
    )


def _html_form(letter: Letter) -> str:
    """What came as HTML, shown as the text it is: none of it is ever interpreted here."""
    if not letter.html or letter.text.strip():
        return ""
    return f'<details><summary>As HTML</summary><div class="text">{escape(letter.html)}</div></details>'


def _files_html(files: Sequence[tuple[LetterFile, str]]) -> str:
    if not files:
        return ""
    items = [
        f'<li><a href="{quote(path)}" download>{escape(file.name)}</a></li>'
        if path
        else f'<li class="muted small">{escape(file.name)}: left out, {escape(file.withheld)}</li>'
        for file, path in files
    ]
    return f'<ul class="files">{"".join(items)}</ul>'


def _party(party: Party) -> str:
    return party.name or party.address or "unknown"


def _moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at.day} {at:%b}<br>{at:%Y}<br>{at:%H:%M}</time>'


class Holdings:
    """Tables as sections: how many, what, why, until when."""

    def __init__(self) -> None:
        self._spool = Spool()
        self._rows = Spool()
        self._shown = 0
        self._log: deque[dict[str, Any]] = deque(maxlen=MAX_ROWS)

    def begin(self, table: Table) -> None:
        self._shown = 0
        self._rows = Spool()

    def show(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        for values in rows[: MAX_ROWS - self._shown]:
            self._rows.write(_row_html(table, values))
            self._shown += 1

    def end(self, table: Table, count: int, files: Sequence[str], *, told_above: bool) -> None:
        """`told_above`: the conversations show these rows, so only the files are named."""
        links = " ".join(f'<a href="{quote(path)}">{escape(path)}</a>' for path in files)
        self._spool.write(
            f'<section class="held"><span class="num">{count}</span><div>'
            f"<h3>{escape(table.declaration.label)}</h3>{_why(table)}"
        )
        if told_above:
            self._spool.write('<p class="small">Shown as conversations above.</p>')
        else:
            self._spool.append(self._rows)
            if count > MAX_ROWS:
                self._spool.write(f'<p class="small">And {count - MAX_ROWS} more in the files.</p>')
        self._spool.write(f'<p class="small muted">All of it: {links}</p></div></section>\n')

    def add_named(self, label: str, lines: Sequence[dict[str, Any]], path: str) -> None:
        """What rows about others tell of the person."""
        shown = "".join(
            "".join(
                f"<div><dt>{escape(name.replace('_', ' ').capitalize())}</dt>"
                f'<dd dir="auto">{escape(_shown(value))}</dd></div>'
                for name, value in line.items()
                if name != "id"
            ).join(('<dl class="row">', "</dl>"))
            for line in lines[:MAX_ROWS]
        )
        self._spool.write(
            f'<section class="held"><span class="num">{len(lines)}</span><div><h3>{escape(label)}</h3>{shown}'
            f'<p class="small muted">All of it: <a href="{quote(path)}">{escape(path)}</a></p></div></section>\n'
        )

    def log_line(self, line: dict[str, Any]) -> None:
        """One thing that was done with the data; the last ones are shown."""
        self._log.append(line)

    def add_log(self, count: int, path: str) -> None:
        lines = "".join(
            f"<div><dt>{escape(_shown(line['at']))}</dt>"
            f"<dd>{escape(line['who'])} {escape(_done(line))}</dd></div>"
            for line in reversed(self._log)
        )
        more = f"<p class='small'>And {count - MAX_ROWS} earlier ones.</p>" if count > MAX_ROWS else ""
        self._spool.write(
            f'<section class="held"><span class="num">{count}</span><div>'
            f'<h3>What was done with your data</h3><dl class="row">{lines}</dl>{more}'
            f'<p class="small muted">All of it: <a href="{quote(path)}">{escape(path)}</a></p>'
            "</div></section>\n"
        )

    def chunks(self) -> Iterable[bytes]:
        return self._spool.chunks()


def _done(line: dict[str, Any]) -> str:
    facts = say_facts(line["facts"])
    return f"{line['what']} ({facts})" if facts else str(line["what"])


def _why(table: Table) -> str:
    declared = table.declaration
    why = purpose(declared.purpose)
    return (
        f'<p class="why"><span class="sealed">{MARK}<span>Why: {escape(why.words)} ({escape(why.article)}). '
        f"Until: {escape(retention(declared.retention).label)}. "
        f"From: {escape(declared.source)}.</span></span></p>"
    )


def _row_html(table: Table, values: dict[str, Any]) -> str:
    labels = {column.name: column.label for column in table.columns}
    lines = "".join(
        f"<div><dt>{escape(labels.get(name, name.replace('_', ' ').capitalize()))}</dt>"
        f'<dd dir="auto">{escape(_shown(value))}</dd></div>'
        for name, value in values.items()
        if value not in (None, "", []) and not (name.endswith("id") and name != "content_id")
    )
    return f'<dl class="row">{lines}</dl>' if lines else ""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and _TIME.match(value):
        at = datetime.fromisoformat(value.replace("Z", "+00:00"))
        return f"{at.day} {at:%B %Y, %H:%M} UTC"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return ", ".join(f"{k}: {_shown(v)}" for k, v in value.items()) if isinstance(value, dict) else str(value)


def index_chunks(
    *,
    workspace: str,
    sentence: str,
    lede: str,
    conversations: Conversations,
    holdings: Holdings,
    left_out: Sequence[tuple[str, str, int]],
    receivers: Sequence[tuple[str, str]],
    fingerprint: str,
) -> Iterator[bytes]:
    """The page in pieces. `left_out`: (what, why, how many). `receivers`: (who by name, what and why)."""
    yield (head(f"Your data at {workspace}") + _top(workspace, bool(conversations.count))).encode()
    yield f'<main id="main"><h1>Your data</h1><p class="sentence">{escape(sentence)}</p>'.encode()
    letter = '<a href="letter.html">Read the covering letter</a>'
    yield f'<p class="muted">{escape(lede)} {letter}.</p>\n'.encode()
    if conversations.count:
        yield b'<h2 id="talk">Your conversations</h2>\n'
    yield from conversations.chunks()
    yield b'<h2 id="held">What we hold</h2>\n'
    yield from holdings.chunks()
    yield _receivers(receivers).encode()
    yield _left_out(left_out).encode()
    yield _foot(fingerprint).encode()


def _top(workspace: str, has_talk: bool) -> str:
    talk = '<a href="#talk">Conversations</a>' if has_talk else ""
    return (
        '<a class="skip" href="#main">Skip to your data</a>'
        f'<div class="top"><div><b>{MARK}{escape(workspace)}</b>'
        f'{talk}<a href="#held">What we hold</a><a href="#left-out">Left out</a>'
        '<a href="letter.html">Letter</a></div></div>\n'
    )


def _receivers(found: Sequence[tuple[str, str]]) -> str:
    """Who outside gets it, by name (GDPR Art. 15(1)(c)); nothing where that is nobody, as the letter says."""
    lines = "".join(
        f'<div><dt dir="auto">{escape(who)}</dt><dd>{escape(what)}</dd></div>' for who, what in found
    )
    return f'<h2 id="got">Who else gets it</h2><dl class="row">{lines}</dl>\n' if lines else ""


def _left_out(items: Sequence[tuple[str, str, int]]) -> str:
    rows = "".join(
        f'<tr><td data-of="What">{escape(what)}</td><td data-of="Why">{escape(why)}</td>'
        f'<td class="num" data-of="How many">{count or "–"}</td></tr>'
        for what, why, count in items
    )
    return (
        '<h2 id="left-out">What is left out or covered, and why</h2>'
        '<table class="plain"><thead><tr><th>What</th><th>Why</th><th class="num">How many</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        '<p class="small muted">manifest.json has the full list, table by table.</p></main>\n'
    )


def _foot(fingerprint: str) -> str:
    return (
        '<footer class="foot"><div><p>Times are UTC. manifest.json lists every file with its SHA-256, '
        f"and signature.json signs that list with the key <code>{escape(fingerprint)}</code>.</p>"
        f"</div></footer>\n{foot()}"
    )
