"""The work of `aureole up`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FrameType

from aureole.kernel.errors import Broken, Refused
from aureole.ops.cli.output import Report, waiting
from aureole.ops.instance import Instance, prepare_instance_home, reach_databases
from aureole.ops.pages import are_pages_stale, rebuild_pages
from aureole.ops.processes import Program, Supervisor, last_words
from aureole.ops.schema import bring_up_to_date
from aureole.ops.serving import answers, choose_port, only_one, url_of, write_note
from aureole.ops.standing import refuse_unsound
from config.env import read

READY_LIMIT = 90.0  # seconds


@dataclass(frozen=True, kw_only=True)
class _Door:
    """Where we listen, and the address people are told."""

    host: str
    port: int
    url: str


# How the sample company calls itself, unless the operator has named the instance.
SAMPLE_COMPANY = {"AUREOLE_WORKSPACE": "Nordlys Outdoor", "AUREOLE_MAILBOX": "hej@nordlys-outdoor.example"}


def serve(answer: Report, *, demo: bool, host: str, port: int | None) -> None:
    """Returns after Ctrl-C, `aureole down` or SIGTERM, with everything stopped."""
    if demo:
        for name, value in SAMPLE_COMPANY.items():
            os.environ.setdefault(name, value)
    env = read()
    prepare_instance_home(env)
    with ExitStack() as stack:
        stack.enter_context(only_one(env.home))
        chosen = choose_port(host, port)
        _build_changed_pages()
        with waiting("Starting the database"):
            here = stack.enter_context(reach_databases())
        with waiting("Preparing the tables"):
            bring_up_to_date(here.env)
            refuse_unsound(here.env)
        door = _Door(host=host, port=chosen, url=_public_url(host, chosen))
        stop = stack.enter_context(_stop_request())
        programs = stack.enter_context(_programs(here, door))
        path = _welcome(demo=demo, stop=stop)
        _wait_until_ready(here, door, programs, stop)
        if not stop.is_set():
            _say_where(answer, here, door, path)
            programs.start(_worker(here))  # last: people wait for pages, not for it
            programs.watch(stop)
        answer.say("Stopping …")


def _build_changed_pages() -> None:
    """In a checkout only. What cannot be built is said, and the pages look as they did before."""
    if not are_pages_stale():
        return
    with waiting("Building styles and scripts"):
        trouble = rebuild_pages()
    if trouble:
        print(trouble, file=sys.stderr, flush=True)


def _public_url(host: str, port: int) -> str:
    """Children read the same setting, so that links in mail and on pages agree with what is printed."""
    return os.environ.setdefault("AUREOLE_BASE_URL", url_of(host, port)).rstrip("/")


@contextmanager
def _stop_request() -> Iterator[threading.Event]:
    """Set by the first Ctrl-C or SIGTERM."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _programs(here: Instance, door: _Door) -> Iterator[Supervisor]:
    supervisor = Supervisor(
        [Program(name="web", command=_web_command(door), log=here.env.home / "logs" / "web.log")],
        environment={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        descriptors=here.descriptors,
        notice=lambda sentence: print(sentence, file=sys.stderr, flush=True),
    )
    try:
        yield supervisor
    finally:
        supervisor.stop()


def _worker(here: Instance) -> Program:
    command = [sys.executable, "-m", "aureole.ops.worker"]
    return Program(name="worker", command=command, log=here.env.home / "logs" / "worker.log")


def _web_command(door: _Door) -> list[str]:
    # Addresses are personal data and links hold tokens: no access log.
    return [
        sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--no-ws",
        "--host", door.host, "--port", str(door.port), "--loop", "asyncio",
        "--log-level", "warning", "--no-access-log", "config.asgi:application",
    ]  # fmt: skip


def _welcome(*, demo: bool, stop: threading.Event) -> str | None:
    """The path of a sign-in link. Raises Refused or Broken when the application cannot make one."""
    command = [sys.executable, "-m", "aureole.ops.welcome", *(["--demo"] if demo else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if stop.is_set():
        return None
    answer = json.loads(done.stdout or "{}")
    if "refused" in answer:
        raise Refused(*answer["refused"])
    if done.returncode != 0:
        raise Broken("up.welcome_failed", "The application did not start; the reason stands above.")
    path = answer["sign_in"]
    return str(path) if path else None


def _wait_until_ready(here: Instance, door: _Door, programs: Supervisor, stop: threading.Event) -> None:
    limit = time.monotonic() + READY_LIMIT
    with waiting("Starting the web server"):
        while not stop.is_set() and not answers(door.host, door.port, "/readyz"):
            if "web" in programs.ended() or time.monotonic() > limit:
                log = here.env.home / "logs" / "web.log"
                raise Broken(
                    "up.web_failed",
                    f"The web server did not come up. It said: {last_words(log)} (log: {log})",
                )
            stop.wait(0.1)


def _say_where(answer: Report, here: Instance, door: _Door, path: str | None) -> None:
    write_note(here.env.home, door.url, told=("AUREOLE_BASE_URL", *SAMPLE_COMPANY))
    link = f"{door.url}{path}" if path else None
    answer.tell(url=door.url, sign_in=link, home=str(here.env.home), pid=os.getpid())
    answer.say(f"Aureole is ready:   {door.url}")
    if link:
        answer.say(f"Sign in (once, within the hour):\n  {link}")
    else:
        answer.say("No account yet. In another terminal:\n  aureole agent add YOU@EXAMPLE.ORG --role admin")
    answer.say("Ctrl-C stops everything.")
    answer.print_document()
