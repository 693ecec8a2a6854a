"""What a value reads as once its key is destroyed."""

from __future__ import annotations


class Erased(str):
    """Marker text: shows as "[erased]", is false, and can be told from words by type."""

    __slots__ = ()

    def __new__(cls) -> Erased:
        return super().__new__(cls, "[erased]")

    def __bool__(self) -> bool:
        return False


ERASED = Erased()
