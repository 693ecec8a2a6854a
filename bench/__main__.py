"""`python -m bench [--size 100k] [--only NAME] [--profile]`: measure, print the table, write bench/latest.json."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from bench.explain import switch_on
from bench.instance import fleeting_instance
from bench.table import print_table, write_json

LATEST = Path(__file__).parent / "latest.json"
DEFAULT_SEED = 20_250_101


def main() -> int:
    chosen = read_arguments()
    if chosen.profile:
        switch_on()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database is stopped too
    with fleeting_instance():
        from bench.generate import generate
        from bench.works import WORKS

        begun = time.perf_counter()
        say(f"making {chosen.size:,} messages (seed {chosen.seed}) …")
        company = generate(chosen.size, chosen.seed)
        say(f"made in {time.perf_counter() - begun:.0f} s")
        measured = []
        for name, work in WORKS.items():
            if chosen.only in (None, name):
                say(f"{name} …")
                lines = work(company)
                measured.extend(lines)
                for line in lines:
                    say(f"  {line.work}: {line.ratio:.2f}x")
    print_table(measured)
    write_json(measured, LATEST)
    say(f"\nwritten to {LATEST.parent.name}/{LATEST.name}")
    return 0


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--size", type=number, default=10_000, help="messages in the database: 10000, 100k, 1m"
    )
    parser.add_argument("--only", choices=NAMES, help="this work alone; lists and tickets are both “pages”")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--profile", action="store_true", help="also print where our time goes")
    return parser.parse_args()


NAMES = ("pages", "mail", "search", "export", "erasure")


def number(text: str) -> int:
    factor = {"k": 1000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    return round(float(text.rstrip("kKmM")) * factor)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
