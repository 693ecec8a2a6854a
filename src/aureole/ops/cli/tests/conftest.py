"""One prepared instance for all tests that meet the commands from outside: making it takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aureole.ops.cli.tests.outside import Prepared, aureole
from aureole.ops.embedded import EmbeddedServer
from aureole.ops.embedded.cluster import FLEETING
from aureole.ops.embedded.for_tests import copy_empty_cluster
from aureole.ops.testing_plugin import CACHE


@pytest.fixture(scope="package")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Its server runs for all of them: the commands join it."""
    home = tmp_path_factory.mktemp("an instance") / "home"
    copy_empty_cluster(home, CACHE.absolute())
    with EmbeddedServer(home, settings=FLEETING).shared():
        code, said = aureole(home, "init")
        assert code == 0, said
        yield Prepared(home=home, said=said)
