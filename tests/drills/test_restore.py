"""Restore drills on instances of their own, as an operator would do them.

(a) back up, erase Ada, let Cy write, restore the old backup: Ada is unreadable on every way, Cy is reported lost.
(b) the key store is lost: what that means is told exactly.
(c) point in time recovery of the data alone, with today's keys: in `test_point_in_time.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aureole.ops.embedded import EmbeddedServer
from aureole.ops.embedded.cluster import FLEETING
from aureole.privacy.residue.folders import scan_folder
from aureole.privacy.residue.matcher import Matcher
from tests.drills.instance import DrillInstance

pytestmark = pytest.mark.drill

ADA, ADDRESS, PHONE = "Zyxela Quorvanth", "zyxela.quorvanth@canary-one.example", "+46701740699"
TERMS = (ADA, ADDRESS, PHONE, "canary01qx", "canary02qx", "canary03qx")
DI, DI_TOO = "di.lund@tent.example", "dilu@elsewhere.example"
BO, CY = "bo.ek@bystander.example", "cy.frost@latecomer.example"

PREPARE = f"""
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.desk.models import Ticket
from aureole.desk.actions.add_note import add_note
from aureole.people.actions.add_identifier import add_identifier
from aureole.staff.actions.add_agent import add_agent
agent = add_agent(address="signe@nordlys.example", name="Signe Holm", role="admin", by=Actor.operator())
for ticket in Ticket.objects.order_by("number"):
    name = str(ticket.requester.name)
    if name == "{ADA}":
        add_identifier(person=ticket.requester, kind="phone", value="{PHONE}", by=agent.actor)
    else:
        add_note(ticket=ticket, text="Ask {ADA} about it", by=agent.actor)
"""

ENTER_ADA = f"""
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.people.actions.recognise_person import recognise_person
try:
    recognise_person(kind="email", value="{ADDRESS}", source="staff", by=Actor.operator())
except Refused as refusal:
    print(refusal.sentence)
"""

PAGES = """
from django.conf import settings
from django.test import Client
from aureole.desk.models import Ticket
from aureole.people.models import Person
from aureole.staff.models import Agent
settings.ALLOWED_HOSTS = ["*"]
browser = Client()
browser.force_login(Agent.objects.first(), backend="aureole.staff.backend.AgentBackend")
seen = ["/", "/people/", "/find/?q=Quorvanth", "/find/?q=canary01qx", "/privacy/"]
seen += [f"/tickets/{number}/" for number in Ticket.objects.values_list("number", flat=True)]
seen += [f"/people/{pk}/" for pk in Person.objects.values_list("pk", flat=True)]
for path in seen:
    answer = browser.get(path)
    print(answer.status_code, path, answer.content.decode().lower().replace(chr(10), " "))
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[DrillInstance]:
    """Its server runs for the whole drill; the commands join it."""
    home = tmp_path / "home"
    with EmbeddedServer(home, settings=FLEETING).shared() as server:
        instance = DrillInstance(home, server)
        instance.do("init")
        yield instance


def _two_persons(here: DrillInstance, tmp_path: Path) -> None:
    here.receive(
        tmp_path, sender=f"{ADA} <{ADDRESS}>", subject="About canary01qx", body=f"I am {ADA}, canary02qx.",
        attach="list of canary03qx " * 4000, name="canary01qx",
    )  # fmt: skip
    here.receive(
        tmp_path, sender=f"Bo Ek <{BO}>", to=f"support@nordlys.example, {ADA} <{ADDRESS}>",
        subject=f"Parcel for {ADA}", body=f"{ADA} took it.\n\n> From: {ADDRESS}\n> call {PHONE}",
        attach=f"{ADA}, {PHONE}", name=ADA,
    )  # fmt: skip
    for address in (DI, DI_TOO):
        here.receive(tmp_path, sender=f"Di Lund <{address}>", subject="A tent", body="It leaks.")
    here.python(PREPARE)


def _nothing_names_ada(here: DrillInstance, tmp_path: Path) -> None:
    """Pages, commands, search, another person's export, deep search, and every byte of the home folder."""
    for line in here.python(PAGES).splitlines():
        status, path, content = line.split(" ", 2)
        assert int(status) < 400, (path, status)
        assert not Matcher([term for term in TERMS if term not in path]).find(content.encode()), path
    assert here.person(ADDRESS) is None
    assert here.do("search", ADA)["hits"] == []
    shown = [here.do("ticket", "show", str(t["number"])) for t in here.do("ticket", "list")["tickets"]]
    assert shown
    assert not Matcher(TERMS).find(repr(shown).encode())
    here.do("person", "export", str(here.person(BO)), "--out", str(tmp_path / "bo.zip"))
    shutil.unpack_archive(tmp_path / "bo.zip", tmp_path / "bo")
    assert scan_folder(TERMS, tmp_path / "bo", place="export").places == []
    assert here.do("residue", *TERMS)["places"] == []
    with here.server.connect() as session:
        session.execute("CHECKPOINT")
    files = [path for path in here.home.rglob("*") if path.is_file()]
    assert any("base" in path.parts for path in files), "the databases' own files are among them"
    assert [path for path in files if Matcher(TERMS).find(_content(path))] == []


