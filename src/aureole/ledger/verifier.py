"""Check what an Aureole instance signed, without Aureole: this one file, Python 3.11 and `cryptography`.

    python verifier.py CERTIFICATE.json                      an erasure certificate and its entry in the log
    python verifier.py EVIDENCE.zip | EXPORT.zip             the evidence of a request, or an export package
    python verifier.py OFFER.json RECEIPT.json …             what the other instance said of a package sent to it
    python verifier.py FILE.tlog-proof --log-key KEY         an entry is in the log that KEY signed
    python verifier.py --older OLD --newer NEW --proof FILE --log-key KEY
                                                             the newer checkpoint only added to the older

Without --key and --log-key this says that whoever holds the keys named in a file signed exactly this. Whose keys they
are only you can tell: compare the fingerprint with the one the instance publishes, or give it as --key.

Formats: RFC 6962 Merkle trees (leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right)), C2SP
signed-note, tlog-checkpoint and tlog-proof; a log's key is written as in C2SP: name+id+base64(0x01 || public key).
Certificates and the manifest of a bundle are JSON in one canonical form, {"payload", "signature"}: the Ed25519
signature (RFC 8032) is over the canonical form of the payload.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

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
    if len(lines) < 4 or not lines[0] or not is_number(lines[1]):
        raise Flaw("This is not a checkpoint: origin, size and root hash are expected.")
    root = _unbase64(lines[2], "root hash")
    if len(root) != HASH_SIZE:
        raise Flaw("The root hash of the checkpoint does not have 32 bytes.")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def is_number(value: str) -> bool:
    """A whole number from 0 on in its one proper spelling, below 10^18."""
    return len(value) <= 18 and value.isascii() and value.isdecimal() and value == str(int(value))


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
    if not is_number(number):
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


# ------------------------------------------------------------------ signed JSON

CERTIFICATE = "erasure certificate"
EVIDENCE = "rights evidence"
EXPORT = "aureole personal data export"
OFFER, RECEIPT = "transfer offer", "transfer receipt"
NOTICE, ACKNOWLEDGEMENT, OUTCOME = "transfer notice", "transfer acknowledgement", "transfer outcome"
TRANSFER_VERSION = 1
CERTIFICATE_VERSION, EVIDENCE_VERSION = 2, 1  # a certificate of version 1 has no proof from the log
_ISSUED = ("kind", "version", "issuer", "ledger")  # what is added to a statement when it is signed


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether a certificate holds, and why not.

    problem      one sentence, empty when it holds
    fingerprint  of the key that signed it: hold it against the one the instance publishes
    payload      what it says; None unless it holds
    log          the checkpoint its entry was proven against; None for certificates of version 1
    """

    valid: bool
    problem: str
    fingerprint: str | None = None
    payload: dict[str, Any] | None = None
    log: Checkpoint | None = None


def canonical(content: dict[str, Any]) -> str:
    """The one way to write this content: keys sorted, two blanks of indentation, one final newline."""
    return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of the public key, in groups of four that a person can read out."""
    digest = hashlib.sha256(public_key).hexdigest()
    return ":".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def statement_digest(payload: dict[str, Any]) -> bytes:
    """SHA-256 of what a certificate states, without what signing adds: its entry in the log commits to this."""
    stated = {name: value for name, value in payload.items() if name not in _ISSUED}
    return hashlib.sha256(canonical(stated).encode()).digest()


def verify_certificate(
    text: str | bytes, *, expected_key: str | None = None, log_key: str | None = None
) -> Verdict:
    """Judge the text of a certificate file. Never raises for what the file holds.

    A file that differs from its canonical form in a single byte is refused before anything else is looked at, so
    no byte can be changed without being noticed: neither in words, nor in white space, nor in how a letter is escaped.

    expected_key  fingerprint, with or without its colons, that must be the signer's
    log_key       key line of the log that must hold its entry
    """
    try:
        payload, signer = read_signed(text, CERTIFICATE, CERTIFICATE_VERSION)
        _check_expected(signer, expected_key)
        log = _check_entry(payload, log_key) if payload["version"] > 1 else None
    except (Flaw, RecursionError) as flaw:
        return Verdict(valid=False, problem=str(flaw) or "This is not a certificate.")
    return Verdict(valid=True, problem="", fingerprint=signer, payload=payload, log=log)


def read_signed(text: str | bytes, kind: str, newest: int) -> tuple[dict[str, Any], str]:
    """The payload and its signer's fingerprint. Raises Flaw when a byte is not as it was signed."""
    content = _read_canonical(text, kind)
    payload = content.get("payload")
    if set(content) != {"payload", "signature"} or not isinstance(payload, dict):
        raise Flaw(f"This is no {kind}: it has no payload and signature, or more than these.")
    if payload.get("kind") != kind:
        raise Flaw(f"This is not an {kind}." if kind[0] in "aeiou" else f"This is not a {kind}.")
    version = payload.get("version")
    if type(version) is not int or not 1 <= version <= newest:
        raise Flaw("This file is of a version this program does not know; use a newer program.")
    key = _public_key(payload.get("issuer"))
    _check_signature(key, content.get("signature"), canonical(payload))
    return payload, fingerprint(key)


