"""Critical commands killed with SIGKILL, refused and cut off at each of their steps. Minutes; `make drill`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aureole.testing.critical_anonymising import anonymising
from aureole.testing.critical_commands import (
    answering,
    erasing,
    merging,
    minting_keys,
    sealing_and_saving,
    taking_a_mail_in,
)
from aureole.testing.critical_upkeep import (
    replaying_a_restore,
    rotating_a_persons_keys,
    rotating_the_root_key,
)
from aureole.testing.interruptions import EVERY_KIND, LASTING, How, Kind
from aureole.testing.mailserver import Mailserver, sending_to_a_mailserver
from aureole.testing.rehearsal import Rehearsal, every_step
from config.addresses import MailServer

pytestmark = [pytest.mark.drill, pytest.mark.usefixtures("transactional_db")]

Making = Callable[[Mailserver], Rehearsal[Any]]
# Beside each: how many steps of it last, at least.
COMMANDS: dict[str, tuple[Making, int]] = {
    "mint": (lambda server: minting_keys(), 1),
    "seal and save": (lambda server: sealing_and_saving(), 8),
    "ingest": (lambda server: taking_a_mail_in(), 15),
    "reply": (answering, 9),
    "erase": (lambda server: erasing(), 18),
    "anonymise": (lambda server: anonymising(), 20),
    "merge": (lambda server: merging(), 2),
    "rotate root": (lambda server: rotating_the_root_key(), 4),
    "rotate person": (lambda server: rotating_a_persons_keys(), 4),
    "replay": (lambda server: replaying_a_restore(), 10),
}
# Hundreds of steps, most of them reads: one that fails leaves what the step before it left.
WRITES_ONLY = ("erase", "anonymise", "merge", "replay")


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
    make, lasting = COMMANDS[command]
    kinds = _kinds(command, how)
    at_least = None if kinds > LASTING | {Kind.ROOT_KEY} else lasting
    steps = every_step(make(server), how=how, kinds=kinds, at_least=at_least)
    figures = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(s.kind for s in steps).items()))
    with capsys.disabled():
        print(
            f"\n  {command}, {how}: {len(steps)} steps ({figures}) in {time.monotonic() - begun:.0f} s",
            end=" ",
        )


def _kinds(command: str, how: How) -> frozenset[Kind]:
    """All there are, but for those that equal others.

    A call whose answer is lost while nothing of it lasts ends as one that was refused: it is rolled back. Those of
    WRITES_ONLY have hundreds of steps, most of them reads: one that fails leaves what the step before it left.
    They are killed at every write, and refused where it lasts.
    """
    if how == How.LOST:
        return LASTING
    if command not in WRITES_ONLY:
        return EVERY_KIND
    return EVERY_KIND - {Kind.READ} if how == How.KILLED else LASTING | {Kind.ROOT_KEY}
