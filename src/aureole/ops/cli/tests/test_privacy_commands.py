"""The privacy commands as a script meets them: an instance of its own, JSON on standard output."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aureole.ops.cli.tests.outside import Prepared

pytestmark = pytest.mark.slow

# One process for all commands: starting Python and Django forty times would be most of the test.
SERVE = """
import contextlib, io, json, sys
from aureole.ops.cli.entry import run
for line in sys.stdin:
    out, err, words = io.StringIO(), io.StringIO(), json.loads(line)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = exec(words[1]) if words[0] == "exec" else run(words)
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""
SEED = """
from aureole.ops.instance import instance
with instance():
    from aureole.desk.writing import NewFile
    from aureole.testing.personas import Personas
    make = Personas()
    ada = make.person("Ada Lindqvist", address="ada@brevduva.example")
    bob = make.person("Bob Nilsson", address="bob@brevduva.example")
    ticket = make.ticket(ada, subject="Pole snapped", text="It broke. Kestrel-canary-77")
    file = NewFile(name="pole.txt", content_type="text/plain", content=b"snap")
    make.message(ticket, ada, "A picture.", (file,))
    for number in range(3):
        make.ticket(make.person("Cy Dahl", address=f"cy{number}@brevduva.example"))
    from aureole.kernel.actor import Actor
    from aureole.people.actions.recognise_person import recognise_person
    recognise_person(kind="email", value="dee@ek.example", source="mentioned", by=Actor.system())
    make.ticket(bob, subject="A tent", text="Ada Lindqvist (ada@brevduva.example) told me about you.")
"""
TERMS = ("Ada Lindqvist", "ada@brevduva.example", "Kestrel-canary-77")


@dataclass(frozen=True)
class Done:
    """How a command ended; without a code where it was none."""

    returncode: int | None
    stdout: str
    stderr: str


class Home:
    """An instance's home, and a process of its own that runs commands in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._process: subprocess.Popen[str] | None = None

    def run(self, *arguments: str) -> Done:
        self._process = self._process or self._start()
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        return Done(*json.loads(self._process.stdout.readline()))

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def exec(self, program: str) -> str:
        """Python instead of a command, in the same process; what it prints."""
        done = self.run("exec", program)
        assert (done.returncode, done.stderr) == (None, ""), done
        return done.stdout

    def close(self) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait()

    def _start(self) -> subprocess.Popen[str]:
        settings = ("AUREOLE_", "DATABASE_URL", "KEYS_DATABASE_URL")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(settings)}
        paths = os.pathsep.join(path for path in sys.path if path)
        environment = kept | {"AUREOLE_HOME": str(self.path), "PYTHONPATH": paths}
        return subprocess.Popen(
            [sys.executable, "-c", SERVE],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home that was never prepared."""
    here = Home(tmp_path_factory.mktemp("no instance") / "none")
    yield here
    here.close()


@pytest.fixture(scope="module")
def home(prepared: Prepared) -> Iterator[Home]:
    here = Home(prepared.home)
    here.exec(SEED)
    yield here
    here.close()


def test_conversations_stay_when_enough_people_share_them(home: Home, tmp_path: Path) -> None:
    cy = home.json("person", "find", "cy0@brevduva.example")["persons"][0]["id"]
    plan = home.json("person", "plan", cy, "--anonymise")
    assert plan["blockers"] == [] and plan["needed"] == 5
    assert {c["place"]: c["count"] for c in plan["stays"]} == {"desk_ticket": 1, "desk_message": 1}
    unsure = home.run("person", "anonymise", cy, "--reason", "left", "--json")
    assert unsure.returncode == 1 and "add --yes" in unsure.stdout
    certificate = tmp_path / "cy.json"
    done = home.json(
        "person", "anonymise", cy, "--reason", "left", "--certificate", str(certificate), "--yes"
    )
    assert {c["place"]: c["count"] for c in done["anonymised"]} == {"desk_ticket": 1, "desk_message": 1}
    assert done["residue"]["places"] == [] and certificate.exists()
    assert home.json("person", "find", "cy0@brevduva.example")["persons"] == []
    next_one = home.json("person", "find", "cy1@brevduva.example")["persons"][0]["id"]
    few = home.run("person", "anonymise", next_one, "--reason", "left", "--yes", "--json")
    assert few.returncode == 1 and "Erase them instead" in few.stdout


