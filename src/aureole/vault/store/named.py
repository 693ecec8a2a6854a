"""Which store the settings name."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from aureole.vault.store.folder import FolderStore
from aureole.vault.store.port import FileStore


@lru_cache(maxsize=1)
def file_store() -> FileStore:
    """The store that AUREOLE_FILES_URL names. Raises Broken where a library for it is missing."""
    address = settings.AUREOLE_FILES
    if address.folder is not None:
        return FolderStore(address.folder)

    # Here, because its library is an extra that most do without.
    from aureole.vault.store.bucket import BucketStore

    return BucketStore(
        address.bucket, prefix=address.prefix, region=address.region, endpoint=address.endpoint,
        key=settings.AUREOLE_AWS_KEY,
    )  # fmt: skip
