"""An instance that an older version of the program made, brought up to date and worked on.

`older_instance.tar.xz` is its backup, with its root key and fence list: mails of Mira and Jonas, an erasure of Petra
with its certificate, a request to see that was prepared when nobody decided yet what an answer shows of others. All are
invented.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aureole.ops.embedded import EmbeddedServer
from aureole.ops.embedded.cluster import FLEETING
from tests.drills.instance import DrillInstance

pytestmark = pytest.mark.drill

OLD = Path(__file__).parent / "older_instance.tar.xz"
MIRA, PETRA, SECOND = "mira.oldfield@old.example", "petra.vormals@old.example", "second@old.example"
HERS = ("Mira Oldfield", MIRA, "Quagmirelli1")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[DrillInstance]:
    """As on a new machine: the root key first, then `init`, then the backup."""
    with tarfile.open(OLD) as packed:
        packed.extractall(tmp_path / "old", filter="data")
    home = tmp_path / "home"
    (home / "secrets").mkdir(parents=True, mode=0o700)
    shutil.copy(tmp_path / "old" / "root_key", home / "secrets" / "root_key")
    (home / "secrets" / "root_key").chmod(0o600)
    with EmbeddedServer(home, settings=FLEETING).shared() as server:
        instance = DrillInstance(home, server)
        instance.do("init")
        yield instance


def _found(here: DrillInstance, word: str) -> int:
    return len(here.do("search", "find", word)["hits"])


def _is_sound(here: DrillInstance) -> None:
    assert [f for f in here.do("doctor")["findings"] if f["level"] == "red"] == []
    assert here.do("ledger", "verify")["ok"]
    assert here.do("files", "check")
    assert here.person(PETRA) is None, "erased by the older version"


def test_what_an_older_version_made_is_restored_found_handed_out_and_erased(
    here: DrillInstance, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    here.do(
        "backup", "restore", str(old / "data"), "--keys", str(old / "keys"), "--fences", str(old / "fences"), "--yes"
    )  # fmt: skip
    _is_sound(here)
    assert [_found(here, word) for word in ("Quagmirelli1", "Zebrafinch2", "Wobblegong")] == [1, 1, 1]
    _its_request_is_decided_anew(here)
    here.do("backup", "create", str(tmp_path / "new"))
    here.do("person", "erase", str(here.person(MIRA)), "--reason", "asked", "--approved-by", SECOND, "--yes")
    assert here.do("residue", *HERS)["places"] == []
    for backup in (old / "data", tmp_path / "new"):
        here.do("backup", "restore", str(backup), "--yes")
        _is_sound(here)
        assert here.do("residue", *HERS)["places"] == [], "she is erased again"
        assert _found(here, "Wobblegong") == 1


def _its_request_is_decided_anew(here: DrillInstance) -> None:
    here.do("rights", "approve", "1", "--by", SECOND)
    code, said = here.run("rights", "complete", "1")
    assert (code, said["error"]["code"]) == (1, "plan_changed")
    here.do("rights", "prepare", "1")  # the ids of her mails, which it was about, are asked about no more
    here.do("rights", "approve", "1", "--by", SECOND)
    assert here.do("rights", "complete", "1")["state"] == "done"