def _read_canonical(text: str | bytes, kind: str) -> dict[str, Any]:
    try:
        written = text if isinstance(text, str) else text.decode("utf-8")
        content = json.loads(written)
        same = isinstance(content, dict) and canonical(content) == written
    except (UnicodeError, ValueError, RecursionError):
        raise Flaw(f"This is no {kind}: it cannot be read as JSON in UTF-8.") from None
    if not same:
        raise Flaw("The file was changed: it is not written the way such files are written.")
    found: dict[str, Any] = content
    return found


def _public_key(issuer: object) -> bytes:
    if not isinstance(issuer, dict):
        raise Flaw("The file does not say who issued it.")
    key = _sized(issuer.get("public_key"), 32, "public key")
    if issuer.get("fingerprint") != fingerprint(key):
        raise Flaw("The fingerprint in the file is not that of the key in it.")
    return key


def _check_signature(key: bytes, signature: object, text: str) -> None:
    raw = _sized(signature, 64, "signature")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(raw, text.encode())
    except (InvalidSignature, ValueError, UnicodeError):
        raise Flaw("The signature does not fit: something in the file was changed.") from None


def _sized(value: object, size: int, what: str) -> bytes:
    data = _unbase64(value, what) if isinstance(value, str) else b""
    if len(data) != size:
        raise Flaw(f"The {what} in the file is damaged.")
    return data


def _check_expected(found: str, expected: str | None) -> None:
    if expected is not None and _bare(expected) != _bare(found):
        raise Flaw(f"It was signed by another key ({found}) than the one you expect.")


def _bare(value: str) -> str:
    return value.strip().lower().replace(":", "").replace(" ", "")


def _check_entry(payload: dict[str, Any], log_key: str | None) -> Checkpoint:
    """The certificate's entry is in the log and commits to what the certificate states."""
    ledger = payload.get("ledger")
    proof, key = (ledger.get("proof"), ledger.get("key")) if isinstance(ledger, dict) else (None, None)
    if not isinstance(ledger, dict) or not isinstance(proof, str) or not isinstance(key, str):
        raise Flaw("The certificate lacks the proof that it is in the log.")
    entry, checkpoint = verify_proof(proof, _expected_log(key, log_key))
    said = read_entry(entry)
    if any(said.get(name) != ledger.get(name) for name in ("uid", "type")):
        raise Flaw("The proof in the certificate is of another entry of the log.")
    if said.get("commitment") != statement_digest(payload).hex():
        raise Flaw("The entry in the log commits to another certificate than this one.")
    return checkpoint


def _expected_log(stated: str, expected: str | None) -> str:
    if expected is not None and expected.strip() != stated:
        raise Flaw("The proof is of another log than the one you expect.")
    return stated


def read_entry(entry: bytes) -> dict[str, Any]:
    """An entry of the log as an object. Raises Flaw when it is none."""
    try:
        said = json.loads(entry)
    except (UnicodeError, ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Flaw("The entry in the proof cannot be read.")
    return said


# ------------------------------------------------------------------ bundles: evidence of a request, export packages


@dataclass(kw_only=True)
class BundleReport:
    """What was found to hold: the kind of bundle, who signed, and each thing that was checked, in words."""

    kind: str
    fingerprint: str
    manifest: dict[str, Any]
    checked: list[str] = field(default_factory=list)


def verify_bundle(
    source: Path | IO[bytes], *, expected_key: str | None = None, log_key: str | None = None
) -> BundleReport:
    """An evidence bundle or an export package: signature, every file, every proof. Raises Flaw.

    Checked are the names and contents of the files inside. How the archive packs them is not signed.
    """
    try:
        with zipfile.ZipFile(source) as bundle:
            return _judge_bundle(bundle, expected_key, log_key)
    except Flaw:
        raise
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, RuntimeError, EOFError) as trouble:
        raise Flaw("The archive is damaged, or is none of ours.") from trouble


