"""An instance for one run: its own server with the settings of production, gone at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from aureole.ops.instance import django_ready, prepare_instance_home, reach_databases
from aureole.ops.schema import bring_up_to_date
from config.env import read
from config.variables import VARIABLES


@contextmanager
def fleeting_instance() -> Iterator[None]:
    """Databases with every durability setting on (fsync included), tables made by the owner; the rest of the
    run works under the application's restricted role, as production does."""
    home = tempfile.mkdtemp(prefix="aureole-bench-")
    for variable in VARIABLES:  # what the developer's own instance uses is no business of a measurement
        for name in (variable.name, variable.file_form):
            os.environ.pop(name or "", None)
    os.environ["AUREOLE_HOME"] = home
    try:
        prepare_instance_home(read())
        with reach_databases() as here:
            bring_up_to_date(here.env)
            with django_ready():
                yield
    finally:
        shutil.rmtree(home, ignore_errors=True)
