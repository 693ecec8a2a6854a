from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from datetime import timedelta

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.privacy.export.stored import DAYS, make_export, open_export, sweep_exports
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.models import ExportPackage
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys
from aureole.vault.models import SealedFile


def test_a_stored_package_comes_back_whole(personas: Personas) -> None:
    person = personas.person()
    package, chunks = open_export(make_export(person.id, Actor.operator()).id)
    content = b"".join(chunks)
    assert hashlib.sha256(content).hexdigest() == package.sha256
    assert "index.html" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert KeyGroup(package.file.group) == KeyGroup.EVIDENCE


def test_a_stored_package_does_not_show_the_person_in_the_database(personas: Personas) -> None:
    package = make_export(personas.person("Ada Lindqvist", "ada@brevduva.example").id, Actor.operator())
    assert b"contact.vcf" not in bytes(package.file.inline or b"")


def test_a_second_export_leaves_the_first_out_and_says_so(personas: Personas) -> None:
    person = personas.person()
    make_export(person.id, Actor.operator())
    _, chunks = open_export(make_export(person.id, Actor.operator()).id)
    manifest = zipfile.ZipFile(io.BytesIO(b"".join(chunks))).read("manifest.json").decode()
    assert "an earlier export" in manifest


def test_after_its_days_a_package_is_refused_and_swept(personas: Personas) -> None:
    package = make_export(personas.person().id, Actor.operator())
    assert sweep_exports() == 0
    with clock.at(clock.now() + timedelta(days=DAYS, seconds=1)):
        with pytest.raises(NotFound):
            open_export(package.id)
        hold = place_hold(
            person_id=package.person_id, table="privacy_export_package", row_id=package.id, reason="claim",
            review_on=today() + timedelta(days=9), by=Actor.operator(),
        )  # fmt: skip
        assert sweep_exports() == 0, "a hold on it keeps it, closed"
        release_hold(hold_id=hold.id, reason="settled", by=Actor.operator())
        assert sweep_exports() == 1
    assert not ExportPackage.objects.exists() and not SealedFile.objects.filter(pk=package.file_id).exists()


def test_erasing_the_person_revokes_the_package(personas: Personas) -> None:
    person = personas.person()
    package = make_export(person.id, Actor.operator())
    erase_keys(person.id, list(KeyGroup))
    assert b"".join(open_export(package.id)[1]) == b""


def test_an_unknown_package_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        open_export(uuid.uuid4())
