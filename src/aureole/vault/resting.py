"""The forms a sealed value takes in memory. None shows its words in a repr, on a debug page or in a pickle."""

from __future__ import annotations

import copy
from typing import Any, NoReturn

from aureole.vault.errors import SealedFieldMisuse

UNOPENED = object()


class Sealed:
    """A value as it rests. Shows nothing of itself; opens through its field only.

    row_id  primary key of the row it was read from or sealed for; None while no row has it
    """

    __slots__ = ("plain", "row_id", "token")

    def __init__(self, token: bytes, plain: Any = UNOPENED, row_id: object = None) -> None:
        self.token = token
        self.plain = plain
        self.row_id = row_id

    def __reduce__(self) -> tuple[Any, ...]:
        """A pickle carries the ciphertext, not what was opened of it."""
        return _read_again, (self.token, self.row_id)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __str__(self) -> str:
        return "[sealed]"


def _read_again(token: bytes, row_id: object) -> Sealed:
    return Sealed(token, row_id=row_id)


class Unsealed:
    """Words assigned to a row, or refreshed from the database, that the next save seals."""

    __slots__ = ("plain",)

    def __init__(self, plain: Any) -> None:
        self.plain = plain

    def __deepcopy__(self, memo: dict[int, Any]) -> Unsealed:
        return Unsealed(copy.deepcopy(self.plain, memo))

    def __reduce__(self) -> NoReturn:
        raise SealedFieldMisuse(
            "This row holds words that are not sealed yet; a pickle would hold them in plain. "
            "save() it and load it again first, or pass its id."
        )

    def __repr__(self) -> str:
        return "<Unsealed>"

    def __str__(self) -> str:
        return "[sealed]"


class InPlace:
    """A ciphertext bound to the row being written: the one thing a sealed column takes besides NULL."""

    __slots__ = ("token",)

    def __init__(self, token: bytes) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "<InPlace>"

    def __str__(self) -> str:
        return "[sealed]"


class Dumped:
    """A ciphertext read from a fixture. It is looked at when its row is written: it must open there."""

    __slots__ = ("token",)

    def __init__(self, token: bytes) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "<Dumped>"

    def __str__(self) -> str:
        return "[sealed]"
