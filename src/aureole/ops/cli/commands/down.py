from __future__ import annotations

import os
import signal
import time

import typer

from aureole.kernel.errors import Broken
from aureole.ops.cli.output import Json, report, waiting

LIMIT = 60.0  # seconds


def register(app: typer.Typer) -> None:
    @app.command("down")
    def down(json: Json = False) -> None:
        """Stop everything of this home: web, worker and the embedded database.

        Jobs under way are finished first. Data is left as it is. An external database is not touched.
        """
        from aureole.ops.serving import served
        from config.env import read

        with report(json) as answer, waiting("Stopping"):
            env = read()
            running = served(env.home)
            if running:
                _stop_process(running.pid)
            database = env.needs_embedded_server and _stop_database()
            answer.tell(up_stopped=running is not None, database_stopped=database)
            answer.say("Stopped." if running or database else "Nothing was running.")


def _stop_process(pid: int) -> None:
    limit = time.monotonic() + LIMIT
    os.kill(pid, signal.SIGTERM)
    while time.monotonic() < limit:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if _is_zombie(pid):
            return
        time.sleep(0.05)
    raise Broken("down.slow", f"Process {pid} does not stop.")


def _is_zombie(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def _stop_database() -> bool:
    """True when it ran. A home that was never prepared stays as it is."""
    from aureole.ops.embedded import EmbeddedServer
    from config.env import read

    home = read().home
    if not (home / "secrets" / "db_password").exists():
        return False
    server = EmbeddedServer(home)
    if server.status().pid is None:
        return False
    server.stop()
    return True