def _content(path: Path) -> bytes:
    """Nothing of a file that the server has dropped since it was listed (its caches come and go)."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_restoring_an_old_backup_does_not_bring_back_who_was_erased_and_says_what_is_lost(
    here: DrillInstance, tmp_path: Path
) -> None:
    _two_persons(here, tmp_path)
    backup = tmp_path / "backup"
    here.do("backup", "create", str(backup))
    here.do("person", "erase", str(here.person(ADDRESS)), "--reason", "asked", "--yes")
    here.receive(
        tmp_path, sender=f"Cy Frost <{CY}>", subject="A new matter", body="Written after the backup."
    )
    here.do("hold", "add", "--person", str(here.person(BO)), "--reason", "a claim", "--review", "2099-01-31")
    here.do("person", "merge", str(here.person(DI)), str(here.person(DI_TOO)), "--yes")

    code, refused = here.run("backup", "restore", str(backup))
    assert (code, refused["error"]["code"]) == (1, "restore.unconfirmed")
    assert here.person(CY)

    said = here.do("backup", "restore", str(backup), "--yes")

    assert said["replayed"]["persons"] == 1
    assert said["replayed"]["texts"] >= 3
    assert [row["count"] for row in said["lost"]["rows"] if row["table"] == "people_person"] == [1]
    assert len(said["lost"]["tickets"]) == 1
    assert said["lost"]["keys_without_data"] == 1
    assert said["replayed"]["standing"] == {"privacy_hold": 1}
    assert not [row for row in said["lost"]["rows"] if row["table"] == "privacy_hold"], "it was put back"
    assert here.person(DI) == here.person(DI_TOO), "two records that were merged since are one again"
    assert "suppression list until" in here.python(ENTER_ADA), "nobody enters her again by mistake"
    assert here.person(CY) is None
    assert here.person(BO)
    _nothing_names_ada(here, tmp_path)
    assert here.do("doctor")["ok"]
    here.receive(tmp_path, sender=f"Cy Frost <{CY}>", subject="Once more", body="Hello again.")
    newest = max(ticket["number"] for ticket in here.do("ticket", "list")["tickets"])
    assert newest > said["lost"]["tickets"][0], "a number that was given is not given again"


def test_a_lost_key_store_closes_the_instance_and_what_is_lost_is_told_exactly(
    here: DrillInstance, tmp_path: Path
) -> None:
    here.receive(tmp_path, sender=f"Bo Ek <{BO}>", subject="Mine", body="Nothing about anybody.")
    here.do("backup", "create", str(tmp_path / "backup"))
    here.receive(tmp_path, sender=f"{ADA} <{ADDRESS}>", subject="About canary01qx", body="Erase me.")
    here.do("person", "erase", str(here.person(ADDRESS)), "--reason", "asked", "--yes")
    here.receive(
        tmp_path, sender=f"Cy Frost <{CY}>", subject="A new matter", body="Written after the backup."
    )
    with here.server.connect() as session:
        session.execute("DROP DATABASE aureole_keys")
    here.do("init")  # as a start would: an empty key store appears

    code, said = here.run("ticket", "list")
    assert (code, said["error"]["code"]) == (1, "keys.lost")
    lost = here.do("backup", "readable")
    assert (lost["persons"], lost["lost_persons"]) == (2, 2)
    messages = next(place for place in lost["places"] if place["table"] == "desk_message")
    assert messages["readable"] == 0 and messages["lost"] > 0
    assert lost["entries"] > 0, "the log stands"

    keys = ("--keys", str(tmp_path / "backup" / "keys"))
    code, said = here.run("backup", "restore", *keys)
    assert (code, said["error"]["code"]) == (1, "restore.keys_missing"), "Cy's key is in no backup"
    assert "1 of 2 persons" in said["error"]["sentence"]
    said = here.do("backup", "restore", *keys, "--write-off-lost")
    assert said["written_off"] > 0
    assert here.person(BO)
    assert here.do("ticket", "list")["tickets"]
    assert here.do("doctor")["ok"]


def test_a_burnt_machine_is_rebuilt_only_with_a_current_fence_list(
    here: DrillInstance, tmp_path: Path
) -> None:
    second = tmp_path / "another disk"
    here.settings = {"AUREOLE_FENCES_FOLDER": str(second)}
    _two_persons(here, tmp_path)
    backup = tmp_path / "backup"
    here.do("backup", "create", str(backup))
    ada = here.person(ADDRESS)
    here.do("person", "erase", str(ada), "--reason", "asked", "--yes")

    home = tmp_path / "new machine"
    with EmbeddedServer(home, settings=FLEETING).shared() as server:
        fresh = DrillInstance(home, server)
        (home / "secrets").mkdir(exist_ok=True)
        shutil.copy(here.home / "secrets" / "root_key", home / "secrets" / "root_key")
        fresh.do("init")
        with_keys = (str(backup), "--keys", str(backup))
        code, said = fresh.run("backup", "restore", str(backup))
        assert (code, said["error"]["code"]) == (1, "keys.lost")
        code, said = fresh.run("backup", "restore", *with_keys)
        assert (code, said["error"]["code"]) == (1, "restore.no_fences")
        code, said = fresh.run("backup", "restore", *with_keys, "--fences", str(backup / "keys" / "fences"))
        assert (code, said["error"]["code"]) == (1, "restore.no_fences"), (
            "the backup's own copy is no current list"
        )

        said = fresh.do("backup", "restore", *with_keys, "--fences", str(second))

        assert (said["replayed"]["persons"], said["fences"]["current"]) == (1, True)
        assert said["replayed"]["keys"] > 0, "her keys were in the backup"
        assert fresh.person(BO)
        _nothing_names_ada(fresh, tmp_path)
