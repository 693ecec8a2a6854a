from __future__ import annotations

from typing import Any

import pytest

from aureole.people.models import Person
from aureole.privacy.anonymising.tests.looking import (
    ADA,
    ADDRESS,
)
from aureole.testing.personas import Personas


@pytest.fixture
def ada(personas: Personas, settings: Any) -> Person:
    """Somebody who may write, in a company of two others who wrote this month; three are enough here."""
    settings.AUREOLE_ANONYMITY = 3
    for _ in range(2):
        personas.ticket(personas.person("Bo Ek"), text="Nothing about anybody.")
    return personas.person(ADA, ADDRESS)
