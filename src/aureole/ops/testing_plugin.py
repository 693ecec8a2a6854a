"""For `pytest -p aureole.ops.testing_plugin`: a home folder and, unless given, databases of the run's own.

It acts before pytest-django reads the settings. Workers of a parallel run inherit what it sets.
"""

from __future__ import annotations

import atexit
import gc
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aureole.ops.embedded.for_tests import start_test_cluster
from aureole.ops.home import keep_secret, prepare_home

CACHE = Path("var") / "test"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    gc.disable()  # until everything is collected, which lasts as long as the run
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _prepare()
    return (yield)


def _prepare() -> None:
    for name in [name for name in os.environ if name.startswith("AUREOLE_")]:
        del os.environ[name]  # what the developer's own instance uses is no business of the tests
    os.environ["AUREOLE_HOME"] = str(_make_home())
    os.environ["AUREOLE_AS_OWNER"] = "1"  # tests make and drop databases
    if not (os.environ.get("DATABASE_URL") and os.environ.get("KEYS_DATABASE_URL")):
        _start_databases()


def _make_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="aureole-home-"))
    prepare_home(home)
    keep_secret(home / "secrets" / "root_key", lambda: secrets.token_hex(32))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


def _start_databases() -> None:
    connection = start_test_cluster(CACHE.absolute()).connection
    os.environ.setdefault("DATABASE_URL", connection.database_url)
    os.environ.setdefault("KEYS_DATABASE_URL", connection.keys_database_url)
