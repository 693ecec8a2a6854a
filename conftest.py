"""What every test stands on: both databases, empty caches, personas made by factories."""

from __future__ import annotations

import gc
import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from aureole.testing.personas import Personas

# How long an example takes says how busy the machine is.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The databases as pytest-django makes them, and in them the keys that any instance has."""
    from aureole.testing.standing_keys import STANDING_KEYS

    with django_db_blocker.unblock():
        STANDING_KEYS.make()


@pytest.fixture(autouse=True)
def _keys_in_memory(request: pytest.FixtureRequest) -> None:
    """Keys made in a transaction that was rolled back must not be remembered by the next test."""
    from aureole.testing.standing_keys import STANDING_KEYS

    database = request.node.get_closest_marker("django_db")
    if database is not None and database.kwargs.get("transaction"):
        STANDING_KEYS.leave()
    STANDING_KEYS.recall()


@pytest.fixture(autouse=True)
def _own_fence_list(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Erasures of a test that is rolled back must not be on the list of the next one."""
    folder = tmp_path_factory.getbasetemp() / "fences" / uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:  # its own: a test may undo the one it shares
        patch.setattr(settings, "AUREOLE_FENCES", (str(folder),))
        yield


@pytest.fixture(autouse=True)
def _own_files() -> Iterator[None]:
    """Files of a test that is rolled back go with it: every erasure after it would read them for its person's words."""
    folder = settings.AUREOLE_FILES.folder
    found = set(folder.glob("??/*"))  # of a fixture that lasts longer than one test
    yield
    for file in set(folder.glob("??/*")) - found:
        file.unlink()
        if not any(file.parent.iterdir()):
            file.parent.rmdir()


@pytest.fixture(autouse=True, scope="session")
def _light_hashes() -> Iterator[None]:
    """Imported late: the settings must be there first."""
    from aureole.testing.light_hashes import light_hashes

    with light_hashes():
        yield


@pytest.fixture
def personas(db: None) -> Personas:
    return Personas()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every database test may use the data database and the key store."""
    for item in items:
        for marker in item.iter_markers("django_db"):
            marker.kwargs.setdefault("databases", ["default", "keys"])
        used = set(getattr(item, "fixturenames", ()))
        if used & {"db", "transactional_db"} and item.get_closest_marker("django_db") is None:
            commits = "transactional_db" in used
            item.add_marker(pytest.mark.django_db(databases=["default", "keys"], transaction=commits))


def pytest_collection_finish() -> None:
    """The collector leaves alone what lasts as long as the run: otherwise it walks through millions of things again and
    again, and finds nothing."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


def _empty_tables(self: TransactionTestCase) -> None:
    """Empty what a test that commits has filled."""
    from aureole.testing.snapshot import empty_databases

    empty_databases()


TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign]
