"""One person in an instance of its own, then every byte the instance has on the disk searched for her.

Before her erasure (nothing of a person rests readable), right after it, after the database has cleared up, and with
everything stopped. A minute or two; `make drill`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from aureole.ops.embedded.connection import DATA, KEYS
from aureole.privacy.residue.encodings import ENCODINGS
from aureole.testing.canary import canary_terms
from aureole.testing.canary_words import ADDRESS, NAME, PHONE, mark
from aureole.testing.hunt import Hunted, hunt, written_in_every_way
from aureole.testing.mailserver import Mailserver, free_port, listening
from aureole.testing.own_instance import Browser, OwnInstance, legible_from_now_on
from aureole.testing.release import AGENT_ADDRESS, AGENT_PASSWORD

pytestmark = pytest.mark.drill

CONTROL = "Kontroll Ödlåsson.ödla@kanarie.example"
TYPED = mark("typed at the door")
TERMS = (*canary_terms(), TYPED, PHONE.removeprefix("+46"), "70 174 06 99")


@dataclass(frozen=True)
class Scene:
    """The instance with the canary in it; `own` is not served yet."""

    own: OwnInstance
    person: str
    ticket: int
    export: str
    bystander: str
    server: Mailserver

    def hunt(self, terms: tuple[str, ...] = TERMS) -> dict[str, Hunted]:
        """The home folder with everything below it, and the folder of passing files."""
        folders = {"home": self.own.home, "temporary": self.own.temporary}
        with self.own.session() as session:
            session.execute("CHECKPOINT")
        return {name: hunt(folder, terms) for name, folder in folders.items()}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with listening() as (server, address):
        own = OwnInstance(
            tmp_path / "home", tmp_path / "temporary", {"EMAIL_URL": f"smtp://{address}?tls=off"}
        )
        own.command("init")
        yield Scene(own=own, server=server, **_let_in(own))
        own.command("down")


def _let_in(own: OwnInstance) -> dict[str, object]:
    """While the server is kept running by us: it would stop, and start again, with every command."""
    with own.kept_running():
        legible_from_now_on(own)
        return dict(json.loads(own.run("-m", "aureole.testing.release")))


def test_nothing_of_a_person_rests_readable_and_nothing_is_left_of_an_erased_one(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    own, began = scene.own, time.monotonic()
    scene.server.answer = (
        "451 try again later"  # so that one mail to her still waits, with its job, when she goes
    )
    with own.serving(free_port()) as browser:
        _work_with_her(browser, scene)
        _plant_controls(own)
        _refuse_misses(scene.hunt((CONTROL,))["home"])
        _refuse_finds("before", scene.hunt())
        erased = own.command("person", "erase", scene.person, "--reason", "asked", "--yes")
        assert erased["residue"]["places"] == []
        _refuse_finds("right after", scene.hunt())
        _look_for_her(browser, scene)
        _clear_up(own)
        cleared = scene.hunt()
        _refuse_finds("after VACUUM FULL and a new write-ahead log", cleared)
    own.command("down")
    stopped = {"home": hunt(own.home, TERMS), "temporary": hunt(own.temporary, TERMS)}
    _refuse_finds("stopped, with the statistics the server wrote at its end", stopped)
    assert own.command("residue", *TERMS)["places"] == []
    home = stopped["home"]
    with capsys.disabled():
        print(
            f"\n  hunted five times for {len(TERMS)} texts in {len(ENCODINGS)} encodings; the last time in "
            f"{home.files} files, {home.bytes / 1e6:.0f} MB; {time.monotonic() - began:.0f} s in all",
            end=" ",
        )


def _refuse_finds(when: str, hunted: dict[str, Hunted]) -> None:
    finds = [(name, f.place, TERMS[f.term], f.encoding) for name, h in hunted.items() for f in h.finds]
    assert finds == [], f"{when}: readable on the disk"
    assert hunted["home"].files > 500, f"{when}: that was no instance"


def _plant_controls(own: OwnInstance) -> None:
    """In each place a leak would be: a row (and so a page and the write-ahead log), a file, a log."""
    ways = written_in_every_way(CONTROL)
    for database in (DATA, KEYS):
        with own.session(database) as session:
            session.execute("CREATE TABLE control (way text, written bytea)")
            session.execute("ALTER TABLE control ALTER written SET STORAGE EXTERNAL")
            for way, written in ways.items():
                session.execute("INSERT INTO control VALUES (%s, %s)", [way, written])
    for folder in ("files", "logs"):
        for number, written in enumerate(ways.values()):
            (own.home / folder / f"control-{number}").write_bytes(b"before " + written + b" after")


def _refuse_misses(hunted: Hunted) -> None:
    """What cannot be found when it is there proves nothing when it is not found."""
    ways = {way.split(",")[0] for way in written_in_every_way(CONTROL)}
    for place in ("files/control", "logs/control", "/base/", "/pg_wal/"):
        seen = {find.encoding for find in hunted.finds if place in f"/{find.place}"}
        assert ways - seen == set(), f"planted and not found in {place}"


def _work_with_her(browser: Browser, scene: Scene) -> None:
    """An agent's day, and what strangers type at the door; each leaves traces where there are any."""
    for address, password in ((ADDRESS, TYPED), (TYPED + "@x.example", NAME), ("", TYPED)):
        assert browser.post("/sign-in/", {"address": address, "password": password})[0] == 422
    assert browser.post("/sign-in/", {"address": AGENT_ADDRESS, "password": AGENT_PASSWORD})[0] == 200
    ticket, person = f"/tickets/{scene.ticket}/", f"/people/{scene.person}/"
    for path in ("/", ticket, person, f"{person}data/", f"{person}log/", "/people/", "/privacy/exports/"):
        assert browser.get(path)[0] == 200, path
    assert NAME in browser.get(person)[1], "she can be looked at"
    status, found = browser.post("/find/", {"q": NAME}, form_on="/")
    assert (status, NAME in found) == (200, True)
    assert browser.post(f"{ticket}draft/", {"body": f"Draft {TYPED}", "kind": "reply"}, form_on=ticket)[1]
    assert (
        browser.post(f"{ticket}answer/", {"body": f"Note {TYPED}", "kind": "note"}, form_on=ticket)[0] == 200
    )
    values = {"name": NAME, "pronouns": TYPED, "postal_address": f"{TYPED} 1", "language": ""}
    assert browser.post(f"{person}correct/", values)[0] == 200
    assert TYPED in browser.get(ticket)[1], "what was typed is kept"
    assert browser.get(f"/privacy/exports/{scene.export}/download/")[0] == 200
    _stumble(browser, scene)


