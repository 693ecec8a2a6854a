"""Mails others wrote: a few lie beside the tests, a larger set outside the repository where there is one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "mails"
OUTSIDE = Path(__file__).parents[5].parent / "shared" / "data"


def mail(name: str) -> bytes:
    return (HERE / f"{name}.eml").read_bytes()


def mails_here() -> list[Path]:
    return sorted(HERE.glob("*.eml"))


def outside(name: str) -> Path:
    """A folder or file of the larger set; the test is skipped, saying so, where it is absent."""
    place = OUTSIDE / name
    if not place.exists():
        pytest.skip(f"the larger test set is not here ({name})")
    return place


def outside_json(name: str) -> Any:
    return json.loads(outside(name).read_text("utf-8"))
