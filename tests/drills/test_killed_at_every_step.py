"""Critical commands killed with SIGKILL, refused and cut off at each of their steps. Minutes; `make drill`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aureole.testing.critical_commands import (
    answering,
    erasing,
    minting_keys,
    sealing_and_saving,
    taking_a_mail_in,
)
from aureole.testing.interruptions import EVERY_KIND, How, Kind
from aureole.testing.mailserver import Mailserver, sending_to_a_mailserver
from aureole.testing.rehearsal import Rehearsal, every_step
from config.addresses import MailServer

pytestmark = [pytest.mark.drill, pytest.mark.usefixtures("transactional_db")]

Making = Callable[[Mailserver], Rehearsal[Any]]
COMMANDS: dict[str, Making] = {
    "mint": lambda server: minting_keys(),
    "seal and save": lambda server: sealing_and_saving(),
    "ingest": lambda server: taking_a_mail_in(),
    "reply": answering,
    "erase": lambda server: erasing(),
}
# An erasure has some three hundred steps. A read that fails leaves what the step before it left.
_BUT_READS = EVERY_KIND - {Kind.READ}


@pytest.fixture
def server(settings: Any) -> Iterator[Mailserver]:
    settings.AUREOLE_EMAIL = MailServer(host="127.0.0.1", port=9, user="", password="", tls="off")
    with sending_to_a_mailserver() as found:
        yield found


@pytest.mark.parametrize("how", list(How))
@pytest.mark.parametrize("command", list(COMMANDS))
def test_at_every_step(
    command: str, how: How, server: Mailserver, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    kinds = _BUT_READS if command == "erase" else EVERY_KIND
    steps = every_step(COMMANDS[command](server), how=how, kinds=kinds)
    figures = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(s.kind for s in steps).items()))
    with capsys.disabled():
        print(
            f"\n  {command}, {how}: {len(steps)} steps ({figures}) in {time.monotonic() - begun:.0f} s",
            end=" ",
        )
