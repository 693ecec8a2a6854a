from __future__ import annotations

from enum import IntEnum


class KeyGroup(IntEnum):
    """Groups of data with a key each, so that what a law keeps can outlive what must go."""

    IDENTITY = 1
    CORRESPONDENCE = 2
    COMMERCE = 3
    EVIDENCE = 4

    @classmethod
    def of(cls, name: str) -> KeyGroup:
        return cls[name.upper()]

    @property
    def word(self) -> str:
        return self.name.lower()
