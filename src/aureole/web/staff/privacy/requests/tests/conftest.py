from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from aureole.channels.email import transport
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import sign_in

__all__ = ["sign_in"]

Ask = Callable[..., RightsRequest]


@pytest.fixture
def carrier() -> Iterator[transport.FakeTransport]:
    """Takes the letters: without somebody who delivers, no address may prove anything."""
    fake = transport.FakeTransport()
    transport.use(fake)
    yield fake
    transport.use(None)


@pytest.fixture
def ada(personas: Personas) -> Person:
    """On file for some days, by mail of her own."""
    with clock.at(now() - timedelta(days=3)):
        return personas.person("Ada Lindqvist", "ada@brevduva.example")


@pytest.fixture
def ask(ada: Person) -> Ask:
    """Ada asks for something; `days` ago when given."""

    def asking(
        kind: str = "access", *, person: Person | None = ada, days: int = 0, **more: Any
    ) -> RightsRequest:
        with clock.at(now() - timedelta(days=days)):
            return open_request(
                kind=kind, person_id=person.id if person else None, channel="portal",
                by=Actor(kind="customer"), **more,
            )  # fmt: skip

    return asking
