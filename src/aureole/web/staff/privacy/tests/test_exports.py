from __future__ import annotations

import hashlib
import io
import uuid
import zipfile

import pytest

from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.data_map.telling import looks_at
from aureole.privacy.models import ExportPackage
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn


@pytest.fixture
def ada(personas: Personas) -> Person:
    person = personas.person("Ada Lindqvist")
    personas.ticket(person)
    return person


def test_a_package_is_made_shown_and_fetched(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("privacy_officer")
    answer = client.post(f"/privacy/exports/of/{ada.id}/")
    package = ExportPackage.objects.get()
    assert answer.headers["Location"] == f"/privacy/exports/{package.id}/"
    page = client.get(f"/privacy/exports/{package.id}/").content.decode()
    assert package.sha256 in page
    assert "people.read" in [look.type for look in looks_at(ada.id)]
    assert "records" in page
    assert "Ada Lindqvist" in client.get("/privacy/exports/").content.decode()
    before = Entry.objects.count()
    download = client.get(f"/privacy/exports/{package.id}/download/")
    content = b"".join(download.streaming_content)  # type: ignore[arg-type]
    assert Entry.objects.count() == before + 1
    assert hashlib.sha256(content).hexdigest() == package.sha256
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()


@pytest.mark.parametrize("role", ["agent", "read_only"])
def test_who_may_not_export_gets_nothing(ada: Person, sign_in: SignIn, role: str) -> None:
    sign_in("privacy_officer").post(f"/privacy/exports/of/{ada.id}/")
    package, client = ExportPackage.objects.get(), sign_in(role)
    assert client.post(f"/privacy/exports/of/{ada.id}/").status_code == 403
    for page in ("", f"{package.id}/", f"{package.id}/download/"):
        assert client.get(f"/privacy/exports/{page}").status_code == 403


def test_a_package_that_is_gone_says_so(personas: Personas, sign_in: SignIn) -> None:
    for page in ("", "download/"):
        answer = sign_in("admin").get(f"/privacy/exports/{uuid.uuid4()}/{page}")
        assert answer.status_code == 404
        assert "make a new one" in answer.content.decode()
