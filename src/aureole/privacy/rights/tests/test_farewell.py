"""The last letter of an erasure."""

from __future__ import annotations

from typing import Any

import pytest

from aureole.kernel.actor import Actor
from aureole.privacy.rights import letters
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.ports import KnownAddress
from aureole.testing.personas import Personas

pytestmark = pytest.mark.django_db


class _Away:
    def send(self, **_: Any) -> None:
        raise ConnectionRefusedError("ada@example.org is not reachable")


def test_a_last_letter_that_does_not_leave_is_told_to_the_operator_without_an_address(
    personas: Personas, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ada = personas.person()
    request = open_request(kind="erasure", person_id=ada.id, words="", channel="cli", by=Actor.operator())
    monkeypatch.setattr(letters, "courier", lambda kind: _Away())
    known: list[KnownAddress] = letters.address_book().addresses(ada.id)
    assert known
    assert letters.say_farewell(request) == 1
    [told] = [record.getMessage() for record in caplog.records if record.name == letters.log.name]
    assert f"no. {request.number}" in told
    assert "ConnectionRefusedError" in told
    assert "@" not in told
