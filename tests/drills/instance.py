"""An instance of its own, driven as an operator drives it: by commands in other processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aureole.ops.embedded import ConnectionInfo
from aureole.testing.canary_mails import mail

ROOT = Path(__file__).parent.parent.parent
_OURS = ("AUREOLE", "DATABASE", "KEYS", "DJANGO", "PYTEST")


@dataclass
class DrillInstance:
    """`settings` are environment variables besides AUREOLE_HOME."""

    home: Path
    server: ConnectionInfo
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        return {**own, **self.settings, "AUREOLE_HOME": str(self.home), "PYTHONPATH": paths}

    def run(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Exit code and JSON document of a command."""
        done = subprocess.run(
            [sys.executable, "-c", "from aureole.ops.cli import main; main()", *words, "--json"],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def do(self, *words: str) -> dict[str, Any]:
        """A command that must succeed."""
        code, said = self.run(*words)
        assert code == 0, (words, said)
        return said

    def python(self, program: str) -> str:
        """What a program prints that runs inside the instance, Django ready."""
        head = "from aureole.ops.instance import instance\nwith instance():\n"
        body = "".join(f"    {line}\n" for line in program.strip().splitlines())
        done = subprocess.run(
            [sys.executable, "-c", head + body],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def receive(self, folder: Path, **written: str) -> dict[str, Any]:
        """One mail, as `aureole.testing.canary_mails.mail` writes it."""
        path = folder / f"{len(list(folder.glob('*.eml')))}.eml"
        path.write_bytes(mail(**written))
        return self.do("mail", "ingest", str(path))

    def person(self, text: str) -> str | None:
        """Id of the one person a look-up finds; None when it finds nobody."""
        found = self.do("person", "find", text)["persons"]
        assert len(found) <= 1
        return str(found[0]["id"]) if found else None
