"""The evidence of a request: complete, silent about people, and checked by somebody who has nothing but the file."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.checkpoints import log_key
from aureole.ledger.models import Entry
from aureole.ledger.verifier import Flaw, verify_bundle
from aureole.people.models import Person
from aureole.privacy.certificate.issue import instance_fingerprint, issue_document
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.pause_request import pause_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.resume_request import resume_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.evidence import evidence_of
from aureole.privacy.rights.place import clock_of, today
from aureole.privacy.rights.queue import request_named
from aureole.testing.naming import named_in
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
PERSONAL = ("Ada", "Lindqvist", "brevduva", "lost my parcel", "her card", "Signe Holm", "Mikkel")


@pytest.fixture
def ada(personas: Personas) -> Person:
    return personas.person("Ada Lindqvist", "ada@brevduva.example")


def _answered(ada: Person, personas: Personas, kind: str) -> RightsRequest:
    personas.ticket(ada)
    officer = personas.agent("Signe Holm", role="privacy_officer").actor
    second = personas.agent("Mikkel Dam", role="privacy_officer").actor
    request = open_request(
        kind=kind, person_id=ada.id, channel="portal", by=Actor(kind="customer"),
        words="I, Ada Lindqvist, lost my parcel", contact="ada@brevduva.example",
    )  # fmt: skip
    pause_request(
        request_id=_identified(request, officer).id, cause="clarification", reason="which?", by=officer
    )
    with clock.at(now() + timedelta(days=3)):
        resume_request(request_id=request.id, by=officer)
        prepare_request(request_id=request.id, by=officer)
        approve_request(request_id=request.id, by=second)
    with clock.at(now() + timedelta(days=20)):
        return complete_request(request_id=request.id, by=officer, approved_by=second)


def _identified(request: RightsRequest, by: Actor) -> RightsRequest:
    return vouch_identity(request_id=request.id, how="she showed her card", by=by)


def _read(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def _repacked(entries: dict[str, str], changes: dict[str, str | None]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as bundle:
        for name, text in (entries | changes).items():
            if text is not None:
                bundle.writestr(name, text)
    return target


def _resigned(entries: dict[str, str], changes: dict[str, str], **said: Any) -> io.BytesIO:
    """Changed by whoever has the key that signs certificates and evidence, but not the log's."""
    payload: dict[str, Any] = json.loads(entries["manifest.json"])["payload"] | said
    for item in payload["files"]:
        item["sha256"] = hashlib.sha256((entries | changes)[item["path"]].encode()).hexdigest()
    manifest = issue_document(payload, kind="rights evidence", version=1)
    return _repacked(entries, changes | {"manifest.json": manifest})


