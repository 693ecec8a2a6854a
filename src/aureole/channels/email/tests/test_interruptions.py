"""Taking a mail in, interrupted at every step: nothing is lost, nothing is doubled."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import InboundMail, InboundState
from aureole.desk.models import Message, Ticket
from aureole.testing.critical_commands import taking_a_mail_in
from aureole.testing.interruptions import LASTING, How, Kind
from aureole.testing.rehearsal import every_step

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def _raw(number: int) -> bytes:
    return (f"From: Ada <ada{number}@x.example>\r\nMessage-ID: <{number}@x>\r\n\r\nMail {number}").encode()


@pytest.mark.slow
def test_a_step_that_was_carried_out_and_never_confirmed_loses_and_doubles_nothing() -> None:
    """At steps that last; every step there is, and kill -9, in tests/drills."""
    every_step(taking_a_mail_in(), how=How.LOST, kinds=LASTING, stride=2, at_least=9)


@pytest.mark.slow
def test_a_root_key_that_does_not_answer_is_not_the_mails_fault() -> None:
    every_step(taking_a_mail_in(), how=How.REFUSED, kinds={Kind.ROOT_KEY}, at_least=1)


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