def _stumble(browser: Browser, scene: Scene) -> None:
    """Requests that end on an error page, with her words in address, form and file name."""
    assert browser.get(f"/no/such/{TYPED}?q={TYPED}")[0] == 404
    assert browser.get(f"/tickets/{scene.ticket}/?cursor={TYPED}&queue={TYPED}")[0] in (200, 400, 404)
    assert browser.post(f"/tickets/{scene.ticket}/priority/", {"priority": TYPED}, form_on="/")[0] >= 400
    long = {"name": NAME * 100, "pronouns": TYPED, "postal_address": "", "language": TYPED}
    assert browser.post(f"/people/{scene.person}/correct/", long)[0] == 422
    assert browser.post(f"/privacy/erase/{scene.person}/", {"confirm": f"{NAME} {TYPED}"})[0] == 422
    with scene.own.session() as session:  # a broken statement, as a fault of ours would send it
        for statement in ("SELECT %s::int", "INSERT INTO desk_tag (id, name) VALUES (%s, NULL)"):
            with pytest.raises(Exception, match="invalid input"):
                session.execute(statement, [f"{NAME} {TYPED}"])


def _look_for_her(browser: Browser, scene: Scene) -> None:
    assert browser.get(f"/people/{scene.person}/")[0] == 410
    assert NAME not in browser.get(f"/people/{scene.person}/")[1]
    assert browser.get(f"/privacy/exports/{scene.export}/download/")[0] == 404
    assert NAME not in browser.get("/")[1]


def _clear_up(own: OwnInstance) -> None:
    """What a careful operator can do: rewrite every table, start a new log, drop what the old one held."""
    for database in (DATA, KEYS):
        with own.session(database) as session:
            session.execute("DROP TABLE control")
            session.execute("VACUUM FULL ANALYZE")
    with own.session() as session:
        for _ in range(2):
            session.execute("SELECT pg_switch_wal()")
            session.execute("CHECKPOINT")
