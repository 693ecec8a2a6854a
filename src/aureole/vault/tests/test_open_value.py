"""The format is as documented: a tool that knows nothing of ours opens what the product wrote."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection

from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.testing.personas import Personas
from aureole.vault import wrapping_keys
from aureole.vault.files import seal_file
from aureole.vault.groups import KeyGroup
from aureole.vault.keystore.models import PersonKey, WrappingKey
from aureole.vault.models import SealedFile
from aureole.vault.resealing import rotate_person_keys
from aureole.vault.root_key import root_keys
from aureole.vault.store import file_store

ROOT = Path(__file__).parents[4]
TOOL = ROOT / "docs" / "guides" / "open_value.py"


def _open(person: uuid.UUID, group: KeyGroup, *value: str, keys: tuple[str, ...] | None = None) -> bytes:
    """What the tool prints. It runs outside our source, so it could import none of it."""
    wrapped = bytes(PersonKey.objects.get(person_id=person, group=group).wrapped or b"")
    given = keys or ("--root-key", str(Path(settings.AUREOLE_HOME) / "secrets" / "root_key"), *_wrapping())
    done = subprocess.run(
        [sys.executable, "-I", str(TOOL), *given, "--person-key", wrapped.hex(), *value],
        cwd="/", capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def _wrapping() -> tuple[str, str]:
    return "--wrapping-key", bytes(WrappingKey.objects.get().wrapped).hex()


def _cell(table: str, column: str, row: object) -> tuple[str, str, str, str]:
    """As psql shows it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}"::text FROM "{table}" WHERE id = %s', [row])
        return table, column, str(row), cursor.fetchone()[0]


def test_a_column_opens_before_and_after_the_person_got_fresh_keys(transactional_db: None) -> None:
    person = Personas().person("Ada Lindqvist")
    value = _cell("people_person", "name", person.id)
    assert value[3].startswith("\\x0201")
    assert _open(person.id, KeyGroup.IDENTITY, *value) == b"Ada Lindqvist"
    rotate_person_keys(person.id, by=Actor.operator(), age=0.0)
    assert _open(person.id, KeyGroup.IDENTITY, *_cell("people_person", "name", person.id)) == b"Ada Lindqvist"


def test_a_column_opens_with_the_wrapping_key_that_another_provider_opened(personas: Personas) -> None:
    person = personas.person("Ada Lindqvist")
    row = WrappingKey.objects.get()
    plain = root_keys().unwrap(bytes(row.wrapped), b"wrapping key" + bytes(row.key_id))
    opened = _open(
        person.id, KeyGroup.IDENTITY, *_cell("people_person", "name", person.id),
        keys=("--wrapping-key-plain", plain.hex()),
    )  # fmt: skip
    assert opened == b"Ada Lindqvist"


@pytest.mark.parametrize("size", [0, 11, 70_000])
def test_a_file_opens_from_its_envelope_and_its_ciphertext(db: None, tmp_path: Path, size: int) -> None:
    person, content = uuid.uuid4(), os.urandom(size)
    file = SealedFile.objects.get(pk=seal_file(content, person_id=person).pk)
    rests = tmp_path / "ciphertext"
    stored = file_store().open(file.stored_as).read() if file.stored_as else bytes(file.inline or b"")
    rests.write_bytes(stored)
    envelope = _cell("vault_sealed_file", "envelope", file.pk)
    assert _open(person, KeyGroup.CORRESPONDENCE, *envelope, "--content", str(rests)) == content


def test_the_first_version_of_values_and_envelopes_opens(db: None) -> None:
    person, place, secret = uuid.uuid4(), "t\x1fc\x1fr", os.urandom(32)
    root = (Path(settings.AUREOLE_HOME) / "secrets" / "root_key").read_text()
    head, nonce = b"\x01" + root_keys().present.key_id[:4], os.urandom(12)
    bound = head + b"person key" + person.bytes + b"\x02"
    wrapped = head + nonce + AESGCM(bytes.fromhex(root)).encrypt(nonce, secret, bound)
    PersonKey.objects.create(person_id=person, group=2, wrapped=wrapped, created_at="2026-01-01T00:00Z")
    head = b"\x01\x02" + person.bytes
    token = head + nonce + AESGCM(secret).encrypt(nonce, b"old", head + place.encode())
    wrapping_keys.current_head()
    assert _open(person, KeyGroup.CORRESPONDENCE, "t", "c", "r", token.hex()) == b"old"


def test_what_was_moved_does_not_open_and_the_tool_says_so(personas: Personas) -> None:
    person = personas.person("Ada Lindqvist")
    table, _, row, value = _cell("people_person", "name", person.id)
    with pytest.raises(AssertionError, match="It does not open"):
        _open(person.id, KeyGroup.IDENTITY, table, "pronouns", row, value)
    assert Person.objects.get(pk=person.id).name == "Ada Lindqvist"


def test_the_tool_stays_short_and_on_its_own() -> None:
    lines = TOOL.read_text().splitlines()
    assert len(lines) <= 100 and not any("aureole." in line and "import" in line for line in lines)
