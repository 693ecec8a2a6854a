"""The ticket list (50 rows) and a ticket (20 messages): against the same queries on plain tables and the same
template filled from plain dicts, and against our own page with nothing sealed."""

from __future__ import annotations

import statistics

from aureole.vault.keyring import keyring
from bench.browser import Browser
from bench.company import Company
from bench.explain import explain
from bench.plain import plain_columns
from bench.replay import Replay, record_page
from bench.table import Measured
from bench.timing import Race, race, seconds_of

TURNS = 40
PAGE_GOAL, SEALING_GOAL = 2.0, 1.15


def measure_pages(company: Company) -> list[Measured]:
    browser = Browser(company.agent)
    tickets = [f"/tickets/{number}/?view=open" for number in company.busy]
    return [
        *_measure(
            company, browser, "ticket list, 50 rows", ["/?view=open", "/?view=solved", "/?view=closed"], 12
        ),
        *_measure(company, browser, "ticket, 20 messages", tickets, 20),
    ]


def _measure(company: Company, browser: Browser, work: str, paths: list[str], most: int) -> list[Measured]:
    pages = [record_page(browser, path, company.floor.session) for path in paths]
    run = race(
        TURNS,
        floor=lambda turn: _of(pages, turn).fill(),
        ours=lambda turn: browser.get(paths[turn % len(paths)]),
    )
    explain(work, lambda: [browser.get(path) for path in paths[:5]])
    page = pages[0]
    cpu = {name: statistics.median(taken) * 1000 for name, taken in run.cpu.items()}
    note = f"p95 {run.p95('ours') * 1000:.0f} ms; {page.queries} queries (at most {most})"
    note += f"; CPU without the database {cpu['ours']:.1f} ms against {cpu['floor']:.1f}"
    return [
        _line(work, company, run, "floor", "ours", PAGE_GOAL, f"{note}; {page.share()}"),
        _cold(company, browser, work, paths, pages),
        _sealing(company, browser, work, paths),
    ]


def _of(pages: list[Replay], turn: int) -> Replay:
    return pages[turn % len(pages)]


def _cold(company: Company, browser: Browser, work: str, paths: list[str], pages: list[Replay]) -> Measured:
    """No key at hand: each page fetches and unwraps what it needs."""
    times = Race({"floor": [], "ours": []})
    for turn in range(TURNS // 2):
        times.seconds["floor"].append(seconds_of(_of(pages, turn).fill))
        keyring.evict()
        times.seconds["ours"].append(browser.timed(paths[turn % len(paths)]))
    return _line(f"{work}, keys not at hand", company, times, "floor", "ours", None, "")


def _sealing(company: Company, browser: Browser, work: str, paths: list[str]) -> Measured:
    """The same page, middleware and all, with plain columns under it."""
    times = Race({"plain": [], "sealed": []})
    for turn in range(TURNS):
        path = paths[turn % len(paths)]
        with plain_columns():
            browser.get(path)
            times.seconds["plain"].append(browser.timed(path))
        browser.get(path)
        times.seconds["sealed"].append(browser.timed(path))
    return _line(f"{work}: cost of sealing", company, times, "plain", "sealed", SEALING_GOAL, "keys at hand")


def _line(
    work: str, company: Company, run: Race, floor: str, ours: str, goal: float | None, note: str
) -> Measured:
    return Measured(
        work=work, size=company.size, floor=run.median(floor) * 1000, ours=run.median(ours) * 1000, goal=goal,
        p95=run.p95(ours) * 1000, note=note,
    )  # fmt: skip
