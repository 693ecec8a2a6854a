"""An instance for measuring: its own server with the settings of production, fleeting or kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aureole.ops.instance import django_ready, prepare_instance_home, reach_databases
from aureole.ops.schema import bring_up_to_date
from config.env import read
from config.variables import VARIABLES


@contextmanager
def fleeting_instance() -> Iterator[None]:
    """An empty one that is gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="aureole-bench-"))
    try:
        with kept_instance(home):
            yield
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def kept_instance(home: Path) -> Iterator[None]:
    """Databases with every durability setting on (fsync included), tables made by the owner; the rest of the
    run works under the application's restricted role, as production does."""
    for variable in VARIABLES:  # what the developer's own instance uses is no business of a measurement
        for name in (variable.name, variable.file_form):
            os.environ.pop(name or "", None)
    os.environ["AUREOLE_HOME"] = str(home.absolute())
    prepare_instance_home(read())
    with reach_databases() as here:
        bring_up_to_date(here.env)
        with django_ready():
            yield
