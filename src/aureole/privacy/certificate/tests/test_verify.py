from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from aureole.privacy.certificate.sign import sign
from aureole.privacy.certificate.verify import Verdict, canonical, fingerprint, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
PAYLOAD: dict[str, Any] = {
    "erased": [{"place": "desk_message", "count": 12}],
    "kept": [{"place": "ledger_entry", "count": 3, "reason": "Nachweis für Prüfer"}],
    "residue": {"searched": ["data database"], "not_searched": ["backups"], "places": []},
    "finished_at": "2026-11-23T20:00:00+00:00",
}
CERTIFICATE = sign(PAYLOAD, KEY)


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
        ({"version": 2}, "version"),
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


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_anything_else_is_refused_without_an_exception(text: bytes | str) -> None:
    assert isinstance(verify(text), Verdict)
    assert not verify(text).valid


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=8), st.one_of(st.text(max_size=20), st.integers(), st.none()), max_size=6
    )
)
def test_whatever_is_signed_can_be_verified(payload: dict[str, Any]) -> None:
    assert verify(sign(payload, KEY)).valid


def test_verifying_needs_neither_a_database_nor_settings() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from aureole.privacy.certificate.verify import verify; "
        "assert not any(m.split('.')[0] in ('django', 'psycopg') for m in sys.modules); "
        "sys.exit(0 if verify(sys.stdin.buffer.read()).valid else 1)"
    )
    for text, code in ((CERTIFICATE, 0), (CERTIFICATE.replace("12", "13"), 1)):
        assert (
            subprocess.run([sys.executable, "-c", program], input=text.encode(), check=False).returncode
            == code
        )
