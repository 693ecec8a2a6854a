"""Port: who signs in here by an address of theirs. Accounts (`staff`) fill it.

Whoever puts an address on a colleague's record could come in by it, and whoever takes it off locks them out: of theirs
only an operator changes any.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused

_test: list[Callable[[uuid.UUID], bool]] = []


def fill(test: Callable[[uuid.UUID], bool]) -> None:
    _test[:] = [test]


def signs_in(person_id: uuid.UUID) -> bool:
    return any(test(person_id) for test in _test)


def refuse_sign_in(person_id: uuid.UUID, by: Actor) -> None:
    """Raises Refused for an address of a colleague, unless an operator or the program changes it."""
    if by.kind in ("agent", "customer") and signs_in(person_id):
        raise Refused(
            "identifier_of_colleague",
            "This person works here and signs in by their address, so an operator changes it (`aureole person "
            "address-add`, `address-remove`). Nothing was changed.",
        )
