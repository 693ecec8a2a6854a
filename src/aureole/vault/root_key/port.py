from __future__ import annotations

from typing import Protocol


class RootKey(Protocol):
    """A key that never leaves its provider. It wraps the few wrapping keys, which wrap all others.

    code    the provider, as it stands in envelopes
    kind    the same as a word
    key_id  8 bytes that tell this key from others of its provider; no secret
    """

    code: int
    kind: str
    key_id: bytes

    def wrap(self, key: bytes, bound: bytes) -> bytes:
        """The body of an envelope: `key` encrypted and bound to `bound`. Raises RootKeyAway or Broken."""
        ...

    def unwrap(self, body: bytes, bound: bytes) -> bytes:
        """The key again. Raises CannotOpen when body, `bound` or key differ; RootKeyAway or Broken."""
        ...
