"""What several tests only look at, made once for all of them and taken back when the last one is through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.db import transaction

from aureole.testing.rehearsal import forget_keys

_ALIASES = ("default", "keys")


@contextmanager
def shared_state(fences: Path) -> Iterator[None]:
    """Rows of both databases and files that are made inside are gone afterwards.

    The transactions of the tests meanwhile are savepoints in it, so none of them sees what another one did. For tests
    that commit it is of no use. `fences` holds the fence list until then.
    """
    found = _files()
    forget_keys()  # those of the test before were rolled back with it
    with ExitStack() as stack:
        stack.enter_context(patch.object(settings, "AUREOLE_FENCES", (str(fences),)))
        for alias in _ALIASES:
            block = transaction.atomic(using=alias)
            block._from_testcase = True  # type: ignore[attr-defined]  # as Django's own: what must be the outermost one may be inside
            stack.enter_context(block)
        yield
        for alias in _ALIASES:
            transaction.set_rollback(True, using=alias)
    for file in _files() - found:
        file.unlink()


def _files() -> set[Path]:
    folder = settings.AUREOLE_FILES.folder
    return set(folder.glob("??/*")) if folder else set()
