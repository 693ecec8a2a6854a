"""An S3 bucket, of AWS or of a server that speaks its protocol."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from aureole.kernel.errors import Broken
from aureole.vault.store.errors import FileStoreAway
from aureole.vault.store.names import is_name, refuse_other_names
from aureole.vault.store.port import Stored

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART_BYTES = 8 * 1024 * 1024  # of a multipart upload; S3 takes 10,000 parts, so files up to 80 GB
PAGE = 1000  # names a listing brings at a time
_ABSENT = ("NoSuchKey", "404", "NotFound")
_TRIES = 3


class BucketStore:
    """Ciphertexts as objects `prefix/name`. Credentials: the given key, else boto3's usual chain."""

    def __init__(
        self, bucket: str, *, prefix: str, region: str, endpoint: str, key: tuple[str, str] | None
    ) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._client = _client(region, endpoint, key)

    def _key(self, name: str) -> str:
        refuse_other_names(name)
        return self._prefix + name

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        parts = _parts(chunks)
        body, is_all = next(parts)
        if is_all:
            with _answering():
                self._client.put_object(Bucket=self._bucket, Key=self._key(name), Body=body)
        else:
            self._write_parts(self._key(name), chain([(body, False)], parts))

    def _write_parts(self, key: str, parts: Iterator[tuple[bytes, bool]]) -> None:
        """The object appears when the upload is completed, and not before."""
        with _answering():
            upload = self._client.create_multipart_upload(Bucket=self._bucket, Key=key)["UploadId"]
        done: list[Any] = []
        try:
            for number, (part, _) in enumerate(parts, start=1):
                with _answering():
                    answer = self._client.upload_part(
                        Bucket=self._bucket, Key=key, UploadId=upload, PartNumber=number, Body=part
                    )
                done.append({"PartNumber": number, "ETag": answer["ETag"]})
            with _answering():
                self._client.complete_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": done}
                )
        except BaseException:
            self._abort(key, upload)
            raise

    def _abort(self, key: str, upload: str) -> None:
        """Parts of an upload that never ends are paid for. What cannot be aborted now is left to the sweep."""
        try:
            with _answering():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
        except (FileStoreAway, FileNotFoundError):
            return

    def open(self, name: str) -> BinaryIO:
        return io.BufferedReader(_Body(self._client, self._bucket, self._key(name), 0, None))

    def read_range(self, name: str, start: int, end: int) -> BinaryIO:
        return io.BufferedReader(_Body(self._client, self._bucket, self._key(name), start, end))

    def stat(self, name: str) -> Stored:
        with _answering():
            head = self._client.head_object(Bucket=self._bucket, Key=self._key(name))
        return Stored(name=name, size=head["ContentLength"], modified=head["LastModified"])

    def delete(self, name: str) -> None:
        with _answering():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(name))

    def stored(self) -> Iterator[Stored]:
        with _answering():
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix, PaginationConfig={"PageSize": PAGE}
            ):
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(self._prefix)
                    if is_name(name):
                        yield Stored(name=name, size=found["Size"], modified=found["LastModified"])

    def names(self) -> Iterator[str]:
        return (one.name for one in self.stored())

    def unfinished(self) -> Iterator[Stored]:
        for name, _, started in self._uploads():
            yield Stored(name=name, size=0, modified=started)

    def discard_unfinished(self, name: str) -> None:
        for found, upload, _ in list(self._uploads(name)):
            if found == name:
                self._abort(self._key(name), upload)

    def _uploads(self, name: str = "") -> Iterator[tuple[str, str, Any]]:
        """Name, upload id and start of every multipart upload that was neither completed nor aborted."""
        with _answering():
            for page in self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=self._prefix + name, PaginationConfig={"PageSize": PAGE}
            ):
                for upload in page.get("Uploads", ()):
                    found = upload["Key"].removeprefix(self._prefix)
                    if is_name(found):
                        yield found, upload["UploadId"], upload["Initiated"]


class _Body(io.RawIOBase):
    """The bytes of an object. A connection that breaks is taken up again where it broke."""

    def __init__(self, client: S3Client, bucket: str, key: str, start: int, end: int | None) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._at, self._end = start, end
        self._same: dict[str, Any] = {}
        self._stream = self._ask()

    def _ask(self) -> Any:
        """A range that begins behind the end, as in a cut object, is empty."""
        last = "" if self._end is None else self._end - 1
        part: dict[str, Any] = (
            {"Range": f"bytes={self._at}-{last}"} if self._at or self._end is not None else {}
        )
        with _answering():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._key, **part, **self._same)
            except self._client.exceptions.ClientError as trouble:
                if trouble.response["Error"]["Code"] != "InvalidRange":
                    raise
                self._end = self._at
                return io.BytesIO()
        self._same = {"IfMatch": answer["ETag"]}
        self._end = self._at + answer["ContentLength"]
        return answer["Body"]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # `io` gives these two
        from botocore.exceptions import BotoCoreError

        for left in reversed(range(_TRIES)):
            if self._end is not None and self._at >= self._end:
                return 0
            try:
                data = self._stream.read(len(buffer))
                if not data:
                    raise EOFError
            except (BotoCoreError, EOFError) as trouble:
                self._stream.close()
                if not left:
                    raise FileStoreAway("the connection broke while it was read") from trouble
                self._stream = self._ask()
                continue
            buffer[: len(data)] = data
            self._at += len(data)
            return len(data)
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        if not self.closed and hasattr(self, "_stream"):
            self._stream.close()
        super().close()


def _parts(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The chunks gathered to parts of at least PART_BYTES, and whether a part is the last, which may be smaller."""
    gathered = bytearray()
    for chunk in chunks:
        if len(gathered) >= PART_BYTES:
            yield bytes(gathered), False
            gathered.clear()
        gathered += chunk
    yield bytes(gathered), True


def _client(region: str, endpoint: str, key: tuple[str, str] | None) -> S3Client:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise Broken(
            "file_store_library_missing",
            "AUREOLE_FILES_URL names an S3 bucket, but the library for it is not installed. "
            "Nothing was changed. Install it: pip install 'aureole[aws]'.",
        ) from None
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
        connect_timeout=10,
        read_timeout=60,
        retries={"mode": "standard", "max_attempts": 4},
        # Other servers than AWS do not all know the checksums that newer clients add unasked.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    key_id, secret = key or (None, None)
    return boto3.client(
        "s3", region_name=region or None, endpoint_url=endpoint or None, config=config,
        aws_access_key_id=key_id, aws_secret_access_key=secret,
    )  # fmt: skip


@contextmanager
def _answering() -> Iterator[None]:
    """Says in our words why the store did not do it; never with keys, names or addresses."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as trouble:
        code = trouble.response.get("Error", {}).get("Code", "")
        if code in _ABSENT:
            raise FileNotFoundError("no such file in the store") from None
        raise FileStoreAway(code or "no reason given") from trouble
    except BotoCoreError as trouble:
        raise FileStoreAway(type(trouble).__name__) from trouble