def test_a_person_is_found_shown_exported_erased_and_gone(home: Home, tmp_path: Path) -> None:
    found = home.json("person", "find", "ada@BREVDUVA.example")["persons"]
    assert [person["name"] for person in found] == ["Ada Lindqvist"]
    ada = found[0]["id"]
    assert home.json("person", "find", "Ada Lind")["persons"][0]["id"] == ada
    assert {"kind": "email", "value": "ada@brevduva.example"}.items() <= found[0]["identifiers"][0].items()

    assert home.json("person", "show", ada)["tickets"][0]["messages"] == 2
    values = [item["value"] for item in home.json("person", "explain", ada)["items"]]
    assert "It broke. Kestrel-canary-77" in values and not any("tent" in str(v) for v in values)

    before = home.json("residue", *TERMS)
    assert {place["text"] for place in before["places"]} == set(TERMS)

    plan = home.json("person", "plan", ada)
    assert plan["blockers"] == [] and {"place", "count"} <= set(plan["erase"][0])

    package = tmp_path / "ada.zip"
    exported = home.json("person", "export", ada, "--out", str(package))
    assert exported["sha256"] == hashlib.sha256(package.read_bytes()).hexdigest()

    refused = home.run("person", "erase", ada, "--reason", "asked for it", "--json")
    assert refused.returncode == 1 and "--yes" in refused.stderr

    certificate = tmp_path / "ada.json"
    erased = home.json(
        "person", "erase", ada, "--reason", "asked for it", "--certificate", str(certificate), "--yes"
    )
    assert erased["certificate"] == str(certificate)
    assert (
        erased["residue"]["places"] == []
        and erased["residue"]["searched"]
        and erased["residue"]["not_searched"]
    )
    assert not any(term in certificate.read_text("utf-8") for term in TERMS)
    assert json.loads(certificate.read_text("utf-8"))["payload"]["approval"]["code"] == "operator"

    after = home.json("residue", *TERMS)
    assert after["places"] == []
    assert home.json("person", "find", "Ada Lindqvist")["persons"] == []
    assert home.json("certificate", "show", erased["erasure"])["certificate"] == certificate.read_text(
        "utf-8"
    )
    assert home.run("person", "show", ada).returncode == 1

    key = home.json("certificate", "key")["fingerprint"]
    assert home.json("certificate", "verify", str(certificate), "--key", key)["valid"] is True
    changed = certificate.read_bytes().replace(b'"count": ', b'"count":  ', 1)
    certificate.write_bytes(changed)
    broken = home.run("certificate", "verify", str(certificate), "--json")
    assert broken.returncode == 1 and json.loads(broken.stdout)["valid"] is False

    bob = home.json("person", "find", "bob@brevduva.example")["persons"][0]
    assert bob["name"] == "Bob Nilsson"

    _check_alone(tmp_path / "verifier.py", package)
    back = home.run("import", str(package), "--json")
    assert back.returncode == 1 and "erased here" in back.stdout


