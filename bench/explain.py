"""Where our time goes: the costliest of our own functions, printed with `--profile`."""

from __future__ import annotations

import cProfile
import io
import pstats
import re
import sys
from collections.abc import Callable

_TOP = 22
_OURS = r"aureole/|django/db/backends/utils|django/template/base.py.*render$|email/|zipfile"
_PLACE = re.compile(r"/\S*?(?=src/aureole/|django/|/email/|/zipfile)")
_wanted = False


def switch_on() -> None:
    global _wanted
    _wanted = True


def explain(words: str, work: Callable[[], object]) -> None:
    """Runs `work` once more under cProfile, which makes it about twice as slow, when profiles are wanted."""
    if not _wanted:
        return
    profile, out = cProfile.Profile(), io.StringIO()
    profile.runcall(work)
    pstats.Stats(profile, stream=out).sort_stats("cumulative").print_stats(_OURS, _TOP)
    lines = out.getvalue().splitlines()
    head = next(number for number, line in enumerate(lines) if line.lstrip().startswith("ncalls"))
    print(f"\n# {words}:{lines[2] if len(lines) > 2 else ''}", file=sys.stderr)
    print("\n".join(_PLACE.sub("", line)[:110] for line in lines[head:] if line), file=sys.stderr)
