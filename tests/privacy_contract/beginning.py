"""Where every recorded story begins: the canary, bystanders who name her, and a neighbour. Made once, and put back."""

from __future__ import annotations

import copy
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

from django.db import connections
from django.test import override_settings

from aureole.testing.canary import Canary, bystanders_mention_her, release_canary
from aureole.testing.mailserver import sending_to_a_mailserver
from aureole.testing.neighbour import settle_neighbour
from aureole.testing.personas import Personas
from aureole.testing.snapshot import Snapshot, empty_databases, snapshot
from config.addresses import MailServer


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """waiting  jobs for the canary before anybody else was there; `mails` those to her, by state
    folder   for the fence list, and for whatever a story writes down
    """

    canary: Canary
    neighbour: uuid.UUID
    waiting: int
    mails: dict[str, int]
    folder: Path
    kept: Snapshot

    @contextmanager
    def again(self) -> Iterator[Canary]:
        """Inside the block both databases hold it, as if nothing had happened since; afterwards they are empty."""
        with _place(self.folder):
            self.kept.put_back()
            yield copy.deepcopy(self.canary)


@contextmanager
def beginning() -> Iterator[Beginning]:
    """Needs databases that commit; leaves them empty."""
    with tempfile.TemporaryDirectory(prefix="aureole-recorded-") as name, ExitStack() as lasting:
        folder = Path(name)
        with _place(folder):
            canary = release_canary(Personas())
            waiting = _count("SELECT status, count(*) FROM procrastinate_jobs GROUP BY 1").get("todo", 0)
            mails = _count("SELECT state, count(*) FROM email_outbound_mail GROUP BY 1")
            bystanders_mention_her(Personas())
            neighbour = settle_neighbour(Personas(), canary).person.id
            kept = lasting.enter_context(snapshot())
        yield Beginning(
            canary=canary, neighbour=neighbour, waiting=waiting, mails=mails, folder=folder, kept=kept
        )


@contextmanager
def _place(folder: Path) -> Iterator[None]:
    with (
        override_settings(
            AUREOLE_FENCES=(f"{folder}/fences",),
            AUREOLE_EMAIL=MailServer(host="127.0.0.1", port=9, user="", password="", tls="off"),
        ),
        sending_to_a_mailserver(),
    ):
        try:
            yield
        finally:
            empty_databases()


def _count(query: LiteralString) -> dict[str, int]:
    with connections["default"].cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())
