"""What a part of a backup says about itself, signed by the instance that made it.

A backup has two parts that are kept in two places, so each stands alone: `manifest.json` (signed) holds the
hash of `SHA256SUMS`, which holds the hash of every file and can be checked with `sha256sum --check` too.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aureole.kernel.errors import Refused
from aureole.privacy.certificate.verify import canonical, fingerprint
from aureole.privacy.export.signing import KEY_NAME
from aureole.vault.system_keys import system_key

Part = Literal["data", "keys"]
NAME, SUMS = "manifest.json", "SHA256SUMS"
VERSION = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """One part of a backup.

    backup      the same for both parts
    migrations  the last one of each app, so that an older program refuses a newer backup
    ledger, ledger_at   number and time of the last entry of the log, None for an empty one
    fences      number of the last line of the fence list, which lies in `fences/`
    left_out    tables whose rows are not in it
    delete_on   for keys: the day this part must be deleted
    sums        SHA-256 of SHA256SUMS
    files, size, missing_files  sealed files and bytes; rows whose file was not there any more
    """

    part: Part
    backup: str
    made_at: str
    program: str
    server: str
    migrations: dict[str, str]
    ledger: int
    ledger_at: str | None
    fences: int
    left_out: tuple[str, ...]
    delete_on: str | None
    sums: str
    files: int
    size: int
    missing_files: int = 0
    version: int = VERSION

    @property
    def as_of(self) -> datetime | None:
        return datetime.fromisoformat(self.ledger_at) if self.ledger_at else None

    @property
    def due(self) -> date | None:
        return date.fromisoformat(self.delete_on) if self.delete_on else None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    key = Ed25519PrivateKey.from_private_bytes(system_key(KEY_NAME))
    public = key.public_key().public_bytes_raw()
    payload = json.loads(json.dumps(asdict(manifest)))
    content = {
        "payload": payload,
        "public_key": base64.b64encode(public).decode(),
        "fingerprint": fingerprint(public),
        "signature": base64.b64encode(key.sign(canonical(payload).encode())).decode(),
    }
    (folder / NAME).write_text(canonical(content), "utf-8")


def read_manifest(folder: Path, part: Part) -> tuple[Manifest, str]:
    """The manifest and the fingerprint of the key that signed it: hold it against the instance's.

    Raises Refused when there is none, when it was changed, or is of a later form.
    """
    try:
        content = json.loads((folder / NAME).read_text("utf-8"))
    except FileNotFoundError:
        if (folder.parent / NAME).exists():
            raise _unsigned(folder.parent) from None
        raise Refused(
            "backup_absent", f"{folder} holds no {part} of a backup ({NAME} is missing). Nothing was changed."
        ) from None
    except (OSError, ValueError):
        raise _changed(folder) from None
    payload = content.get("payload") if isinstance(content, dict) else None
    if not isinstance(payload, dict) or not _is_signed(content, payload):
        raise _changed(folder)
    _refuse_unfit(folder, payload, part)
    known = {field.name for field in fields(Manifest)}
    given: dict[str, Any] = {name: value for name, value in payload.items() if name in known}
    manifest = Manifest(**{**given, "left_out": tuple(given["left_out"])})
    return manifest, fingerprint(base64.b64decode(content["public_key"]))


def _is_signed(content: dict[str, Any], payload: dict[str, Any]) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(content["public_key"], validate=True))
        public.verify(base64.b64decode(content["signature"], validate=True), canonical(payload).encode())
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return True


def _refuse_unfit(folder: Path, payload: dict[str, Any], part: Part) -> None:
    if payload.get("version") != VERSION:
        raise Refused(
            "backup_newer",
            f"The backup in {folder} was written in a form this program does not know. Nothing was changed. "
            "Install the version of Aureole that made it, or a later one.",
        )
    if payload.get("part") != part:
        raise Refused("backup_other_part", f"{folder} holds no {part}. Nothing was changed.")


def _unsigned(folder: Path) -> Refused:
    """One manifest for both parts: so were backups written before they could be restored."""
    return Refused(
        "backup_unsigned",
        f"The backup in {folder} was made before backups were signed, and nothing shows whether it was changed since. "
        "It is not restored, and nothing was changed. Make a new one with `aureole backup create` and keep that.",
    )


def _changed(folder: Path) -> Refused:
    return Refused(
        "backup_changed",
        f"The backup in {folder} was changed since it was made: its manifest does not fit its signature. "
        "Nothing was restored. Use another copy of it.",
    )