def _check_alone(verifier: Path, file: Path) -> None:
    """With nothing but the file that lies beside the certificate."""
    ran = subprocess.run(
        [sys.executable, "-I", str(verifier), str(file)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout


def test_a_request_runs_from_intake_to_evidence(home: Home, nowhere: Home, tmp_path: Path) -> None:
    bob = home.json("person", "find", "bob@brevduva.example")["persons"][0]["id"]
    officer = "officer@nordlys.example"
    home.json("agent", "add", officer, "--role", "privacy_officer")
    opened = home.json("rights", "open", "--kind", "access", "--person", bob, "--words", "what do you have?")
    number = str(opened["number"])
    home.json("rights", "verify", number, "--how", "at the counter")
    home.json("rights", "approve", number, "--by", officer)
    assert home.json("rights", "complete", number)["state"] == "done"
    bundle = tmp_path / "evidence.zip"
    made = home.json("rights", "evidence", number, "--out", str(bundle))
    assert made["proofs"] == made["steps"] >= 5 and made["words"] is False
    key, log_key = home.json("certificate", "key")["fingerprint"], home.json("ledger", "key")["key"]
    verdict = nowhere.json("certificate", "verify", str(bundle), "--key", key, "--log-key", log_key)
    assert verdict["valid"] and verdict["kind"] == "rights evidence"
    refused = home.run("rights", "letter", number, "--out", str(tmp_path / "letter.pdf"))
    assert refused.returncode == 1


def test_a_package_taken_in_where_it_came_from_adds_nothing(home: Home, tmp_path: Path) -> None:
    bob = home.json("person", "find", "bob@brevduva.example")["persons"][0]["id"]
    package = tmp_path / "bob.zip"
    home.json("person", "export", bob, "--out", str(package))
    made = home.json("import", str(package))
    assert made["person"] == bob and made["created"] is False
    assert (made["tickets"], made["messages"], made["duplicates"]) == (0, 0, 1)


def test_holds_retention_and_children_from_a_terminal(home: Home) -> None:
    bob = home.json("person", "find", "bob@brevduva.example")["persons"][0]["id"]
    number = str(home.json("person", "show", bob)["tickets"][0]["number"])
    held = home.json("hold", "add", "--ticket", number, "--reason", "a claim", "--review", "2999-01-31")
    [listed] = home.json("hold", "list")["holds"]
    assert (listed["id"], listed["person"], listed["reason"]) == (held["id"], bob, "a claim")
    assert [b["code"] for b in home.json("person", "plan", bob)["blockers"]] == ["legal_hold"]
    refused = home.run("person", "erase", bob, "--reason", "asked", "--yes", "--json")
    assert refused.returncode == 1 and "legal hold" in refused.stderr
    home.json("hold", "release", held["id"], "--reason", "settled")
    assert home.run("hold", "release", held["id"], "--reason", "again").returncode == 1
    assert home.run("hold", "add", "--reason", "x", "--review", "2999-01-31").returncode == 1

    plan = home.json("retention", "plan")
    assert plan["classes"] == [] and {"hash", "expires_at"} <= set(plan)
    assert home.run("retention", "run").returncode == 1
    assert home.json("retention", "run", "--approve", plan["hash"])["finished"]
    home.json("retention", "set", "direct_contact", "6", "--type", "order", "--reason", "orders")
    rules = home.json("retention", "show")["rules"]
    assert rules == [
        {"class_key": "direct_contact", "scope": "type", "value": "order", "months": 6, "reason": "orders"}
    ]
    home.json("retention", "reset", "direct_contact", "--type", "order", "--reason", "no more")
    home.json("brand", "add", "kust", "--name", "Nordlys Kust", "--address", "hej@kust.example")
    home.json("retention", "set", "direct_contact", "3", "--brand", "kust", "--reason", "a season")
    shown = home.run("retention", "show").stdout
    assert "Instead, direct_contact, brand Nordlys Kust: 3 months. a season" in shown
    assert "Nothing was changed" in home.run("brand", "remove", "kust").stderr
    home.json("retention", "reset", "direct_contact", "--brand", "kust", "--reason", "no more")
    home.json("brand", "remove", "kust")
    assert (
        home.run("retention", "set", "direct_contact", "6", "--type", "nonsense", "--reason", "x").returncode
        == 1
    )

    assert home.json("person", "child", bob)["childhood"] == "waiting"
    assert [c["person"] for c in home.json("person", "children")["children"]] == [bob]
    assert "child" in [m["kind"] for m in home.json("rights", "list")["matters"]]
    home.json("person", "guardian", bob, "--guardian", "his mother, by telephone")
    assert home.json("person", "children")["children"] == []
    assert home.run("person", "discard-child", bob).returncode == 1
    home.json("person", "ended", bob, "--on", "2026-01-31")


def test_the_desk_works_from_a_terminal(home: Home, tmp_path: Path) -> None:
    agent = "signe@nordlys.example"
    home.json("agent", "add", agent, "--role", "agent")
    listed = home.json("ticket", "list", "--limit", "1")
    assert set(listed["tickets"][0]) >= {
        "number",
        "subject",
        "status",
        "requester",
        "assignee",
        "messages",
        "updated_at",
    }
    everything = home.json("ticket", "list")["tickets"]
    number = next(t["number"] for t in everything if t["subject"] == "A tent")
    shown = home.json("ticket", "show", str(number))
    assert shown["messages"][0]["from"] == {"name": "Bob Nilsson", "address": "bob@brevduva.example"}

    note = tmp_path / "offer.txt"
    note.write_text("a tent for two")
    home.json("ticket", "assign", str(number), agent)
    home.json("ticket", "reply", str(number), "--text", "Here you are.", "--attach", str(note), "--as", agent)
    answered = home.json("ticket", "show", str(number))
    assert answered["status"] == "waiting" and answered["assignee"]
    sent = answered["messages"][-1]
    assert sent["direction"] == "out" and sent["new_text"] == "Here you are."
    assert sent["attachments"][0]["sha256"] == hashlib.sha256(note.read_bytes()).hexdigest()
    assert home.json("ticket", "close", str(number))["status"] == "closed"
    assert home.run("ticket", "show", "999999").returncode == 1

    home.json("brand", "add", "fjell", "--name", "Nordlys Fjell", "--address", "hej@fjell.example")
    home.json("ticket", "brand", str(number), "fjell")
    of_brand = home.json("ticket", "list", "--brand", "fjell")["tickets"]
    assert [(t["number"], t["brand"]) for t in of_brand] == [(number, "fjell")]
    assert home.json("ticket", "type", str(number), "return", "--as", agent)["type"] == "return"
    assert "(closed, return, Nordlys Fjell)" in home.run("ticket", "show", str(number)).stdout
    assert home.run("ticket", "list", "--brand", "nowhere").returncode == 1
    words = ("--subject", "A call", "--text", "He called.", "--brand", "fjell", "--note", "--as", agent)
    called = home.json("ticket", "open", "bob@brevduva.example", *words)
    assert home.json("ticket", "show", str(called["ticket"]))["brand"] == "fjell"
    assert "no such type" in home.run("ticket", "open", "bob@brevduva.example", *words, "--type", "x").stderr


def test_pages_of_tickets_follow_one_another(home: Home) -> None:
    seen: list[int] = []
    after: list[str] = []
    while True:
        page = home.json("ticket", "list", "--limit", "1", *after)
        seen += [ticket["number"] for ticket in page["tickets"]]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]
    assert sorted(seen) == sorted({t["number"] for t in home.json("ticket", "list")["tickets"]})


@pytest.mark.parametrize("shape", ["table", "json", "csv", "fides", "ropa"])
def test_the_data_map_comes_in_every_shape(home: Home, shape: str) -> None:
    done = home.run("data-map", "--format", shape)
    assert done.returncode == 0, done.stderr
    assert "desk_message" in done.stdout
    if shape in ("json", "fides"):
        json.loads(done.stdout)


def test_no_command_waits_for_the_library_that_reads_pdfs(home: Home) -> None:
    home.json("ticket", "list", "--limit", "1")
    loaded = home.exec("print(*sys.modules)").split()
    assert "aureole.kernel.reading_files.apart" in loaded and "pypdf" not in loaded


def test_a_certificate_is_checked_where_there_is_no_instance(nowhere: Home, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    done = nowhere.run("certificate", "verify", str(tmp_path / "bad.json"))
    assert done.returncode == 1 and "does not hold" in done.stdout
    assert not nowhere.path.exists()


def test_a_backup_folder_is_searched_where_there_is_no_instance(nowhere: Home, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "dump.sql").write_text("ada@brevduva.example")
    found = nowhere.json("residue", "ada@brevduva.example", "--in", "backup", str(tmp_path / "b"))
    assert [(p["place"], p["encoding"]) for p in found["places"]] == [("backup: dump.sql", "plain")]
    assert not nowhere.path.exists()


def test_who_has_to_be_told_is_listed_without_names_and_seen_to(home: Home) -> None:
    listed = home.json("inform", "list")
    [owed] = [one for one in listed["persons"] if one["source"] == "mentioned"]
    assert owed["letter"] == "" and owed["days_left"] >= 28
    unknown = home.run("inform", "exempt", "dee@ek.example", "busy", "--json")
    assert unknown.returncode == 1 and "Known grounds" in unknown.stdout
    home.json("inform", "exempt", "dee@ek.example", "effort")
    assert home.json("inform", "list")["owed"] == listed["owed"] - 1
    home.json("inform", "again", "dee@ek.example")
    home.json("inform", "told", "dee@ek.example", "phone")
    again = home.run("inform", "send", "dee@ek.example", "--json")
    assert again.returncode == 1 and "do not have to be told" in again.stdout


def test_a_consultation_goes_from_its_record_to_its_end(home: Home) -> None:
    made = home.json(
        "consultation", "record", "--authority", "A", "--about", "Scoring", "--sent", "2026-10-05"
    )
    assert (made["number"], made["due_on"]) == (1, "2026-11-30")
    late = home.run("consultation", "extend", "1", "--reason", "complex", "--on", "2026-11-25", "--json")
    assert late.returncode == 1 and "until 2026-11-05" in late.stdout
    assert (
        home.json("consultation", "pause", "1", "--asked", "more", "--on", "2026-10-12")["state"] == "waits"
    )
    resumed = home.json("consultation", "resume", "1", "--on", "2026-10-19")
    assert (resumed["due_on"], resumed["due_on_strict"]) == ("2026-12-07", "2026-11-30")
    extended = home.json("consultation", "extend", "1", "--reason", "complex", "--on", "2026-11-05")
    assert extended["due_on"] == "2027-01-18"
    ended = home.json("consultation", "end", "1", "advice", "--answer", "Ask first.", "--on", "2026-11-20")
    assert (ended["state"], ended["days_left"]) == ("advice", 59)
    assert home.json("consultation", "list")["consultations"] == []
    assert len(home.json("consultation", "list", "--all")["consultations"]) == 1
