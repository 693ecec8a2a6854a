from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from aureole.ledger import verifier
from aureole.ledger.verifier import EntryProof, key_id, leaf_hash, node_hash, verifier_key, write_proof
from aureole.privacy.certificate.sign import sign
from aureole.privacy.certificate.verify import Verdict, canonical, fingerprint, statement_digest, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
LOG = "desk.example/ledger"
STATEMENT: dict[str, Any] = {
    "erased": [{"place": "desk_message", "count": 12}],
    "kept": [{"place": "ledger_entry", "count": 3, "reason": "Nachweis für Prüfer"}],
    "residue": {"searched": ["data database"], "not_searched": ["backups"], "places": []},
    "finished_at": "2026-11-23T20:00:00+00:00",
}


def _proven(statement: dict[str, Any], **entry: Any) -> dict[str, Any]:
    """The statement with a proof from a log of two entries, whose second one commits to it."""
    said = {"uid": "u-1", "type": "privacy.erased", "commitment": statement_digest(statement).hex()} | entry
    leaf, before = json.dumps(said).encode(), leaf_hash(b"an earlier entry")
    root = base64.b64encode(node_hash(before, leaf_hash(leaf))).decode()
    body, public = f"{LOG}/2026-11\n2\n{root}\n", KEY.public_key().public_bytes_raw()
    signature = base64.b64encode(key_id(LOG, 1, public) + KEY.sign(body.encode())).decode()
    proof = write_proof(EntryProof(leaf, 1, (before,), f"{body}\n— {LOG} {signature}\n"))
    ledger = {"uid": "u-1", "type": "privacy.erased", "proof": proof, "key": verifier_key(LOG, public)}
    return statement | {"ledger": ledger}


PAYLOAD = _proven(STATEMENT)
CERTIFICATE = sign(PAYLOAD, KEY)
VERSION_1 = (Path(__file__).parent / "version_1.json").read_text("utf-8")


def _resigned(**changes: Any) -> str:
    content = json.loads(CERTIFICATE)
    content["payload"].update(changes)
    return canonical(content)


def test_a_certificate_holds_and_says_what_was_signed() -> None:
    verdict = verify(CERTIFICATE)
    assert verdict.valid and verdict.problem == ""
    assert verdict.payload is not None
    assert verdict.payload["erased"] == PAYLOAD["erased"]
    assert verdict.fingerprint == fingerprint(KEY.public_key().public_bytes_raw())


def test_the_same_bytes_hold_as_bytes() -> None:
    assert verify(CERTIFICATE.encode()).valid


def test_no_byte_can_be_changed() -> None:
    data = CERTIFICATE.encode()
    for position in range(len(data)):
        for flip in (0x01, 0x20, 0x80):
            changed = bytearray(data)
            changed[position] ^= flip
            verdict = verify(bytes(changed))
            assert not verdict.valid, f"byte {position} xor {flip:#x} was not noticed"
            assert verdict.problem.endswith(".")


def test_no_byte_can_be_taken_away_or_put_in() -> None:
    data = CERTIFICATE.encode()
    for position in range(len(data)):
        assert not verify(data[:position] + data[position + 1 :]).valid
        assert not verify(data[:position] + b" " + data[position:]).valid
    assert not verify(data + b"\n").valid


def test_the_same_content_written_another_way_does_not_hold() -> None:
    content = json.loads(CERTIFICATE)
    for written in (json.dumps(content), json.dumps(content, indent=2, sort_keys=True), CERTIFICATE.strip()):
        assert "written" in verify(written).problem


def test_a_repeated_key_does_not_hold() -> None:
    doubled = CERTIFICATE.replace('"count": 12', '"count": 12,\n        "count": 12', 1)
    assert not verify(doubled).valid


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"kind": "invoice"}, "not an erasure certificate"),
        ({"version": 3}, "version"),
        ({"version": True}, "version"),
        ({"issuer": None}, "who issued"),
        ({"issuer": {"public_key": "AAAA", "fingerprint": ""}}, "public key"),
        ({"erased": []}, "signature does not fit"),
    ],
)
def test_the_sentence_names_what_failed(changes: dict[str, Any], word: str) -> None:
    assert word in verify(_resigned(**changes)).problem


