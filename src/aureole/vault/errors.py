from __future__ import annotations

from aureole.kernel.errors import Broken, Refused


class Fenced(Refused):
    """The person was erased; no path may give them a key again."""

    def __init__(self) -> None:
        super().__init__(
            "person_erased",
            "This person was erased, so nothing more can be stored about them. Nothing was saved; "
            "if they have come back, create a new person.",
        )


class CannotOpen(Broken):
    """A sealed value does not open: changed, cut, or moved to another row, column or person."""

    def __init__(self) -> None:
        super().__init__("sealed_value_damaged", "A sealed value does not open; it was changed or moved.")


class KeyMissing(Broken):
    """The key store holds no key, not even an erased one: it is not the store this data belongs to."""

    def __init__(self) -> None:
        super().__init__(
            "key_missing",
            "The key store has no key for this value. Is this the key store that belongs to the data?",
        )


class SealedFieldMisuse(TypeError):
    """A sealed column was used in a way that cannot be sealed; the message names the right way."""
