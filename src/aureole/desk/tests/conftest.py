from __future__ import annotations

import pytest

from aureole.staff.models import Agent
from aureole.testing.personas import Personas


@pytest.fixture
def agent(personas: Personas) -> Agent:
    return personas.agent()
