"""Commands in processes of their own, as a script gives them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An instance's home, and what `init` said when it made it."""

    home: Path
    said: dict[str, Any]


def aureole(home: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON document."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AUREOLE", "DATABASE", "KEYS"))
    }
    done = subprocess.run(
        [sys.executable, "-c", "from aureole.ops.cli import main; main()", *words, "--json"],
        env={**own, "AUREOLE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout or "{}")
