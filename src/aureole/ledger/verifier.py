"""Check what an Aureole log promises, without Aureole: this one file, Python 3.11 and `cryptography`.

    python verifier.py FILE.tlog-proof [--key KEY]          an entry is in the log that KEY signed
    python verifier.py --older OLD --newer NEW --proof FILE  the newer checkpoint only added to the older

Formats: RFC 6962 Merkle trees (leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right)), C2SP
signed-note, tlog-checkpoint and tlog-proof. A key is written as in C2SP: name+id+base64(0x01 || public key).
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH_SIZE = 32
NOTE_KEY, COSIGNING_KEY = 0x01, 0x04  # kinds of Ed25519 signatures in signed-note
PROOF_HEAD = "c2sp.org/tlog-proof@v1"
_DASH = "— "


class Flaw(ValueError):
    """Why something does not hold, as one sentence."""


# ------------------------------------------------------------------ RFC 6962


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962 §2.1: 0x00 in front keeps leaves and nodes apart."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """The leaf hash stands at `index` of the tree of `size` leaves with this root (RFC 9162 §2.1.3.2).

    Raises Flaw when it does not, or when the proof is longer or shorter than it must be.
    """
    if not 0 <= index < size:
        raise Flaw(f"Entry {index} cannot be in a log of {size} entries.")
    _check_sizes([leaf, root, *proof])
    _, found = _climb(index, size - 1, leaf, proof)
    if found != root:
        raise Flaw("The entry is not in the log that the checkpoint describes.")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """The first `old_size` leaves of the newer tree are the older tree (RFC 9162 §2.1.4.2).

    Raises Flaw when they are not, and for an older log of no entries, about which a proof says nothing.
    """
    if not 0 < old_size <= new_size:
        raise Flaw(f"A log of {new_size} entries says nothing about one of {old_size}.")
    if old_size == new_size:
        if proof:
            raise Flaw("A proof is given where none is needed.")
        if old_root != new_root:
            raise Flaw("Two logs of the same size have different contents.")
        return
    _check_sizes([old_root, new_root, *proof])
    steps = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not steps:
        raise Flaw("The consistency proof is empty.")
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old, new = _climb(place, last, steps[0], steps[1:])
    if old != old_root:
        raise Flaw("The older checkpoint is not the beginning of the newer log.")
    if new != new_root:
        raise Flaw("The proof does not lead to the newer checkpoint.")


def _climb(place: int, last: int, start: bytes, steps: Sequence[bytes]) -> tuple[bytes, bytes]:
    """From a node at `place` of a level that ends at `last` up to the top: without and with what lies to its right."""
    without = whole = start
    for step in steps:
        if last == 0:
            raise Flaw("The proof is longer than the tree is deep.")
        if place & 1 or place == last:
            without, whole = node_hash(step, without), node_hash(step, whole)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            whole = node_hash(whole, step)
        place, last = place >> 1, last >> 1
    if last:
        raise Flaw("The proof is shorter than the tree is deep.")
    return without, whole


def _check_sizes(hashes: Sequence[bytes]) -> None:
    if any(len(item) != HASH_SIZE for item in hashes):
        raise Flaw("A hash in the proof does not have 32 bytes.")


# ------------------------------------------------------------------ C2SP signed-note and tlog-checkpoint


@dataclass(frozen=True)
class Signature:
    """One signature line: who signed, the id of the key, and what follows the id."""

    name: str
    key_id: bytes
    content: bytes


@dataclass(frozen=True)
class Note:
    """A signed note: its text, which ends in a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Checkpoint:
    """What a log was at a moment: `size` entries that hash to `root`."""

    origin: str
    size: int
    root: bytes


