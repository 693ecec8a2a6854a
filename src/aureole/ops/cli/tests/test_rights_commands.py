"""Every right of a person over the command line: from intake to evidence that a file of its own verifies."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aureole.desk.actions.reply import reply
from aureole.desk.models import Ticket
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ops.cli import entry
from aureole.people.models import Person, PersonStatus
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.consent.sending import may_send
from aureole.privacy.models import RequestKind, RequestLetter
from aureole.testing.mailserver import sending_to_a_mailserver
from aureole.testing.personas import Personas
from aureole.testing.postbox import Postbox
from aureole.vault.unlock import unlock

NAME, ADDRESS = "Ada Lindqvist", "ada.lindqvist@brevduva.example"
RELEASED = ("access", "erasure", "portability")
# What is said at intake, and what there is to show for it at the end.
INTAKE: dict[str, tuple[str, ...]] = {
    "access": ("--words", "what do you have?"),
    "rectification": ("--correct", "name=Ada Lindqvist Berg"),
    "erasure": (),
    "restriction": ("--words", "the address is disputed"),
    "portability": ("--language", "de"),
    "objection": ("--words", "no offers, please"),
    "withdrawal": ("--received", "today"),
    "review": ("--words", "a machine refused my return"),
}


class Shell:
    """Runs commands in this process, against the test's database."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def json(self, *words: str) -> dict[str, Any]:
        self._capsys.readouterr()
        code, told = entry.run([*words, "--json"]), self._capsys.readouterr()
        assert code == 0, told
        found: dict[str, Any] = json.loads(told.out)
        return found

    def refuses(self, *words: str) -> str:
        """The sentence."""
        self._capsys.readouterr()
        assert entry.run([*words]) == 1
        return self._capsys.readouterr().err


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    use_this_database(monkeypatch)
    return Shell(capsys)


