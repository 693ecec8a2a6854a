"""A package can be checked by whoever has it: hashes, signature, the verifier inside."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from aureole.ledger.verifier import Flaw, verify_bundle
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.export.signing import is_signed
from aureole.privacy.export.tests.story import Package


def _repacked(source: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    """The archive with entries changed, put in, or (None) taken out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        entries = {name: old.read(name) for name in old.namelist()} | changes
        for name, content in entries.items():
            if content is not None:
                new.writestr(name, content)
    return target


def test_the_verifier_in_the_package_checks_it_alone(package: Package, tmp_path: Path) -> None:
    alone, whole = tmp_path / "verifier.py", tmp_path / "ada.zip"
    alone.write_bytes(package.entries["verifier.py"])
    ran = subprocess.run(
        [sys.executable, "-I", str(alone), str(whole)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "") and "Holds: aureole personal data export" in ran.stdout


def test_the_verifier_notices_each_change_to_a_package(package: Package, tmp_path: Path) -> None:
    whole, changed = tmp_path / "ada.zip", tmp_path / "changed.zip"
    assert verify_bundle(whole).fingerprint == instance_fingerprint()
    with pytest.raises(Flaw, match="another key"):
        verify_bundle(whole, expected_key="00")
    rows = package.entries["data/people_person.jsonl"]
    for changes, words in (
        ({"data/people_person.jsonl": rows + b" "}, "was changed"),
        ({"extra.txt": b"put in"}, "added"),
        ({"contact.vcf": None}, "missing"),
        ({"manifest.json": package.entries["manifest.json"] + b" "}, "signature does not fit"),
        ({"signature.json": b"{}"}, "damaged"),
        ({"signature.json": b"["}, "damaged"),
        ({"manifest.json": None}, "damaged"),
    ):
        with pytest.raises(Flaw, match=words):
            verify_bundle(_repacked(whole, changed, changes))


def test_every_file_matches_its_hash_and_the_signature_holds(package: Package) -> None:
    listed = {file["path"]: file["sha256"] for file in package.manifest["files"]}
    assert set(package.entries) == set(listed) | {"manifest.json", "signature.json"}
    for path, digest in listed.items():
        assert hashlib.sha256(package.entries[path]).hexdigest() == digest, path
    signature = json.loads(package.entries["signature.json"])
    assert is_signed(package.entries["manifest.json"], signature)
    assert not is_signed(package.entries["manifest.json"].replace(b'"records"', b'"recorda"'), signature)
