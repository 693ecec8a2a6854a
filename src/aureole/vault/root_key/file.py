from __future__ import annotations

import hashlib
from pathlib import Path

from aureole.kernel.errors import Broken
from aureole.vault.root_key.envelope import KEY_ID, Provider
from aureole.vault.root_key.local import LocalCipher


class FileRootKey:
    """A 32-byte key in a file that only its owner may read (mode 0600)."""

    code: int = Provider.FILE
    kind = "file"

    def __init__(self, path: Path) -> None:
        key = _read(path)
        self._cipher = LocalCipher(key)
        self.key_id = hashlib.sha256(b"aureole root key id" + key).digest()[:KEY_ID]

    def wrap(self, key: bytes, bound: bytes) -> bytes:
        return self._cipher.wrap(key, bound)

    def unwrap(self, body: bytes, bound: bytes) -> bytes:
        return self._cipher.unwrap(body, bound)


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text().strip())
    except FileNotFoundError:
        raise Broken("root_key_absent", "The root key file is missing; 'aureole init' makes one.") from None
    except OSError:
        raise Broken("root_key_unreadable", "The root key file cannot be read by this user.") from None
    except ValueError:
        raise Broken("root_key_damaged", "The root key file does not hold 64 hexadecimal digits.") from None
    if len(key) != 32:
        raise Broken("root_key_damaged", "The root key file does not hold 64 hexadecimal digits.")
    return key
