from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from aureole.testing.mailserver import Mailserver, sending_to_a_mailserver
from aureole.testing.standing_keys import STANDING_KEYS
from config.addresses import MailServer
from tests.privacy_contract.anonymised import Anonymised, record_anonymised
from tests.privacy_contract.beginning import Beginning, beginning
from tests.privacy_contract.recorded import Recorded, record


@pytest.fixture
def server(settings: Any) -> Iterator[Mailserver]:
    """A mail server that gets what the outbox sends."""
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    with sending_to_a_mailserver() as found:
        yield found


@pytest.fixture(scope="session")
def start(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Beginning]:
    """Made once for all contracts; the databases are empty again."""
    with ExitStack() as lasting:
        with django_db_blocker.unblock(), STANDING_KEYS.away():
            made = lasting.enter_context(beginning())
        yield made


@pytest.fixture(scope="session")
def recorded(start: Beginning, django_db_blocker: DjangoDbBlocker) -> Recorded:
    """One erasure among others' data."""
    with django_db_blocker.unblock(), STANDING_KEYS.away(), start.again() as canary:
        return record(start, canary)


@pytest.fixture(scope="session")
def anonymised(start: Beginning, django_db_blocker: DjangoDbBlocker) -> Anonymised:
    """One anonymisation among others' data."""
    with django_db_blocker.unblock(), STANDING_KEYS.away(), start.again() as canary:
        return record_anonymised(start, canary)
