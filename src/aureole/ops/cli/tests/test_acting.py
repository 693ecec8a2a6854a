from __future__ import annotations

import pytest

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, NotPermitted
from aureole.ops.cli.acting import acting
from aureole.ops.cli.erasing import approver_at
from aureole.testing.personas import Personas


@pytest.mark.django_db
def test_whoever_is_named_at_the_command_line_is_told_as_the_operators_word(personas: Personas) -> None:
    agent = personas.agent("Signe Holm")
    address = str(agent.person.identifiers.get().value)
    assert acting(None) == Actor.operator() and approver_at(None) is None
    told = acting(address, option="--as")
    assert (told.agent_id, told.is_named) == (agent.id, True)
    with pytest.raises(NotPermitted):
        approver_at(address)
    with pytest.raises(NotFound, match="address of --approved-by"):
        approver_at("nobody@brevduva.example")
