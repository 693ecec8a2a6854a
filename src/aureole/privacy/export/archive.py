"""The ZIP file: written once from front to back, every entry hashed on its way in."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused

_SPOOL_BYTES = 1024 * 1024
_PACKED = re.compile(r"\.(zip|gz|7z|jpe?g|png|gif|webp|mp[34]|pdf|docx|xlsx|pptx|odt|ods)\Z", re.IGNORECASE)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_LONGEST_NAME = 100
_PIECE = 64 * 1024
_FAST = 1  # of zlib: most bytes are base64 of packed files or pieces of a few hundred characters


class Archive:
    """Writes into a seekable binary stream. `hashes` has SHA-256 (hexadecimal) by path."""

    def __init__(self, stream: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(stream, "w", allowZip64=True)
        self._moment = now().timetuple()[:6]
        self.hashes: dict[str, str] = {}
        self.sizes: dict[str, int] = {}

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def add(self, path: str, chunks: Iterable[bytes], *, size: int = 0) -> None:
        """One entry from pieces; `size` is a hint for entries over 2 GiB. Raises ValueError for a path used twice."""
        if path in self.hashes:
            raise ValueError("a path was used twice in a package")
        info = zipfile.ZipInfo(path, date_time=self._moment)
        info.compress_type = zipfile.ZIP_STORED if _PACKED.search(path) else zipfile.ZIP_DEFLATED
        info._compresslevel = _FAST  # type: ignore[attr-defined]  # `open` has no other way to be told
        info.external_attr = 0o600 << 16
        info.file_size = size
        seen, written = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=size == 0) as entry:
            for chunk in _larger(chunks):
                entry.write(chunk)
                seen.update(chunk)
                written += len(chunk)
        self.hashes[path], self.sizes[path] = seen.hexdigest(), written

    def add_text(self, path: str, text: str) -> None:
        self.add(path, [text.encode("utf-8", "replace")])

    def free_path(self, folder: str, name: str) -> str:
        """A path in `folder` that is not taken, as near to `name` as file systems bear."""
        clean = safe_name(name)
        stem, dot, ending = clean.rpartition(".") if "." in clean[1:] else (clean, "", "")
        path, number = f"{folder}/{clean}", 2
        while path in self.hashes:
            path, number = f"{folder}/{stem}-{number}{dot}{ending}", number + 1
        return path


def _larger(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer pieces: a call of zlib and of SHA-256 for each line costs more than its bytes."""
    gathered: list[bytes] = []
    size = 0
    for chunk in chunks:
        gathered.append(chunk)
        size += len(chunk)
        if size >= _PIECE:
            yield b"".join(gathered)
            gathered, size = [], 0
    yield b"".join(gathered)


def safe_name(name: str) -> str:
    """A file name any system can unpack: no separators, no device names, at most 100 characters."""
    text = name
    if not (name.isascii() and name.isprintable()):
        text = unicodedata.normalize(
            "NFC", "".join(c for c in name if unicodedata.category(c) not in ("Cf", "Cc", "Cs"))
        )
    clean = _UNSAFE.sub("_", text).strip(" .") or "file"
    if clean.split(".", 1)[0].casefold() in _DEVICES:
        clean = f"_{clean}"
    if len(clean) <= _LONGEST_NAME:
        return clean
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: _LONGEST_NAME - 12]}{dot}{ending[:10]}" if dot else clean[:_LONGEST_NAME]


@contextlib.contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """A file (mode 0600) that is there, on the disk, when the block has ended well, and not at all otherwise.

    Raises Refused when the place cannot be written.
    """
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(partial, flags, 0o600), "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(out)
    except OSError as trouble:
        raise Refused(
            "export_unwritable",
            f"The package could not be written there ({trouble.strerror}). Nothing was handed out; "
            "choose another folder or make room.",
        ) from trouble
    finally:
        partial.unlink(missing_ok=True)


def sha256_of(stream: BinaryIO) -> str:
    """Hexadecimal, of everything in the stream."""
    stream.seek(0)
    seen = hashlib.sha256()
    while chunk := stream.read(1024 * 1024):
        seen.update(chunk)
    return seen.hexdigest()


class Spool:
    """Text kept aside until its place in the package comes: in memory, or an unnamed file when large."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115  `chunks` closes it
        self.size = 0

    def write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        self.size += len(data)
        self._file.write(data)

    def append(self, other: Spool) -> None:
        """Everything of the other, which is closed by it."""
        for piece in other.chunks():
            self.size += len(piece)
            self._file.write(piece)

    def chunks(self) -> Iterable[bytes]:
        """Everything written so far; closes the spool at the end."""
        self._file.seek(0)
        with self._file:
            while piece := self._file.read(64 * 1024):
                yield piece