def use_this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands begin no instance of their own, whichever of their modules were imported before this test."""
    entry.run(["--help"])
    monkeypatch.setattr("aureole.ops.instance.instance", nullcontext)
    for name, module in list(sys.modules.items()):
        if name.startswith("aureole.ops.cli.") and hasattr(module, "instance"):
            monkeypatch.setattr(module, "instance", nullcontext)


@pytest.fixture
def ada(db: None) -> Person:
    personas = Personas()
    with clock.at(now() - timedelta(days=3)):
        person = personas.person(NAME, ADDRESS)
        personas.ticket(person)
        record_consent(
            person_id=person.id, purpose="news", wording="Yes, send me news.", version="1", language="en",
            channel="portal", proof="confirmed", by=Actor.system(),
        )  # fmt: skip
    return person


@pytest.mark.parametrize("kind", RequestKind.values)
def test_a_request_runs_from_intake_to_evidence(
    kind: str, ada: Person, shell: Shell, tmp_path: Path, settings: Any
) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    officer = Personas().agent("Ilse Brandt", role="privacy_officer")
    by = str(officer.person.identifiers.all()[0].value)
    words = [f"{now():%Y-%m-%d}" if word == "today" else word for word in INTAKE[kind]]
    with sending_to_a_mailserver() as server:
        postbox = Postbox(server)
        number = str(shell.json("rights", "open", "--kind", kind, "--person", str(ada.id), *words)["number"])
        assert re.search("(first|released)", shell.refuses("rights", "complete", number))
        shell.json("rights", "verify", number)
        shell.json("rights", "verify", number, "--code", postbox.code(ADDRESS))
        if kind in RELEASED:
            shell.json("rights", "prepare", number)
            assert "second person" in shell.refuses("rights", "approve", number)
            shell.json("rights", "approve", number, "--by", by)
        else:
            assert "needs no second person" in shell.refuses("rights", "approve", number, "--by", by)
        reason = ("--reason", "We looked: the return is accepted.") if kind == "review" else ()
        done = shell.json("rights", "complete", number, *reason)
        assert done["state"] == "done" and done["days_left"] > 20
        told = postbox.texts(ADDRESS)
    assert any("We have done what you asked" in text or "erledigt" in text for text in told)
    _did_it(kind, ada, done)
    _proves_it(shell, number, tmp_path, steps=len(done["steps"]), is_erased=kind == "erasure")


def _did_it(kind: str, ada: Person, done: dict[str, Any]) -> None:
    """What the right is for has come about, and nothing of the other rights."""
    there = unlock(Person.objects.filter(pk=ada.pk))
    assert bool(there) is (kind != "erasure")
    if kind == "erasure":
        assert done["outcome"]["residue"] == 0 and not RequestLetter.objects.exists()
        return
    assert there[0].name == ("Ada Lindqvist Berg" if kind == "rectification" else NAME)
    assert (there[0].status == PersonStatus.RESTRICTED) is (kind == "restriction")
    assert may_send(ada.id, "news") is (kind not in ("objection", "withdrawal"))
    assert ("package" in done["outcome"]) is (kind in ("access", "portability"))


def _proves_it(shell: Shell, number: str, folder: Path, *, steps: int, is_erased: bool) -> None:
    """The bundle names nobody and holds, checked by nothing but the file that lies in it."""
    bundle = folder / "evidence.zip"
    made = shell.json("rights", "evidence", number, "--out", str(bundle))
    assert (made["steps"], made["proofs"]) == (steps, steps)
    for secret in (NAME, ADDRESS, "refused my return"):
        assert secret.encode() not in b"".join(_files(bundle).values())
    assert ("certificate.json" in _files(bundle)) is is_erased
    verifier = folder / "verifier.py"
    verifier.write_bytes(_files(bundle)["verifier.py"])
    assert _judged(verifier, bundle) == 0


def _changed(bundle: Path) -> Path:
    """The same bundle with one word of it changed."""
    made = bundle.with_name("changed.zip")
    with zipfile.ZipFile(made, "w") as archive:
        for name, inside in _files(bundle).items():
            altered = inside.replace(b'"number":', b'"nomber":') if name == "request.json" else inside
            archive.writestr(name, altered)
    return made


def _files(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _judged(verifier: Path, file: Path) -> int:
    command = [sys.executable, "-I", str(verifier), str(file)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_a_refusal_and_its_letter(ada: Person, shell: Shell, tmp_path: Path) -> None:
    number = str(shell.json("rights", "open", "--kind", "access", "--person", str(ada.id))["number"])
    said = ("--ground", "excessive", "--reason", "The same was answered last week.")
    assert shell.json("rights", "refuse", number, *said)["state"] == "refused"
    letter = tmp_path / "letter.pdf"
    shell.json("rights", "letter", number, "--out", str(letter))
    assert letter.read_bytes().startswith(b"%PDF")
    _proves_it(shell, number, tmp_path, steps=2, is_erased=False)
    assert _judged(tmp_path / "verifier.py", _changed(tmp_path / "evidence.zip")) == 1


def test_others_in_an_answer_are_listed_hidden_and_kept(shell: Shell, ada: Person, tmp_path: Path) -> None:
    signe, ticket = Personas().agent("Signe Holm"), Ticket.objects.get(requester=ada)
    for text in ("Ring the smith, +46 70 555 01 23, about birch tar.", "Or +46 70 555 99 99."):
        reply(ticket=ticket, by=signe.actor, send=False, text=text)
    number = str(shell.json("rights", "open", "--kind", "access", "--person", str(ada.id))["number"])
    shell.json("rights", "verify", number, "--how", "at the counter")
    listed = shell.json("rights", "redactions", number)
    assert [hit["words"] for hit in listed["hits"]] == ["+46 70 555 01 23", "+46 70 555 99 99"]
    assert f"rights redactions {number}" in shell.refuses("rights", "prepare", number)
    first, second = (hit["hit"] for hit in listed["hits"])
    assert (
        shell.json("rights", "redact", number, "--hit", first, "--hide", "--reason", "confidence")["changed"]
        == 1
    )
    assert (
        shell.json("rights", "redact", number, "--hit", first, "--hide", "--reason", "confidence")["changed"]
        == 0
    )
    assert shell.json("rights", "redact", number, "--hit", first, "--words", "birch tar")["changed"] == 1
    assert shell.json("rights", "redact", number, "--hit", first, "--undo")["to_decide"] == 2
    assert shell.json("rights", "redact", number, "--hit", "doubtful", "--hide")["to_decide"] == 0
    assert shell.json("rights", "redact", number, "--hit", second, "--keep")["changed"] == 1
    for wrong in (
        ("--hit", first),
        ("--hit", "x", "--hide"),
        ("--hit", first, "--hide", "--reason", "because"),
    ):
        assert "Nothing was changed" in shell.refuses("rights", "redact", number, *wrong)
    for step in ("prepare", "complete"):
        if step == "complete":
            shell.json("rights", "approve", number, "--by", _second_person())
        shell.json("rights", step, number)
    shell.json("rights", "evidence", number, "--out", str(tmp_path / "evidence.zip"))
    with zipfile.ZipFile(tmp_path / "evidence.zip") as bundle:
        said = json.loads(bundle.read("redactions.json"))
        assert b"555 01" not in bundle.read("redactions.json")
    assert said["after"]["hidden"] == 2 and said["after"]["kept"] == 1
    assert {place["decision"] for place in said["places"]} == {"hide", "keep"}


def test_a_release_stops_with_the_difference_shown(ada: Person, shell: Shell, settings: Any) -> None:
    settings.AUREOLE_COOLING_OFF_DAYS = 0
    asked = shell.json("rights", "open", "--kind", "erasure", "--contact", "ada@elsewhere.example")
    number, by = str(asked["number"]), _second_person()
    assert shell.json("rights", "match", number, "--person", str(ada.id))["person"] == str(ada.id)
    shell.json("rights", "verify", number, "--how", "at the counter")
    shell.json("rights", "prepare", number)
    shell.json("rights", "send-back", number, "--reason", "Ask once more.", "--by", by)
    shell.json("rights", "approve", number, "--by", by)
    Personas().ticket(ada)
    assert "Something about this person has changed" in shell.refuses("rights", "complete", number)
    shown = shell.json("rights", "show", number)
    assert shown["state"] == "working"
    assert {"place": "desk_ticket", "was": 1, "now": 2} in shown["changes"]
    assert Person.objects.filter(pk=ada.pk).exists()


def test_an_objection_goes_as_far_as_it_was_said(ada: Person, shell: Shell) -> None:
    said = ("--kind", "withdrawal", "--person", str(ada.id), "--purpose")
    assert "no such purpose" in shell.refuses("rights", "open", *said, "nonsense").lower()
    for wrong in ("adress=x", "name", "birth_date=17.5.2014", "birth_date=0012-05-17"):
        assert "Nothing was stored" in shell.refuses(
            "rights", "open", "--kind", "rectification", "--correct", wrong
        )
    number = str(shell.json("rights", "open", *said, "news")["number"])
    shell.json("rights", "take", number, "--by", _second_person())
    shell.json("rights", "verify", number, "--how", "at the counter")
    assert shell.json("rights", "complete", number)["outcome"]["purposes"] == 1
    assert not may_send(ada.id, "news")


def _second_person() -> str:
    agent = Personas().agent("Bo Ek", role="admin")
    return str(agent.person.identifiers.get().value)
