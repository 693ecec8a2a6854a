"""Taking a mail in, interrupted at every step: nothing is lost, nothing is doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import InboundMail, InboundState
from aureole.desk.models import Message, Ticket
from aureole.kernel.errors import Away
from aureole.vault.models import SealedFile

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def _raw(number: int) -> bytes:
    return (
        f"From: Ada <ada{number}@x.example>\r\nMessage-ID: <{number}@x>\r\nContent-Type: multipart/mixed; boundary=B"
        f"\r\n\r\n--B\r\n\r\nMail {number}\r\n--B\r\nContent-Disposition: attachment; filename=a.txt"
        "\r\n\r\nfile\r\n--B--"
    ).encode()


@contextmanager
def _failing_at(step: int) -> Iterator[list[int]]:
    """The database call of that number fails, in either database; yields the number of calls so far."""
    calls = [0]

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        calls[0] += 1
        if calls[0] == step:
            raise OperationalError("the connection was lost")
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in ("default", "keys"):
            stack.enter_context(connections[alias].execute_wrapper(wrapper))
        yield calls


def test_an_interruption_at_any_database_call_loses_and_doubles_nothing() -> None:
    step = 0
    while True:
        step += 1
        raw = _raw(step)
        with _failing_at(step) as calls:
            try:
                receive_mail(raw=raw)
            except (OperationalError, Away):
                assert calls[0] >= step
        if calls[0] < step:
            break
        found = receive_mail(raw=raw)
        assert found.state == InboundState.ACCEPTED
        assert found.file_id is None
        message = Message.objects.get(pk=found.message_id)
        assert str(message.text) == f"Mail {step}"
        assert message.attachments.count() == 1
    assert step > 8
    assert (InboundMail.objects.count(), Message.objects.count(), Ticket.objects.count()) == (
        step,
        step,
        step,
    )
    assert SealedFile.objects.count() == step


def test_two_processes_taking_the_same_mail_make_one_message() -> None:
    together = threading.Barrier(4)
    states: list[str] = []

    def take() -> None:
        try:
            together.wait(10)
            states.append(receive_mail(raw=_raw(1)).state)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert states == [InboundState.ACCEPTED] * 4
    assert (InboundMail.objects.count(), Message.objects.count(), Ticket.objects.count()) == (1, 1, 1)
    assert connection.is_usable()
