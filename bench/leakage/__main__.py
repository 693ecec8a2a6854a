"""`python -m bench.leakage [--size 10k]`: attack the index of the benchmark's data without its key."""

from __future__ import annotations

import argparse
import signal
import sys

from bench.__main__ import DEFAULT_SEED, number, say
from bench.instance import fleeting_instance


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.leakage", description=__doc__)
    parser.add_argument("--size", type=number, default=10_000, help="messages in the database: 10000, 100k")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database is stopped too
    with fleeting_instance():
        from bench.generate import generate
        from bench.leakage.report import tell_leakage

        say(f"making {chosen.size:,} messages (seed {chosen.seed}) …")
        tell_leakage(generate(chosen.size, chosen.seed).speech)
    return 0


if __name__ == "__main__":
    sys.exit(main())