def key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """The first four bytes of SHA-256(name || 0x0A || kind || public key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes, kind: int = NOTE_KEY) -> str:
    """A public key as one line of text: name+id+base64(kind || key)."""
    body = base64.b64encode(bytes([kind]) + public_key).decode()
    return f"{name}+{key_id(name, kind, public_key).hex()}+{body}"


def read_verifier_key(line: str) -> tuple[str, int, bytes]:
    """Name, kind and public key. Raises Flaw when the line is not a key or its id does not fit."""
    parts = line.strip().split("+", 2)
    if len(parts) != 3:
        raise Flaw("A key is written as name+id+base64.")
    name, stated, body = parts
    raw = _unbase64(body, "key")
    kind, public = raw[0] if raw else 0, raw[1:]
    if len(public) != 32 or key_id(name, kind, public).hex() != stated:
        raise Flaw("The key does not fit its own id.")
    return name, kind, public


def read_note(written: str) -> Note:
    """Raises Flaw when this is not a signed note."""
    text, gap, lines = written.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise Flaw("This is not a signed note: text, an empty line, and signatures.")
    signatures = [_read_signature(line) for line in lines[:-1].split("\n")]
    return Note(text=text + "\n", signatures=tuple(signatures))


def _read_signature(line: str) -> Signature:
    name, _, body = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not name or "+" in name:
        raise Flaw("A signature line of the note cannot be read.")
    raw = _unbase64(body, "signature")
    if len(raw) < 5:
        raise Flaw("A signature of the note is too short.")
    return Signature(name=name, key_id=raw[:4], content=raw[4:])


def verify_note(note: Note, key: str) -> int | None:
    """The note is signed by this key. Gives the time of a cosignature (seconds since 1970), else None.

    Raises Flaw when no signature of that key is on it, or when it does not fit.
    """
    name, kind, public = read_verifier_key(key)
    wanted = key_id(name, kind, public)
    for signature in note.signatures:
        if signature.name == name and signature.key_id == wanted:
            return _verify_signature(note, signature, kind, public)
    raise Flaw(f"The note is not signed by {name}.")


def _verify_signature(note: Note, signature: Signature, kind: int, public: bytes) -> int | None:
    message, raw, at = note.text.encode(), signature.content, None
    if kind == COSIGNING_KEY:
        at, raw = int.from_bytes(raw[:8], "big"), raw[8:]
        message = f"cosignature/v1\ntime {at}\n".encode() + message
    elif kind != NOTE_KEY:
        raise Flaw("The key is of a kind this program does not know; use a newer program.")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(raw, message)
    except InvalidSignature:
        raise Flaw(f"The signature of {signature.name} does not fit: the note was changed.") from None
    return at


def read_checkpoint(note: Note) -> Checkpoint:
    """Raises Flaw when the note is signed but no checkpoint."""
    lines = note.text.split("\n")
    if len(lines) < 4 or not lines[0] or not (lines[1].isdecimal() and lines[1] == str(int(lines[1]))):
        raise Flaw("This is not a checkpoint: origin, size and root hash are expected.")
    root = _unbase64(lines[2], "root hash")
    if len(root) != HASH_SIZE:
        raise Flaw("The root hash of the checkpoint does not have 32 bytes.")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def _unbase64(value: str, what: str) -> bytes:
    """Base64 in its one proper spelling."""
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Flaw(f"The {what} is not base64.") from None
    if base64.b64encode(raw).decode() != value:
        raise Flaw(f"The {what} is not base64 in its proper spelling.")
    return raw


# ------------------------------------------------------------------ C2SP tlog-proof


@dataclass(frozen=True)
class EntryProof:
    """An entry, where it stands, and the way from it to a signed checkpoint."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    note: str


def write_proof(proof: EntryProof) -> str:
    """The text of a .tlog-proof file. The entry itself travels in the `extra` line."""
    lines = [PROOF_HEAD, f"extra {base64.b64encode(proof.entry).decode()}", f"index {proof.index}"]
    lines += [base64.b64encode(step).decode() for step in proof.path]
    return "\n".join(lines) + "\n\n" + proof.note


def read_proof(written: str) -> EntryProof:
    """Raises Flaw when this is not such a file."""
    head, gap, note = written.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != PROOF_HEAD or len(lines) < 3:
        raise Flaw("This is not a tlog-proof file.")
    if not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise Flaw("The tlog-proof file lacks the entry or its index.")
    number = lines[2].removeprefix("index ")
    if not number.isdecimal() or str(int(number)) != number:
        raise Flaw("The index in the tlog-proof file is not a number.")
    path = tuple(_unbase64(line, "inclusion proof") for line in lines[3:])
    return EntryProof(_unbase64(lines[1].removeprefix("extra "), "entry"), int(number), path, note)


def verify_proof(written: str, key: str) -> tuple[bytes, Checkpoint]:
    """The entry and the checkpoint it is proven against. Raises Flaw when anything does not hold."""
    proof = read_proof(written)
    note = read_note(proof.note)
    verify_note(note, key)
    checkpoint = read_checkpoint(note)
    verify_inclusion(
        leaf=leaf_hash(proof.entry),
        index=proof.index,
        size=checkpoint.size,
        proof=proof.path,
        root=checkpoint.root,
    )
    return proof.entry, checkpoint


# ------------------------------------------------------------------ command line


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it holds, 1 when it does not, with the reason on standard output."""
    parser = argparse.ArgumentParser(description="Check proofs of an Aureole log, offline.")
    parser.add_argument("file", nargs="?", type=Path, help="a .tlog-proof file")
    parser.add_argument(
        "--key", help="the log's key, as name+id+base64; default: any key named beside the file"
    )
    parser.add_argument("--older", type=Path, help="an older checkpoint")
    parser.add_argument("--newer", type=Path, help="a newer checkpoint")
    parser.add_argument("--proof", type=Path, help="base64 hashes, one a line, from the older to the newer")
    chosen = parser.parse_args(arguments)
    if not chosen.key:
        parser.error(
            "--key is needed: take it from the instance's page or from the letter that came with the file"
        )
    try:
        print(_judge(chosen))
    except (Flaw, OSError, UnicodeError) as flaw:
        print(f"Does not hold. {flaw}")
        return 1
    return 0


def _judge(chosen: argparse.Namespace) -> str:
    if chosen.file:
        entry, checkpoint = verify_proof(chosen.file.read_text("utf-8"), chosen.key)
        return f"Holds: in the log {checkpoint.origin} of {checkpoint.size} entries.\n{entry.decode('utf-8')}"
    notes = [read_note(path.read_text("utf-8")) for path in (chosen.older, chosen.newer)]
    for note in notes:
        verify_note(note, chosen.key)
    old, new = (read_checkpoint(note) for note in notes)
    lines = chosen.proof.read_text("utf-8").split() if chosen.proof else []
    if old.origin != new.origin:
        raise Flaw("The two checkpoints are of different logs.")
    verify_consistency(
        old_size=old.size, new_size=new.size, old_root=old.root, new_root=new.root,
        proof=[_unbase64(line, "consistency proof") for line in lines],
    )  # fmt: skip
    return f"Holds: {new.origin} of {new.size} entries begins with the {old.size} of the older checkpoint."


if __name__ == "__main__":
    sys.exit(main())
