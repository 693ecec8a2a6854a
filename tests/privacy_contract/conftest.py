from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aureole.testing.canary import Canary, release_canary
from aureole.testing.mailserver import Mailserver, sending_to_a_mailserver
from aureole.testing.personas import Personas
from config.addresses import MailServer


@pytest.fixture
def server(settings: Any) -> Iterator[Mailserver]:
    """A mail server that gets what the outbox sends."""
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    with sending_to_a_mailserver() as found:
        yield found


@pytest.fixture
def canary(transactional_db: None, server: Mailserver) -> Canary:
    return release_canary(Personas())
