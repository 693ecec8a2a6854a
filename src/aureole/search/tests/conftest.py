from __future__ import annotations

from collections.abc import Iterator

import pytest

from aureole.search import sources
from aureole.search.tests.shelf import Shelf


@pytest.fixture
def shelf(db: None) -> Iterator[Shelf]:
    kept = dict(sources._sources)
    sources._sources.clear()
    shelf = Shelf()
    sources.register(shelf)
    yield shelf
    sources._sources.clear()
    sources._sources.update(kept)