def _judge_bundle(bundle: zipfile.ZipFile, expected_key: str | None, log_key: str | None) -> BundleReport:
    raw = bundle.read("manifest.json")
    is_export = "signature.json" in bundle.namelist()
    unlisted = {"manifest.json", "signature.json"} if is_export else {"manifest.json"}
    manifest, signer = (
        _export_manifest(bundle, raw) if is_export else read_signed(raw, EVIDENCE, EVIDENCE_VERSION)
    )
    _check_expected(signer, expected_key)
    report = BundleReport(kind=str(manifest.get("kind")), fingerprint=signer, manifest=manifest)
    report.checked.append(f"{_check_files(bundle, manifest, unlisted)} files are as they were signed")
    if not is_export:
        _check_evidence(bundle, manifest, report, expected_key, log_key)
    return report


def _export_manifest(bundle: zipfile.ZipFile, raw: bytes) -> tuple[dict[str, Any], str]:
    manifest, signature = json.loads(raw), json.loads(bundle.read("signature.json"))
    if not isinstance(manifest, dict) or manifest.get("kind") != EXPORT or not isinstance(signature, dict):
        raise Flaw("This archive is neither the evidence of a request nor an export package.")
    key = _public_key(signature)
    _check_signature(key, signature.get("signature"), signed_line(hashlib.sha256(raw).hexdigest()))
    return manifest, fingerprint(key)


def signed_line(manifest_sha256: str) -> str:
    """What is signed of an export package: a line with the hash (hexadecimal) of its manifest."""
    return f"aureole export 1 sha256:{manifest_sha256}"


def _check_files(bundle: zipfile.ZipFile, manifest: dict[str, Any], unlisted: set[str]) -> int:
    """Every file is there once with its hash, and no other. Returns how many."""
    listed = {str(f.get("path")): f.get("sha256") for f in _objects(manifest.get("files"))}
    names = bundle.namelist()
    if len(names) != len(set(names)) or set(names) != set(listed) | unlisted or unlisted & set(listed):
        raise Flaw("A file was added to the archive, or is missing from it.")
    for path, digest in listed.items():
        found = hashlib.sha256()
        with bundle.open(path) as content:
            while piece := content.read(1 << 20):
                found.update(piece)
        if found.hexdigest() != digest:
            raise Flaw(f"{path} was changed.")
    return len(listed)


