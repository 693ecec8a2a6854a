"""An export package of this product, read by an instance that is to take it in (GDPR Art. 20).

Nothing in it is believed before its hashes and its signature hold, and nothing in it is written to a disk by its path.
"""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotedRefusal, Refused
from aureole.ledger.verifier import EXPORT, Flaw, verify_bundle
from aureole.privacy.export.manifest import SCHEMA_VERSION
from aureole.privacy.export.writing import LETTERS
from aureole.privacy.models import Erasure
from aureole.privacy.suppression.attempts import note_attempt

MOST_FILE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class FiledLetter:
    """Of one message: the title of its conversation, and where its files lie ("" for one that is not here)."""

    title: str
    files: tuple[str, ...]


class Package:
    """A package that holds. fingerprint: of the key that signed it; origin: the name of who made it."""

    def __init__(self, archive: zipfile.ZipFile, manifest: dict[str, Any], fingerprint: str) -> None:
        self._archive = archive
        self._hashes = {file["path"]: (file["sha256"], file["size"]) for file in manifest["files"]}
        self.manifest = manifest
        self.fingerprint = fingerprint

    @property
    def origin(self) -> str:
        return str(self.manifest["instance"]["workspace"])

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of a table as they were written; none when the package has no such table."""
        return self._lines(f"data/{table}.jsonl")

    def letters(self) -> dict[str, FiledLetter]:
        """By message id. Raises Refused for a package that was made before packages said so."""
        if LETTERS not in self._hashes:
            raise Refused(
                "package_old",
                "This package was made by an older version and does not say which file belongs to which message. "
                "Nothing was taken in; have a new one made.",
            )
        return {
            str(line["message"]): FiledLetter(title=str(line["title"]), files=tuple(map(str, line["files"])))
            for line in self._lines(LETTERS)
        }

    def content(self, path: str) -> bytes:
        """The bytes of a file in it. Raises Refused for one that is too large to be taken in."""
        if self._hashes[path][1] > MOST_FILE_BYTES:
            raise Refused(
                "package_file_large", "A file in this package is over 256 MB. Nothing was taken in."
            )
        return self._archive.read(path)

    def sha256(self, path: str) -> str:
        return str(self._hashes[path][0])

    def _lines(self, path: str) -> list[dict[str, Any]]:
        if path not in self._hashes:
            return []
        return [json.loads(line) for line in self.content(path).decode("utf-8").splitlines()]


@contextlib.contextmanager
def opened_package(file: Path | BinaryIO, *, expected_key: str | None = None) -> Iterator[Package]:
    """A package whose hashes and signature hold, and whose person was not erased here.

    expected_key  fingerprint of the key that must have signed it
    Raises Refused, with nothing taken in, also when something in it cannot be read while it is worked on.
    """
    try:
        found = verify_bundle(file, expected_key=expected_key)
        with zipfile.ZipFile(file) as archive:
            _refuse_unfit(found.kind, found.manifest)
            yield Package(archive, found.manifest, found.fingerprint)
    except (Flaw, OSError) as flaw:
        reason = str(flaw) if isinstance(flaw, Flaw) else "The file cannot be read."
        raise Refused("package_unsound", f"{reason} Nothing was taken in.") from flaw
    except (KeyError, ValueError, TypeError, AttributeError) as trouble:
        raise Refused(
            "package_unreadable",
            "Something in this package is not as such packages are. Nothing was taken in.",
        ) from trouble


def _refuse_unfit(kind: str, manifest: dict[str, Any]) -> None:
    if kind != EXPORT or manifest["schema_version"] != SCHEMA_VERSION:
        raise Refused(
            "package_kind",
            "This is not an export package, or one of a version this program does not know. Nothing was taken in.",
        )
    if Erasure.objects.filter(pseudonym=bytes.fromhex(manifest["person"])).exists():
        raise NotedRefusal(
            "package_of_erased",
            "This package is of a person who was erased here, or is being erased; an old copy must not bring them "
            "back. Nothing was taken in. If they want to return they can write to you, and begin anew.",
            partial(note_attempt, "import", Actor.system()),
        )


def moment_of(value: str) -> datetime:
    """A time as packages write it. Raises ValueError."""
    return datetime.fromisoformat(value).astimezone(UTC)
