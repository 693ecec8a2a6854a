"""Two instances as two operators have them: own homes, own servers, own keys. A person moves from one to the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aureole.ledger.verifier import verify_bundle
from aureole.testing.canary_mails import mail
from aureole.testing.mailserver import free_port
from aureole.testing.moving import what_must_be_equal
from aureole.testing.own_instance import OwnInstance

pytestmark = pytest.mark.drill

ADA = "ada@brevduva.example"
_PATIENCE = 60.0


def _instance(folder: Path, name: str, port: int) -> OwnInstance:
    own = OwnInstance(
        folder / name,
        folder / f"{name}-passing",
        {
            "AUREOLE_BASE_URL": f"http://127.0.0.1:{port}", "AUREOLE_WORKSPACE": name.title(),
            "AUREOLE_SECOND_PERSON": "off", "EMAIL_URL": "",
        },
    )  # fmt: skip
    own.command("init")
    return own


def _until(ask: Callable[[], Any]) -> Any:
    limit = time.monotonic() + _PATIENCE
    while not (found := ask()):
        assert time.monotonic() < limit, "the worker has not done it"
        time.sleep(1)
    return found


def _state(own: OwnInstance, side: str) -> str:
    return str(own.command("transfer", "list")[side][0]["state"])


def test_a_person_moves_between_two_instances_and_both_can_show_it(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    here, there = _instance(tmp_path, "nordlys", ports[0]), _instance(tmp_path, "fjell", ports[1])
    letter = tmp_path / "ada.eml"
    letter.write_bytes(mail(sender=f"Ada Lindqvist <{ADA}>", subject="Tent", body="The pole broke.",
                            attach="a list of poles\n" * 90_000, name="poles"))  # fmt: skip
    with here.kept_running(), there.kept_running():
        here.command("mail", "ingest", str(letter))
        person = here.command("person", "find", ADA)["persons"][0]["id"]
        there.command("peer", "add", here.command("peer", "show")["line"], "--name", "Nordlys")
        peer = here.command("peer", "add", there.command("peer", "show")["line"], "--name", "Fjell")
        number = str(here.command("rights", "open", "--kind", "portability", "--person", person)["number"])
        here.command("rights", "verify", number, "--how", "at the counter")
        here.command("transfer", "send", number, "Fjell")
        here.command("rights", "redactions", number)
        # Where it was sent, which is not this instance's mailbox.
        here.command("rights", "redact", number, "--hit", "doubtful", "--keep")
        for word in ("prepare", "approve", "complete"):
            here.command("rights", word, number)
        with here.serving(ports[0]):
            _until(lambda: here.command("transfer", "list")["sent"][0]["trouble"] == "away")
            with there.serving(ports[1]):
                here.command("transfer", "send", number, "Fjell")
                _until(lambda: _state(here, "sent") == "delivered")
                arrival = there.command("transfer", "list")["arrived"][0]
                assert there.command("person", "find", ADA)["persons"] == [], "nobody is taken in unasked"
                taken = there.command("transfer", "take-in", arrival["id"])
                _until(lambda: _state(here, "sent") == "taken_in")
        _compare_both(here, there, person, taken["person"], tmp_path)
        _receipts_hold(here, there, number, peer["fingerprint"], tmp_path)
        with here.serving(ports[0]):
            corrected = _rectified(here, person)
            _until(lambda: _notice(here, 0)["why"].startswith("The other instance does not answer"))
            with there.serving(ports[1]):
                here.command("transfer", "tell", _notice(here, 0)["id"])
                _until(lambda: _notice(here, 0)["stage"] == "told")
                came = there.command("transfer", "told")["notices"][0]
                assert (came["event"], came["fields"], came["person"]) == (
                    "correct",
                    ["name"],
                    taken["person"],
                )
                there.command("transfer", "answer", came["id"], "--outcome", "acted")
                _until(lambda: _notice(here, 0)["outcome"] == "acted")
            _evidence_says(here, corrected, "the notice of a change (correct): acknowledged, acted", tmp_path)
            here.command("person", "erase", person, "--reason", "she asked", "--yes")
            _until(lambda: _notice(here, 1)["why"].startswith("The other instance does not answer"))
            with there.serving(ports[1]):
                here.command("transfer", "tell", _notice(here, 1)["id"])
                _until(lambda: _notice(here, 1)["stage"] == "told")
                assert there.command("transfer", "told")["notices"][0]["event"] == "erase"
                assert there.command("person", "find", ADA)["persons"], "nobody is erased by a notice"
                there.command("person", "erase", taken["person"], "--reason", "so was the sender's", "--yes")
                _until(lambda: _notice(here, 1)["outcome"] == "acted")


def _notice(own: OwnInstance, number: int) -> dict[str, Any]:
    notices = sorted(own.command("transfer", "list")["sent"][0]["notices"], key=lambda notice: notice["at"])
    found: dict[str, Any] = notices[number]
    return found


def _rectified(own: OwnInstance, person: str) -> str:
    """Ada is called Ada Lind from now on, as she asked. The number of the request."""
    words = ("--kind", "rectification", "--person", person, "--correct", "name=Ada Lind")
    number = str(own.command("rights", "open", *words)["number"])
    own.command("rights", "verify", number, "--how", "at the counter")
    own.command("rights", "complete", number)
    return number


def _evidence_says(own: OwnInstance, number: str, words: str, folder: Path) -> None:
    own.command("rights", "evidence", number, "--out", str(folder / "evidence-since.zip"))
    assert words in verify_bundle(folder / "evidence-since.zip").checked


def _compare_both(here: OwnInstance, there: OwnInstance, was: str, became: str, folder: Path) -> None:
    here.command("person", "export", was, "--out", str(folder / "before.zip"))
    there.command("person", "export", became, "--out", str(folder / "after.zip"))
    before, after = (what_must_be_equal(folder / name) for name in ("before.zip", "after.zip"))
    assert after == before
    assert before["messages"] and any(before["contents"].values())


def _receipts_hold(
    here: OwnInstance, there: OwnInstance, number: str, fingerprint: str, folder: Path
) -> None:
    for own, side, name in ((here, "sent", "a"), (there, "arrived", "b")):
        key = "id" if side == "sent" else "transfer"
        transfer = own.command("transfer", "list")[side][0][key]
        files = own.command("transfer", "receipts", transfer, "--out", str(folder / name))["files"]
        said = own.command("transfer", "verify", *files, "--key", fingerprint)
        assert [receipt["event"] for receipt in said["receipts"]] == ["delivered", "taken_in"]
    here.command("rights", "evidence", number, "--out", str(folder / "evidence.zip"))
    checked = verify_bundle(folder / "evidence.zip").checked
    assert "the package sent to another controller: delivered, taken_in" in checked
