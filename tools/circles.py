"""Fails when files import each other in a circle, also from inside of functions: they can only be read together."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path("src")
# Circles that are meant, each by what its files share, with the reason.
MEANT = (
    {"aureole.vault.keyring", "aureole.vault.keys"},  # the keys at hand, and how they are fetched
    {"aureole.vault.fields", "aureole.vault.one_person"},  # a field watches saves, which look for fields
    # Django asks the model for its store, which asks for its model.
    {"aureole.staff.models", "aureole.staff.models.session", "aureole.staff.sessions"},
    {"aureole.testing.interruption_points", "aureole.testing.interruptions"},  # one tool in two files
)


def main() -> int:
    sys.setrecursionlimit(10_000)
    files = {
        _name(path): path for path in SOURCE.rglob("*.py") if not {"tests", "migrations"} & set(path.parts)
    }
    imports = {name: set(_imported(path, files)) - {name} for name, path in files.items()}
    found = [circle for circle in _circles(imports) if circle not in MEANT]
    for circle in found:
        print("Files import each other: " + ", ".join(sorted(circle)))
    if found:
        print("Leave a job by name (kernel/jobs.py), announce an event, fill a port, or part what both need.")
    return 1 if found else 0


def _name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path, files: dict[str, Path]) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    for_types = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and getattr(test.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(test)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = (f"{node.module}.{alias.name}" for alias in node.names)
            nearest = (name if name in files else node.module for name in named)
            yield from (name for name in nearest if name in files)


def _circles(imports: dict[str, set[str]]) -> Iterator[set[str]]:
    """Each group of files from any of which every other is reached: strongly connected components (Tarjan)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []

    def visit(name: str) -> Iterator[set[str]]:
        order[name] = lowest[name] = len(order)
        stack.append(name)
        for other in imports[name]:
            if other not in order:
                yield from visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in stack:
                lowest[name] = min(lowest[name], order[other])
        if lowest[name] == order[name]:
            group = set(stack[stack.index(name) :])
            del stack[stack.index(name) :]
            if len(group) > 1:
                yield group

    for name in imports:
        if name not in order:
            yield from visit(name)


if __name__ == "__main__":
    sys.exit(main())