def test_the_evidence_of_an_erasure_is_checked_by_the_verifier_inside_it(
    ada: Person, personas: Personas, tmp_path: Path
) -> None:
    request = _answered(ada, personas, "erasure")
    made = evidence_of(request.id, tmp_path / "evidence.zip", by=OPERATOR)
    entries = _read(tmp_path / "evidence.zip")
    alone = tmp_path / "verifier.py"
    alone.write_text(entries["verifier.py"])
    command = [sys.executable, "-I", str(alone), str(tmp_path / "evidence.zip")]
    ran = subprocess.run(
        [*command, "--key", instance_fingerprint(), "--log-key", log_key()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{made.steps} of {made.steps} steps are in the log" in ran.stdout
    assert "the certificate of the erasure holds" in ran.stdout
    searched = json.loads(entries["searched.json"])
    assert searched["from"] == "certificate.json"
    assert {item["place"] for item in searched["erased"]} >= {"desk_message", "people_person"}
    assert searched["residue"]["searched"] and searched["residue"]["places"] == []


@pytest.mark.parametrize("kind", ["access", "erasure"])
def test_the_evidence_names_nobody(ada: Person, personas: Personas, tmp_path: Path, kind: str) -> None:
    request = _answered(ada, personas, kind)
    evidence_of(request.id, tmp_path / "evidence.zip", by=OPERATOR)
    for name, text in _read(tmp_path / "evidence.zip").items():
        if name != "verifier.py":
            assert not named_in(text, *PERSONAL, str(ada.id)), name


def test_it_tells_the_clock_with_its_pauses_and_each_kind_of_proof(
    ada: Person, personas: Personas, tmp_path: Path
) -> None:
    request = _answered(ada, personas, "access")
    evidence_of(request.id, tmp_path / "evidence.zip", by=OPERATOR)
    entries = _read(tmp_path / "evidence.zip")
    told = json.loads(entries["request.json"])
    assert told["article"] == "GDPR Art. 15" and told["state"] == "done"
    assert told["clock"]["pauses"][0]["days"] == 3
    assert told["clock"]["pauses"][0]["asked_after_days"] == 0
    due = clock_of(request_named(str(request.id)))
    assert told["clock"]["due_on_strict"] == due.due_on_strict.isoformat()
    assert told["clock"]["due_on"] == due.due_on(today() + timedelta(days=20)).isoformat()
    assert told["released_by_another"] is True
    steps = json.loads(entries["timeline.json"])["steps"]
    assert [s["what"] for s in steps][:3] == ["received", "identity_vouched", "paused"]
    assert "officer's word" in steps[1]["kind_of_proof"]
    assert {s["by"] for s in steps} == {"customer", "agent"}
    searched = json.loads(entries["searched.json"])
    assert {t["table"]: t["count"] for t in searched["tables"]}["desk_message"] == 1
    assert Entry.objects.filter(type="privacy.evidence_made").count() == 1


def test_what_the_person_wrote_is_in_it_only_when_asked_for(
    ada: Person, personas: Personas, tmp_path: Path
) -> None:
    request = _answered(ada, personas, "access")
    evidence_of(request.id, tmp_path / "evidence.zip", by=OPERATOR, with_words=True)
    entries = _read(tmp_path / "evidence.zip")
    told = json.loads(entries["words.json"])
    assert told["words"] == "I, Ada Lindqvist, lost my parcel"
    assert "she showed her card" in {reason["reason"] for reason in told["reasons"]}
    assert json.loads(entries["manifest.json"])["payload"]["holds_personal_data"] is True
    assert verify_bundle(tmp_path / "evidence.zip").fingerprint == instance_fingerprint()


def test_words_of_somebody_erased_are_refused_and_nothing_is_written(
    ada: Person, personas: Personas, tmp_path: Path
) -> None:
    request = _answered(ada, personas, "erasure")
    with pytest.raises(Refused, match="was erased"):
        evidence_of(request.id, tmp_path / "evidence.zip", by=OPERATOR, with_words=True)
    assert list(tmp_path.iterdir()) == []


def test_each_change_to_the_evidence_is_noticed(ada: Person, personas: Personas, tmp_path: Path) -> None:
    request = _answered(ada, personas, "erasure")
    evidence_of(request.id, tmp_path / "evidence.zip", by=OPERATOR)
    entries = _read(tmp_path / "evidence.zip")
    for name in entries:
        for changes in ({name: entries[name] + " "}, {name: None}):
            with pytest.raises(Flaw):
                verify_bundle(_repacked(entries, changes))
    with pytest.raises(Flaw, match="added"):
        verify_bundle(_repacked(entries, {"more.txt": "put in"}))


def test_whoever_has_only_the_signing_key_cannot_change_what_the_log_says(
    ada: Person, personas: Personas, tmp_path: Path
) -> None:
    request = _answered(ada, personas, "erasure")
    evidence_of(request.id, tmp_path / "evidence.zip", by=OPERATOR)
    entries = _read(tmp_path / "evidence.zip")
    assert verify_bundle(_resigned(entries, {})).checked
    steps = json.loads(entries["timeline.json"])["steps"]
    one, two = steps[0]["proof"], steps[1]["proof"]
    with pytest.raises(Flaw, match="another entry"):
        verify_bundle(_resigned(entries, {one: entries[two]}))
    renamed = entries["timeline.json"].replace('"identity_vouched"', '"identity_proven"')
    with pytest.raises(Flaw, match="another entry"):
        verify_bundle(_resigned(entries, {"timeline.json": renamed}))
    steps[0]["at"] = (datetime.fromisoformat(steps[0]["at"]) + timedelta(days=2)).isoformat()
    steps[1]["by"] = "customer"
    for changed, words in ((steps[:1], "at another time"), (steps[1:], "somebody else took")):
        told = json.dumps({"steps": changed})
        with pytest.raises(Flaw, match=words):
            verify_bundle(_resigned(entries, {"timeline.json": told}))
    with pytest.raises(Flaw, match="with another request"):
        verify_bundle(_resigned(entries, {}, number=request.number + 1))
    with pytest.raises(Flaw, match="another log"):
        verify_bundle(tmp_path / "evidence.zip", log_key="other.example+00000000+AAAA")
