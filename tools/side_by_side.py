"""Run pytest twice at once, on a part of the tests each: side_by_side.py [--minutes N] "WORDS" "WORDS".

Each has a home and a database server of its own. The first one's report shows as it runs, the other's when both are
through. Ctrl-C and the end of the time reach both, so that each takes its servers down. Ends with 1 when either failed.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from types import FrameType
from typing import IO

GRACE = 60  # seconds to take servers down in


def main() -> int:
    asked = _asked()
    # Tests start the program many times over: what was compiled once is kept, whatever the surroundings say.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    until = time.monotonic() + asked.minutes * 60 if asked.minutes else None
    with tempfile.TemporaryFile() as kept:
        both = [_start(asked.first), _start(asked.other, kept)]
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            for one in both:
                one.wait(None if until is None else max(0, until - time.monotonic()))
        except (KeyboardInterrupt, subprocess.TimeoutExpired) as ending:
            print(f"\nEnded early ({type(ending).__name__}).", file=sys.stderr)
        finally:
            _end(both)
        kept.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(kept.read())
    return int(any(one.returncode for one in both))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, help="the longest that it may take")
    parser.add_argument("first", help="words for pytest")
    parser.add_argument("other", help="words for pytest")
    return parser.parse_args()


def _start(words: str, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """In a session of its own: it hears of Ctrl-C from here, once."""
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *shlex.split(words)],
        stdout=output, stderr=output and subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(both: list[subprocess.Popen[bytes]]) -> None:
    for one in both:
        if one.poll() is None:
            one.send_signal(signal.SIGINT)
    for one in both:
        try:
            one.wait(GRACE)
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()


if __name__ == "__main__":
    sys.exit(main())
