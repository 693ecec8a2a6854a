"""A throw-away server for a test run: 0.3 s to start, gone at the end."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aureole.ops.embedded.account import Account, choose_account
from aureole.ops.embedded.binaries import find_binaries
from aureole.ops.embedded.cluster import FLEETING, make_cluster
from aureole.ops.embedded.connection import ConnectionInfo
from aureole.ops.embedded.server import EmbeddedServer
from aureole.ops.home import keep_secret, make_private_folder

# The cached cluster holds no data, and the copies listen on no network: this guards nothing.
PASSWORD = "for-tests-only"  # noqa: S105  it guards nothing
# Statistics taken at a moment of their own would make plans differ between runs. After how long the server looks for a
# deadlock stays as it is elsewhere: it decides which of those that wait for each other is ended.
_SETTINGS = {**FLEETING, "autovacuum": "off"}


@dataclass(frozen=True, kw_only=True)
class TestCluster:
    """A home folder with a running server that no other run shares."""

    __test__ = False

    home: Path
    server: EmbeddedServer
    connection: ConnectionInfo

    def stop(self) -> None:
        """Stops the server and removes everything. Safe to call twice."""
        if self.home.exists():
            self.server.stop()
            shutil.rmtree(self.home)


def start_test_cluster(cache: Path) -> TestCluster:
    """A server of its own for this process, stopped when it ends. `cache` keeps an empty cluster to copy."""
    home = Path(tempfile.mkdtemp(prefix="aureole-test-"))
    server = EmbeddedServer(home, settings=_SETTINGS, account=copy_empty_cluster(home, cache))
    cluster = TestCluster(home=home, server=server, connection=server.ensure_running())
    atexit.register(cluster.stop)
    return cluster


def copy_empty_cluster(home: Path, cache: Path) -> Account:
    """Into a home that has no cluster yet: a tenth of what making one takes."""
    keep_secret(home / "secrets" / "db_password", lambda: PASSWORD)
    account = choose_account(home, find_binaries())
    if account.user is None:  # a copy made by us would not belong to the other account
        make_private_folder(account.state)
        shutil.copytree(_empty_cluster(cache), account.state / "data")
    return account


def _empty_cluster(cache: Path) -> Path:
    binaries = find_binaries()
    kept = cache / f"cluster-{binaries.version}"
    if not kept.exists():
        with tempfile.TemporaryDirectory(prefix="aureole-cluster-") as work:
            data = make_cluster(choose_account(Path(work), binaries), password=PASSWORD)
            cache.mkdir(parents=True, exist_ok=True)
            fresh = shutil.copytree(data, cache / f"fresh-{os.getpid()}")
        with suppress(OSError):  # another run was faster; its copy is as good
            fresh.rename(kept)
        shutil.rmtree(fresh, ignore_errors=True)
    return kept
