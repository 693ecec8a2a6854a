"""What waits for the disk: the commit that answers for a mail, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from aureole.channels.email.actions import settle_mail as settling
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import InboundMail, InboundState
from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
RAW = b"From: Ada <ada@brevduva.example>\r\nSubject: Pole\r\nMessage-ID: <1@brevduva.example>\r\n\r\nIt snapped.\r\n"


@contextmanager
def statements() -> Iterator[list[tuple[str, bool]]]:
    """Each statement, and whether its transaction waits for the disk."""
    seen: list[tuple[str, bool]] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((" ".join(sql.split()), "synchronous_commit = off" not in sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def test_the_transaction_that_files_a_mail_waits_for_the_disk() -> None:
    with statements() as seen:
        receive_mail(raw=RAW)
    assert [sql[:40] for sql, waits in seen if not waits] == [
        "SET LOCAL synchronous_commit = off; WITH",
        "SET LOCAL synchronous_commit = off; SELE",
    ]
    assert any(waits and "UPDATE email_inbound_mail" in sql for sql, waits in seen)


def test_the_session_waits_for_the_disk_again_after_each_of_them() -> None:
    with connection.cursor() as cursor:  # tests run on a server that never waits
        cursor.execute("SET synchronous_commit = local")
    receive_mail(raw=RAW)
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] == "local"
        cursor.execute("RESET synchronous_commit")


def test_the_transaction_that_sets_a_mail_apart_waits_for_the_disk() -> None:
    with statements() as seen:
        found = receive_mail(raw=b"Subject: no sender\r\n\r\nHi")
    assert found.state == InboundState.QUARANTINED
    assert [waits for sql, waits in seen if sql.startswith("UPDATE")] == [True]


def test_a_mail_is_kept_before_a_byte_of_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """Nothing in us may catch it, as nothing catches a killed process."""

    def kill(raw: bytes) -> None:
        raise Killed

    monkeypatch.setattr(settling, "parse", kill)
    with pytest.raises(Killed):
        receive_mail(raw=RAW)
    kept = InboundMail.objects.select_related("file").get()
    assert kept.state == InboundState.RECEIVED
    assert kept.file is not None


def test_a_duplicate_leaves_no_second_copy_of_its_bytes() -> None:
    from aureole.vault.models import SealedFile

    receive_mail(raw=b"Subject: no sender\r\n\r\nHi")
    receive_mail(raw=b"Subject: no sender\r\n\r\nHi")
    assert SealedFile.objects.count() == 1


def test_entries_written_together_know_their_numbers() -> None:
    from django.db import transaction

    from aureole.ledger.record import gathered, record

    with transaction.atomic(), gathered():
        entries = [record("mail.quarantined", by=Actor.system(), reason=r) for r in ("empty", "no_sender")]
    assert [e.number for e in entries] == list(
        Entry.objects.order_by("number").values_list("number", flat=True)
    )


def test_mail_of_somebody_known_takes_six_statements() -> None:
    receive_mail(raw=RAW)
    with statements() as seen:
        receive_mail(raw=RAW.replace(b"<1@", b"<2@"))
    assert len(seen) == 6, [sql[:60] for sql, _ in seen]
