"""A key of the transit engine of HashiCorp Vault or OpenBao. Needs the extra `aureole[openbao]`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aureole.kernel.errors import Broken
from aureole.vault.errors import CannotOpen, RootKeyAway
from aureole.vault.root_key.envelope import KEY_ID, Provider
from config.root_keys import TransitKey

if TYPE_CHECKING:
    import hvac  # type: ignore[import-untyped]  # it comes without types

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 2, 3, 2


class TransitRootKey:
    """encrypt and decrypt with `associated_data`: the digest of what the key is bound to.

    The key must be of an AEAD type (aes256-gcm96, the default). Body: the ciphertext as transit gives it
    ("vault:v1:…"), so the server's own rotation of that key works: old versions still open.
    """

    code: int = Provider.TRANSIT
    kind = "transit"

    def __init__(self, address: TransitKey) -> None:
        self._address = address
        self._client = _client(address)
        name = "\x1f".join((address.server, address.namespace, address.mount, address.key)).encode()
        self.key_id = hashlib.sha256(b"aureole transit key id" + name).digest()[:KEY_ID]

    def wrap(self, key: bytes, bound: bytes) -> bytes:
        with _troubles_as_sentences():
            answer = self._client.secrets.transit.encrypt_data(
                name=self._address.key,
                mount_point=self._address.mount,
                plaintext=base64.b64encode(key).decode(),
                associated_data=_associated(bound),
            )
            return _part(answer, "ciphertext").encode()

    def unwrap(self, body: bytes, bound: bytes) -> bytes:
        with _troubles_as_sentences(opening=True):
            answer = self._client.secrets.transit.decrypt_data(
                name=self._address.key,
                mount_point=self._address.mount,
                ciphertext=body.decode("ascii"),
                associated_data=_associated(bound),
            )
            return base64.b64decode(_part(answer, "plaintext"))


def _associated(bound: bytes) -> str:
    return base64.b64encode(hashlib.sha256(bound).digest()).decode()


def _part(answer: Any, name: str) -> str:
    """A redirect or a page of some proxy is no answer of transit."""
    part = answer.get("data", {}).get(name) if isinstance(answer, dict) else None
    if not isinstance(part, str):
        raise RootKeyAway
    return part


def _client(address: TransitKey) -> hvac.Client:
    try:
        import hvac
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util.retry import Retry
    except ImportError:
        raise Broken(
            "root_key_library",
            "AUREOLE_ROOT_KEY_URL names a transit key, but the library for it is not installed. "
            "Install aureole[openbao] and start again.",
        ) from None
    session = requests.Session()
    again = Retry(
        total=ATTEMPTS - 1, backoff_factor=0.2, status_forcelist=(502, 503, 504),
        allowed_methods=None, raise_on_status=False,
    )  # fmt: skip
    session.mount(address.server, HTTPAdapter(max_retries=again))
    session.verify = address.ca or True
    return hvac.Client(
        url=address.server,
        token=address.token,
        namespace=address.namespace or None,
        timeout=(CONNECT_SECONDS, READ_SECONDS),
        allow_redirects=False,  # keys follow no redirect to another server
        session=session,
    )


@contextmanager
def _troubles_as_sentences(*, opening: bool = False) -> Iterator[None]:
    from hvac import exceptions
    from requests import RequestException

    try:
        yield
    except RequestException as trouble:
        raise RootKeyAway from trouble
    except exceptions.InvalidRequest as trouble:
        if opening:
            raise CannotOpen from None
        raise _unusable() from trouble
    except (exceptions.Forbidden, exceptions.Unauthorized) as trouble:
        raise Broken(
            "root_key_refused",
            "Vault does not let us use the root key. Nothing was saved. Check AUREOLE_ROOT_KEY_TOKEN, and that its "
            "policy may update encrypt/ and decrypt/ of this key.",
        ) from trouble
    except exceptions.InvalidPath as trouble:
        raise _unusable() from trouble
    except exceptions.VaultError as trouble:
        raise RootKeyAway from trouble
    except UnicodeDecodeError:
        raise CannotOpen from None


def _unusable() -> Broken:
    return Broken(
        "root_key_unusable",
        "Vault has no usable transit key of that name. Nothing was saved. Check mount, key and namespace in "
        "AUREOLE_ROOT_KEY_URL; the key must be of an AEAD type such as aes256-gcm96.",
    )
