"""Fails when a function or a file has grown too large to be read in one go."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
LONGEST_TEST_FILE = 500
# Given away as one file, with every certificate: what checks a signature must not need a second download.
ONE_FILE = {Path("src/aureole/ledger/verifier.py"): 760}
PLACES = ("src", "config", "tests", "bench", "tools")
SUFFIXES = (".py", ".html", ".css", ".js")
BUILT = ("dist", "node_modules", "migrations")


def main() -> int:
    found = [sentence for path in _files() for sentence in _too_large(path)]
    for sentence in found:
        print(sentence)
    return 1 if found else 0


def _files() -> Iterator[Path]:
    for place in PLACES:
        for path in sorted(Path(place).rglob("*")):
            if path.suffix in SUFFIXES and not set(BUILT) & set(path.parts):
                yield path


def _too_large(path: Path) -> Iterator[str]:
    text = path.read_text("utf-8")
    limit = ONE_FILE.get(path) or (LONGEST_TEST_FILE if "tests" in path.parts else LONGEST_FILE)
    lines = text.count("\n")
    if lines > limit:
        yield f"{path}: {lines} lines, the limit is {limit}. Split it by what its parts are about."
    if path.suffix == ".py":
        yield from _long_functions(path, ast.parse(text))


def _long_functions(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield (
                    f"{path}:{node.lineno}: {node.name} has {length} lines, the limit is {LONGEST_FUNCTION}. "
                    "Give its parts names of their own."
                )


if __name__ == "__main__":
    sys.exit(main())
