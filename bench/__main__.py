"""Measure against the floors and print the table; or make a company to measure several times.

python -m bench                                  10 000 messages in a fleeting instance
python -m bench --sizes 10k,100k,1m              one after the other; prints how the cost grows
python -m bench make --size 1m --home DIR        make a company and keep it
python -m bench --home DIR                       measure a kept one
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from aureole.kernel.errors import Refused
from bench.explain import switch_on
from bench.growth import print_growth
from bench.instance import fleeting_instance, kept_instance
from bench.table import Measured, print_table, read_json, write_json

if TYPE_CHECKING:
    from bench.company import Company

LATEST = Path(__file__).parent / "latest.json"
DEFAULT_SEED = 20_250_101
NAMES = ("pages", "search", "mail", "export", "redaction", "breach", "erasure")


def main() -> int:
    chosen = read_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database is stopped too
    try:
        if chosen.what == "make":
            return make(chosen)
        measured = several(chosen) if chosen.sizes else one(chosen)
    except Refused as refusal:
        say(refusal.sentence)
        return 1
    print_table(measured)
    print_growth(measured)
    write_json(measured, chosen.json)
    say(f"\nwritten to {chosen.json}")
    return 0


def make(chosen: argparse.Namespace) -> int:
    if chosen.home is None:
        raise Refused("bench.no_home", "Say where to keep it: --home DIR. Nothing was made.")
    if chosen.home.exists() and any(chosen.home.iterdir()):
        raise Refused(
            "bench.home_used", f"{chosen.home} is not empty. Nothing was made; name another folder."
        )
    with kept_instance(chosen.home):
        made(chosen)
    return 0


def made(chosen: argparse.Namespace) -> Company:
    from bench.generate import generate

    begun = time.perf_counter()
    say(f"making {chosen.size:,} messages (seed {chosen.seed}) …")
    company = generate(chosen.size, chosen.seed, processes=chosen.processes, home=chosen.home, say=say)
    say(f"made in {time.perf_counter() - begun:.0f} s")
    return company


def several(chosen: argparse.Namespace) -> list[Measured]:
    """Each size in a process and an instance of its own."""
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="aureole-bench-") as folder:
        for size in chosen.sizes:
            say(f"\n# {size:,} messages")
            result = Path(folder) / f"{size}.json"
            given = ["--size", str(size), "--seed", str(chosen.seed), "--json", str(result)]
            given += ["--only", chosen.only] if chosen.only else []
            given += ["--processes", str(chosen.processes)] if chosen.processes else []
            given += ["--profile"] if chosen.profile else []
            done = subprocess.run(
                [sys.executable, "-m", "bench", *given], stdout=subprocess.DEVNULL, check=False
            )
            if done.returncode != 0:
                raise Refused(
                    "bench.failed", f"The run at {size:,} messages failed; the reason stands above."
                )
            measured += read_json(result)
    return measured


def one(chosen: argparse.Namespace) -> list[Measured]:
    if chosen.profile:
        switch_on()
    kept: AbstractContextManager[None] = kept_instance(chosen.home) if chosen.home else fleeting_instance()
    if chosen.home and not chosen.home.exists():
        raise Refused("bench.no_company", f"There is no folder {chosen.home}. Nothing was measured.")
    with kept:
        from bench.company import company_in
        from bench.works import WORKS

        company = company_in(chosen.home) if chosen.home else made(chosen)
        measured = []
        for name, work in WORKS.items():
            if chosen.only in (None, name):
                say(f"{name} …")
                lines = work(company)
                measured.extend(lines)
                for line in lines:
                    say(f"  {line.work}: {line.ratio:.2f}x")
    return measured


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=("measure", "make"), default="measure")
    parser.add_argument(
        "--size", type=number, default=10_000, help="messages in the database: 10000, 100k, 1m"
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: [number(one) for one in text.split(",")],
        help="several sizes: 10k,100k,1m",
    )
    parser.add_argument("--home", type=Path, help="an instance to make, or to measure, that stays")
    parser.add_argument("--only", choices=NAMES, help="this work alone; lists and tickets are both “pages”")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument(
        "--processes", type=int, help=f"that make the company; default: one per core ({os.cpu_count()})"
    )
    parser.add_argument("--profile", action="store_true", help="also print where our time goes")
    parser.add_argument("--json", type=Path, default=LATEST, help="where the figures are written")
    return parser.parse_args()


def number(text: str) -> int:
    factor = {"k": 1000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    return round(float(text.rstrip("kKmM")) * factor)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
