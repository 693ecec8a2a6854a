from __future__ import annotations

from aureole.kernel.errors import Away, Broken, Refused


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

    def __init__(
        self,
        code: str = "key_missing",
        sentence: str = "The key store has no key for this value. Is this the key store that belongs to the data?",
    ) -> None:
        super().__init__(code, sentence)


class KeyRetired(KeyMissing):
    """The value lies under a former key of a person, which was destroyed when they got a new one."""

    def __init__(self) -> None:
        super().__init__(
            "key_retired",
            "This value lies under a former key of the person, which was destroyed when they got a new one. "
            "Does the data come from a backup older than that?",
        )


class RootKeyAway(Away):
    """The provider of the root key does not answer, and what was opened with it has grown too old."""

    def __init__(self) -> None:
        super().__init__(
            "root_key_away",
            "The server that holds the root key does not answer, so sealed data can be neither read nor stored "
            "just now. Nothing was lost and nothing was saved; try again in a minute.",
        )


class KeyStoreAway(Away):
    """The key store's database does not answer."""

    def __init__(self) -> None:
        super().__init__(
            "key_store_away",
            "The key store does not answer, so sealed data can be neither read nor stored just now. "
            "Nothing was lost and nothing was saved; try again in a minute.",
        )


class SealedFieldMisuse(TypeError):
    """A sealed column was used in a way that cannot be sealed; the message names the right way."""
