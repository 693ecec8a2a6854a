"""The machine, the home folder, the secrets, the settings."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from aureole.ops.doctor.finding import Finding, amber, green, red
from config.env import Environment
from config.root_keys import FileKey

OLDEST_PYTHON = (3, 11)
SCARCE, EMPTY = 2 * 1024**3, 256 * 1024**2  # bytes of free disk


def checks(env: Environment) -> Iterator[Finding]:
    yield _python()
    yield _home(env.home)
    yield _disk(env.home)
    for path in (*_root_key_files(env), env.secrets_folder / "secret_key"):
        yield _secret(path)
    yield from _mail(env)
    yield _debug(env)


def _python() -> Finding:
    if sys.version_info[:2] < OLDEST_PYTHON:
        return red(
            "python", f"Python {platform.python_version()} is too old.", "Install Python 3.11 or newer."
        )
    return green("python", f"Python {platform.python_version()}")


def _home(home: Path) -> Finding:
    if not home.is_dir():
        return red("home folder", f"{home} is not there.", "Run `aureole init`, or correct AUREOLE_HOME.")
    if not os.access(home, os.W_OK | os.X_OK):
        return red(
            "home folder", f"{home} cannot be written.", f"Give it to this user: chown -R $USER '{home}'"
        )
    if home.stat().st_mode & 0o077:
        return amber("home folder", f"Other users can look into {home}.", f"chmod 700 '{home}'")
    return green("home folder", str(home))


def _disk(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    said = f"{free / 1024**3:.1f} GB free"
    if free < EMPTY:
        return red("disk", said, "Make room now: mail cannot be accepted when the disk is full.")
    return amber("disk", said, "Make room soon.") if free < SCARCE else green("disk", said)


def _root_key_files(env: Environment) -> list[Path]:
    keys = (env.root_keys.present, *env.root_keys.former)
    return [key.path for key in keys if isinstance(key, FileKey)]


def _secret(path: Path) -> Finding:
    check = path.name.replace("_", " ")
    if not path.is_file():
        return red(
            check,
            f"{path} is not there.",
            "Put back your copy; only a new instance gets one by `aureole init`.",
        )
    if path.stat().st_mode & 0o077:
        return red(check, f"Other users can read {path}.", f"chmod 600 '{path}'")
    return green(check, "there, closed to others")


def _mail(env: Environment) -> Iterator[Finding]:
    """Without a mail server `doctor.mail` says what waits."""
    if env.email is not None and env.email.tls == "off":
        yield amber(
            "mail out", f"{env.email.host}, not encrypted.", "Use ?tls=starttls or smtps:// in EMAIL_URL."
        )
    elif env.email is not None:
        yield green("mail out", f"{env.email.host}:{env.email.port}")
    if env.imap is None:
        yield amber(
            "mail in", "No mailbox is fetched.", "Set IMAP_URL, or hand mail over by `aureole mail ingest`."
        )
    else:
        yield green("mail in", f"{env.imap.host}:{env.imap.port}, folder {env.imap.folder}")


def _debug(env: Environment) -> Finding:
    if env.debug:
        return amber(
            "debug", "AUREOLE_DEBUG is on: error pages show too much.", "Unset it where people work."
        )
    return green("debug", "off")