def _objects(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Flaw("The manifest cannot be read.")
    return value


def _check_evidence(
    bundle: zipfile.ZipFile,
    manifest: dict[str, Any],
    report: BundleReport,
    expected_key: str | None,
    log_key: str | None,
) -> None:
    """Every step of the timeline has its entry in the log, and a certificate in it holds by itself."""
    key = _expected_log(str(manifest.get("log_key")), log_key)
    timeline = json.loads(bundle.read("timeline.json"))
    steps = _objects(timeline.get("steps") if isinstance(timeline, dict) else None)
    proven = [step for step in steps if step.get("proof")]
    for step in proven:
        proof = bundle.read(f"proofs/{step.get('entry')}.tlog-proof").decode("utf-8")
        said = read_entry(verify_proof(proof, key)[0])
        _check_step(step, said, manifest.get("number"))
    report.checked.append(f"{len(proven)} of {len(steps)} steps are in the log {key.partition('+')[0]}")
    if "certificate.json" in bundle.namelist():
        verdict = verify_certificate(
            bundle.read("certificate.json"), expected_key=expected_key, log_key=log_key
        )
        if not verdict.valid:
            raise Flaw(f"The certificate does not hold. {verdict.problem}")
        report.checked.append("the certificate of the erasure holds")
    names = bundle.namelist()
    for offer in [name for name in names if name.startswith("transfers/") and name.endswith("/offer.json")]:
        folder = offer.removesuffix("offer.json")
        receipts = [folder + name for name in ("delivered.json", "decided.json") if folder + name in names]
        events = [str(verify_receipt(bundle.read(name), bundle.read(offer))["event"]) for name in receipts]
        told = ", ".join(events) or "no receipt yet"
        report.checked.append(f"the package sent to another controller: {told}")
        report.checked += _check_notices(bundle, folder, bundle.read(offer))


_STEP_AFTER_ENTRY = 60  # seconds; both are written in one transaction


def _check_step(step: dict[str, Any], said: dict[str, Any], number: object) -> None:
    """The timeline tells what the log says: this step, of this request, at this time, by somebody of this kind."""
    what, facts = step.get("what"), said.get("facts")
    if said.get("uid") != step.get("entry") or said.get("type") != f"rights.{what}":
        raise Flaw(f"The proof of the step “{what}” is of another entry of the log.")
    if not isinstance(facts, dict) or facts.get("request") != number:
        raise Flaw(f"The log says that the step “{what}” was taken with another request.")
    if said.get("actor_kind") != step.get("by"):
        raise Flaw(f"The log says that somebody else took the step “{what}”.")
    try:
        apart = datetime.fromisoformat(str(step.get("at"))) - datetime.fromisoformat(str(said.get("at")))
        late = abs(apart.total_seconds()) > _STEP_AFTER_ENTRY
    except (TypeError, ValueError):
        late = True
    if late:
        raise Flaw(f"The log says that the step “{what}” was taken at another time.")


# ------------------------------------------------------------------ transfers to another instance


def verify_receipt(
    receipt: str | bytes, offer: str | bytes, *, expected_key: str | None = None
) -> dict[str, Any]:
    """What a receipt says of the package that was offered. expected_key: fingerprint of whoever signed the receipt.

    Raises Flaw unless it was signed by the instance the offer is addressed to, of this very offer and package.
    """
    sent, _ = read_signed(offer, OFFER, TRANSFER_VERSION)
    said, signer = read_signed(receipt, RECEIPT, TRANSFER_VERSION)
    _check_expected(signer, expected_key)
    _check_expected(signer, str(sent.get("to")))
    if said.get("offer_sha256") != offer_digest(offer):
        raise Flaw("The receipt is of another offer than this one.")
    if any(said.get(name) != sent.get(name) for name in ("transfer", "sha256", "size")):
        raise Flaw("The receipt is of another package than the one that was offered.")
    return said


def _check_notices(bundle: zipfile.ZipFile, folder: str, offer: bytes) -> list[str]:
    """Of every notice of a transfer in the bundle: what it says, and what the other instance answered."""
    names, found = bundle.namelist(), []
    for name in sorted(n for n in names if n.startswith(f"{folder}notice-")):
        notice, number = bundle.read(name), name.removeprefix(f"{folder}notice-")
        said = verify_notice(notice, offer)
        answers = []
        for prefix, kind in (("acknowledged-", ACKNOWLEDGEMENT), ("answered-", OUTCOME)):
            if f"{folder}{prefix}{number}" in names:
                answer = bundle.read(f"{folder}{prefix}{number}")
                to = str(read_signed(offer, OFFER, TRANSFER_VERSION)[0].get("to"))
                held = verify_answer(answer, notice, kind=kind, expected_key=to)
                answers.append(str(held.get("outcome", "acknowledged")))
        found.append(f"the notice of a change ({said.get('event')}): {', '.join(answers) or 'no answer yet'}")
    return found


def verify_notice(notice: str | bytes, offer: str | bytes) -> dict[str, Any]:
    """What whoever sent a package says was done since (GDPR Art. 19). Raises Flaw unless it is of this very offer."""
    _, sender = read_signed(offer, OFFER, TRANSFER_VERSION)
    said, signer = read_signed(notice, NOTICE, TRANSFER_VERSION)
    _check_expected(signer, sender)
    if said.get("offer_sha256") != offer_digest(offer):
        raise Flaw("The notice is of another offer than this one.")
    return said


def verify_answer(
    answer: str | bytes, notice: str | bytes, *, kind: str, expected_key: str | None = None
) -> dict[str, Any]:
    """What was answered to a notice. kind: ACKNOWLEDGEMENT or OUTCOME. Raises Flaw unless of this very notice."""
    said, signer = read_signed(answer, kind, TRANSFER_VERSION)
    _check_expected(signer, expected_key)
    if said.get("notice_sha256") != offer_digest(notice):
        raise Flaw("The answer is of another notice than this one.")
    return said


def offer_digest(offer: str | bytes) -> str:
    """SHA-256 of the offer's text, hexadecimal: what a receipt commits to."""
    return hashlib.sha256(offer.encode() if isinstance(offer, str) else offer).hexdigest()


def fingerprint_of(receipt: str | bytes) -> str:
    """Of the key that signed it. Raises Flaw."""
    return read_signed(receipt, RECEIPT, TRANSFER_VERSION)[1]


def _judge_receipts(offer: bytes, receipts: Sequence[Path], expected_key: str | None) -> str:
    sent, sender = read_signed(offer, OFFER, TRANSFER_VERSION)
    lines = [f"Holds: offered {sent.get('offered_at')} by {sender}"]
    for path in receipts:
        said = verify_receipt(path.read_bytes(), offer, expected_key=expected_key)
        ground = f" ({said['ground']})" if said.get("ground") else ""
        lines.append(f"{said.get('event')}{ground} {said.get('at')}, signed by {sent.get('to')}")
    return "\n- ".join(lines)


# ------------------------------------------------------------------ command line


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it holds, 1 when it does not, with the reason on standard output."""
    parser = argparse.ArgumentParser(
        description="Check certificates, evidence, exports and proofs of an Aureole instance, offline."
    )
    parser.add_argument(
        "file", nargs="?", type=Path, help="certificate, evidence or export ZIP, .tlog-proof, offer"
    )
    parser.add_argument("receipts", nargs="*", type=Path, help="receipts of that offer")
    parser.add_argument("--key", help="fingerprint of the key that must have signed, or the log's key")
    parser.add_argument("--log-key", help="the log's key, as name+id+base64")
    parser.add_argument("--older", type=Path, help="an older checkpoint")
    parser.add_argument("--newer", type=Path, help="a newer checkpoint")
    parser.add_argument("--proof", type=Path, help="base64 hashes, one a line, from the older to the newer")
    chosen = parser.parse_args(arguments)
    if chosen.key and "+" in chosen.key:  # names cannot hold a plus, fingerprints have none
        chosen.key, chosen.log_key = None, chosen.key
    if not chosen.file and not (chosen.older and chosen.newer):
        parser.error("name a file, or --older and --newer")
    try:
        print(_judge(chosen))
    except (Flaw, OSError, UnicodeError, ValueError) as flaw:
        print(f"Does not hold. {flaw}")
        return 1
    return 0


def _judge(chosen: argparse.Namespace) -> str:
    if not chosen.file:
        return _judge_growth(chosen)
    start = chosen.file.open("rb").read(len(PROOF_HEAD))
    if start == PROOF_HEAD.encode():
        proof = chosen.file.read_text("utf-8")
        entry, checkpoint = verify_proof(proof, _needed(chosen.log_key))
        return f"Holds: in the log {checkpoint.origin} of {checkpoint.size} entries.\n{entry.decode('utf-8')}"
    if start.startswith(b"PK"):
        report = verify_bundle(chosen.file, expected_key=chosen.key, log_key=chosen.log_key)
        return "\n- ".join([f"Holds: {report.kind}.", *report.checked, f"signed by {report.fingerprint}"])
    content = chosen.file.read_bytes()
    if chosen.receipts:
        return _judge_receipts(content, chosen.receipts, chosen.key)
    verdict = verify_certificate(content, expected_key=chosen.key, log_key=chosen.log_key)
    if not verdict.valid:
        raise Flaw(verdict.problem)
    log = verdict.log
    where = (
        f"Its entry is in the log {log.origin} of {log.size} entries."
        if log
        else "It has no proof from the log."
    )
    return f"Holds: {CERTIFICATE}. {where}\nSigned by {verdict.fingerprint}"


def _needed(log_key: str | None) -> str:
    if not log_key:
        raise Flaw(
            "A proof by itself names no key: give --log-key, from the instance's page or the letter with it."
        )
    return log_key


def _judge_growth(chosen: argparse.Namespace) -> str:
    notes = [read_note(path.read_text("utf-8")) for path in (chosen.older, chosen.newer)]
    for note in notes:
        verify_note(note, _needed(chosen.log_key))
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