def test_another_key_is_told_from_the_expected_one() -> None:
    mine = fingerprint(KEY.public_key().public_bytes_raw())
    assert verify(CERTIFICATE, expected_key=mine).valid
    assert verify(CERTIFICATE, expected_key=mine.replace(":", "").upper()).valid
    forged = sign(PAYLOAD, OTHER)
    assert verify(forged).valid
    assert "another key" in verify(forged, expected_key=mine).problem
    assert not verify(CERTIFICATE, expected_key="").valid


def test_a_key_swapped_in_with_its_fingerprint_does_not_hold() -> None:
    issuer = json.loads(sign(PAYLOAD, OTHER))["payload"]["issuer"]
    assert "signature does not fit" in verify(_resigned(issuer=issuer)).problem


@settings(max_examples=60)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_anything_else_is_refused_without_an_exception(text: bytes | str) -> None:
    assert isinstance(verify(text), Verdict)
    assert not verify(text).valid


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.text(max_size=8), st.one_of(st.text(max_size=20), st.integers(), st.none()), max_size=6
    )
)
def test_whatever_is_signed_can_be_verified(payload: dict[str, Any]) -> None:
    assert verify(sign(_proven(payload), KEY)).valid


def test_a_certificate_from_before_proofs_goes_on_holding_and_says_that_it_has_none() -> None:
    verdict = verify(VERSION_1)
    assert verdict.valid and verdict.log is None
    assert verify(CERTIFICATE).log is not None


def test_the_log_it_is_proven_against_can_be_demanded() -> None:
    key = PAYLOAD["ledger"]["key"]
    assert verify(CERTIFICATE, log_key=key).valid
    other = verifier_key(LOG, OTHER.public_key().public_bytes_raw())
    assert "another log" in verify(CERTIFICATE, log_key=other).problem


def _unchecked(payload: dict[str, Any]) -> str:
    """Signed by somebody who does not look at what they sign."""
    public = KEY.public_key().public_bytes_raw()
    issuer = {"public_key": base64.b64encode(public).decode(), "fingerprint": fingerprint(public)}
    full = payload | {"kind": "erasure certificate", "version": 2, "issuer": issuer}
    signature = base64.b64encode(KEY.sign(canonical(full).encode())).decode()
    return canonical({"payload": full, "signature": signature})


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (STATEMENT, "lacks the proof"),
        (_proven(STATEMENT, uid="u-2"), "another entry"),
        (_proven(STATEMENT, type="desk.replied"), "another entry"),
        (_proven(STATEMENT, commitment=None), "another certificate"),
        (PAYLOAD | {"erased": []}, "another certificate"),
        (PAYLOAD | {"ledger": PAYLOAD["ledger"] | {"proof": "no"}}, "not a tlog-proof"),
    ],
)
def test_the_key_that_signs_cannot_say_what_the_log_does_not(payload: dict[str, Any], words: str) -> None:
    assert words in verify(_unchecked(payload)).problem


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (CERTIFICATE, 0, "Holds: erasure certificate. Its entry is in the log desk.example/ledger/2026-11"),
        (CERTIFICATE.replace("12", "13"), 1, "The signature does not fit"),
        (VERSION_1, 0, "no proof from the log"),
        (PAYLOAD["ledger"]["proof"], 1, "give --log-key"),
    ],
)
def test_the_one_file_checks_it_by_itself(tmp_path: Path, text: str, code: int, words: str) -> None:
    """Isolated (-I): nothing of this project can be imported, only what is installed."""
    file, alone = tmp_path / "certificate.json", tmp_path / "verifier.py"
    file.write_text(text, "utf-8")
    alone.write_text(Path(verifier.__file__).read_text("utf-8"), "utf-8")
    ran = subprocess.run(
        [sys.executable, "-I", str(alone), str(file)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, words in ran.stdout) == (code, True), ran.stdout + ran.stderr


def test_the_one_file_imports_nothing_of_ours() -> None:
    assert "aureole." not in Path(verifier.__file__).read_text("utf-8")
