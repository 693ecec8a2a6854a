from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.testing.mailserver import sending_to_a_mailserver
from aureole.testing.personas import Personas
from aureole.testing.postbox import Postbox
from config.addresses import MailServer


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    with sending_to_a_mailserver() as server:
        yield Postbox(server)


@pytest.fixture
def ada(personas: Personas) -> Person:
    """On file for some days, by a mail of her own."""
    with clock.at(now() - timedelta(days=3)):
        person = personas.person("Ada Lindqvist", "ada@brevduva.example")
        personas.ticket(person, text="My pole snapped.")
    return person
