"""What opens a sealed file: its key, the hash and the size of its plain bytes, sealed under the person's key.

Version 2: 2 (1) | file key (32) | SHA-256 (32) | size (8, big-endian). Version 1 was key and hash alone
(64 bytes); it still opens, and says nothing of the size.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from aureole.vault.errors import CannotOpen
from aureole.vault.groups import KeyGroup
from aureole.vault.models import SealedFile
from aureole.vault.sealing import context, open_sealed, seal

KEY_BYTES = 32
_DIGEST = 32
_FIRST = KEY_BYTES + _DIGEST
_VERSION = b"\x02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """`size` is None when the envelope was sealed before sizes were bound."""

    key: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    size: int | None


def seal_envelope(file: SealedFile, envelope: Envelope) -> bytes:
    """Raises Fenced for an erased person. An envelope of version 1 stays one."""
    plain = envelope.key + envelope.digest
    if envelope.size is not None:
        plain = _VERSION + plain + envelope.size.to_bytes(8, "big")
    return seal(plain, person_id=file.person_id, group=KeyGroup(file.group), place=_place(file.id))


def open_envelope(file: SealedFile) -> Envelope | None:
    """None when the key is destroyed. Raises CannotOpen when it or the size in the row was changed."""
    plain = open_sealed(bytes(file.envelope), place=_place(file.id))
    if plain is None:
        return None
    if len(plain) == _FIRST:
        return Envelope(key=plain[:KEY_BYTES], digest=plain[KEY_BYTES:], size=None)
    if plain[:1] != _VERSION or len(plain) != 1 + _FIRST + 8:
        raise CannotOpen
    size = int.from_bytes(plain[1 + _FIRST :], "big")
    if size != file.size:
        raise CannotOpen
    return Envelope(key=plain[1 : 1 + KEY_BYTES], digest=plain[1 + KEY_BYTES : 1 + _FIRST], size=size)


def _place(file_id: uuid.UUID) -> bytes:
    return context("vault_sealed_file", "envelope", file_id)
