"""The vault's side of the ledger's port: the key that checkpoints are signed with."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aureole.vault.system_keys import system_key

_KEY_NAME = "ledger checkpoint"


class VaultSigner:
    """Ed25519; the private key rests wrapped in the key store."""

    def public_key(self) -> bytes:
        return self._key().public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key().sign(message)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(system_key(_KEY_NAME))
