"""Writing checkpoints as C2SP signed notes (tlog-checkpoint), with the log's Ed25519 key."""

from __future__ import annotations

import base64

from aureole.kernel.errors import Broken
from aureole.ledger.ports import signer
from aureole.ledger.verifier import (
    COSIGNING_KEY,
    NOTE_KEY,
    Checkpoint,
    key_id,
    read_note,
    verifier_key,
    verify_note,
)


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """The body that is signed: origin, size, root."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"


def sign_checkpoint(checkpoint: Checkpoint, name: str) -> str:
    """The signed note, checked before it is handed out. `name` is what the log's key is called."""
    body = checkpoint_text(checkpoint)
    note = f"{body}\n{signature_line(name, NOTE_KEY, signer().sign(body.encode()))}"
    verify_note(read_note(note), verifier_key(name, signer().public_key()))
    return note


def cosign(text: str, name: str, at: int) -> str:
    """A witness's signature line (tlog-cosignature v1) over the body of a checkpoint, at `at` seconds since 1970."""
    message = f"cosignature/v1\ntime {at}\n{text}".encode()
    return signature_line(name, COSIGNING_KEY, at.to_bytes(8, "big") + signer().sign(message))


def signature_line(name: str, kind: int, content: bytes) -> str:
    if "+" in name or any(c.isspace() for c in name):
        raise Broken(
            "ledger_name_unfit", "The log's name has a blank or a plus, which signed notes do not allow."
        )
    body = base64.b64encode(key_id(name, kind, signer().public_key()) + content).decode()
    return f"— {name} {body}\n"
