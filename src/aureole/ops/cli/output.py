"""What a command says: to people in lines, to scripts as one JSON document, while it works on stderr."""

from __future__ import annotations

import json as json_format
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Protocol

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]

PATIENCE = 2.0  # seconds a person waits without asking what goes on


class Report:
    """Collects the answer of a command. `say` and `table` are for people, `tell` for scripts."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._document: dict[str, object] = {}

    def tell(self, **values: object) -> None:
        """Keys of the JSON document."""
        self._document.update(values)

    def say(self, line: str = "") -> None:
        if not self.as_json:
            print(line, flush=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        if self.as_json:
            return
        cells = [[str(cell) for cell in row] for row in (columns, *rows)]
        widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
        for row in cells:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def print_document(self) -> None:
        if self.as_json:
            print(json_format.dumps(self._document, ensure_ascii=False, default=str), flush=True)


@contextmanager
def report(as_json: bool) -> Iterator[Report]:
    """The document is printed when the block ends well; a refusal prints its own."""
    answer = Report(as_json=as_json)
    yield answer
    answer.print_document()


def print_trouble(code: str, sentence: str, *, as_json: bool) -> None:
    if as_json:
        print(json_format.dumps({"error": {"code": code, "sentence": sentence}}, ensure_ascii=False))
    print(sentence, file=sys.stderr)


class Step(Protocol):
    """Called with how much is done, and of how much."""

    def __call__(self, done: int, of: int) -> None: ...


@contextmanager
def progress(title: str) -> Iterator[Step]:
    """A bar with an estimate on stderr, once the work has taken longer than people wait without asking."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task, started = bar.add_task(title, total=None), time.monotonic()

    def step(done: int, of: int) -> None:
        bar.update(task, completed=done, total=of)
        if not bar.live.is_started and time.monotonic() - started > PATIENCE:
            bar.start()

    try:
        yield step
    finally:
        bar.stop()


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """Says on stderr what goes on when the block takes longer than people wait without asking."""
    done = threading.Event()
    speaker = threading.Thread(target=_speak, args=(title, done), daemon=True)
    speaker.start()
    try:
        yield
    finally:
        done.set()
        speaker.join()


def _speak(title: str, done: threading.Event) -> None:
    if done.wait(PATIENCE):
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        console.print(f"{title} …", highlight=False)
        done.wait()
        return
    with console.status(f"{title} …"):
        done.wait()
