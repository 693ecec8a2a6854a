"""A key of AWS KMS. Needs the extra `aureole[aws]`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aureole.kernel.errors import Broken
from aureole.vault.errors import CannotOpen, RootKeyAway
from aureole.vault.root_key.envelope import KEY_ID, Provider
from config.root_keys import KmsKey

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 2, 3, 2
_NOT_OURS = {"InvalidCiphertextException", "IncorrectKeyException"}
_AWAY = {
    "ThrottlingException", "KMSInternalException", "DependencyTimeoutException", "KeyUnavailableException",
    "InternalFailure", "ServiceUnavailable", "RequestTimeout",
}  # fmt: skip
_UNUSABLE = {"NotFoundException", "DisabledException", "KMSInvalidStateException", "InvalidKeyUsageException"}


class KmsRootKey:
    """Encrypt and Decrypt with an encryption context: the digest of what the key is bound to.

    Body: KMS's own ciphertext. Only wrapping keys go there, so AWS learns no person's id.
    """

    code: int = Provider.AWSKMS
    kind = "awskms"

    def __init__(self, address: KmsKey) -> None:
        self._key = address.key
        self._client = _client(address)
        name = f"{address.region}\x1f{address.key}".encode()
        self.key_id = hashlib.sha256(b"aureole kms key id" + name).digest()[:KEY_ID]

    def wrap(self, key: bytes, bound: bytes) -> bytes:
        with _troubles_as_sentences():
            answer = self._client.encrypt(KeyId=self._key, Plaintext=key, EncryptionContext=_context(bound))
        return answer["CiphertextBlob"]

    def unwrap(self, body: bytes, bound: bytes) -> bytes:
        with _troubles_as_sentences():
            answer = self._client.decrypt(
                KeyId=self._key, CiphertextBlob=body, EncryptionContext=_context(bound)
            )
        return answer["Plaintext"]


def _context(bound: bytes) -> dict[str, str]:
    return {"aureole": base64.b64encode(hashlib.sha256(bound).digest()).decode()}


def _client(address: KmsKey) -> KMSClient:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise Broken(
            "root_key_library",
            "AUREOLE_ROOT_KEY_URL names a key of AWS KMS, but its library is not installed. "
            "Install aureole[aws] and start again.",
        ) from None
    return boto3.client(
        "kms",
        region_name=address.region,
        endpoint_url=address.endpoint or None,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        ),
    )


@contextmanager
def _troubles_as_sentences() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

    try:
        yield
    except (NoCredentialsError, PartialCredentialsError) as trouble:
        raise _refused() from trouble
    except BotoCoreError as trouble:
        raise RootKeyAway from trouble
    except ClientError as trouble:
        code = trouble.response.get("Error", {}).get("Code", "")
        if code in _NOT_OURS:
            raise CannotOpen from None
        status = trouble.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _AWAY or status >= 500:
            raise RootKeyAway from trouble
        raise (_unusable(code) if code in _UNUSABLE else _refused()) from trouble


def _refused() -> Broken:
    return Broken(
        "root_key_refused",
        "AWS KMS does not let us use the root key. Nothing was saved. Check the credentials, and that they may "
        "kms:Encrypt and kms:Decrypt with this key.",
    )


def _unusable(code: str) -> Broken:
    return Broken(
        "root_key_unusable",
        f"AWS KMS has no usable key of that id ({code}). Nothing was saved. Check AUREOLE_ROOT_KEY_URL and the "
        "state of the key; one that is scheduled for deletion can be kept until its day.",
    )
