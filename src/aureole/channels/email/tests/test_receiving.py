from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from aureole.channels.email.actions import receive_mail as receiving
from aureole.channels.email.actions import settle_mail as settling
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.actions.retire_intake_keys import retire_intake_keys
from aureole.channels.email.actions.retry_quarantined import retry_quarantined
from aureole.channels.email.actions.settle_mail import settle_mail
from aureole.channels.email.ingestion import ingest_files
from aureole.channels.email.models import InboundMail, InboundState, QuarantineReason
from aureole.channels.email.parsed import Reason
from aureole.channels.email.quarantine import open_quarantined, waiting
from aureole.channels.email.tests.corpus import HERE, mail, outside
from aureole.desk.models import Attachment, Message, Ticket
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.ledger.models import Entry
from aureole.people.models import Person, PersonStatus
from aureole.vault import files
from aureole.vault.intake import intake_subject
from aureole.vault.models import SealedFile

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

RAW = b"From: Ada <ada@brevduva.example>\r\nSubject: Pole\r\nMessage-ID: <1@brevduva.example>\r\n\r\nIt snapped.\r\n"


@pytest.fixture
def broken_filing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """Filing raises what the test puts into the list, once each."""
    real = settling.file_mail
    trouble: list[Exception] = []

    def filing(*args: object) -> object:
        if trouble:
            raise trouble.pop(0)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(settling, "file_mail", filing)
    return trouble


def test_a_mail_becomes_a_ticket_with_its_words() -> None:
    found = receive_mail(raw=RAW)
    assert found.state == InboundState.ACCEPTED
    assert found.opened_ticket
    message = Message.objects.get(pk=found.message_id)
    assert (str(message.text), str(message.ticket.subject)) == ("It snapped.", "Pole")
    assert message.parties["from"] == {"name": "Ada", "address": "ada@brevduva.example"}


def test_once_read_no_copy_of_the_raw_mail_stays() -> None:
    found = receive_mail(raw=RAW)
    assert found.file_id is None
    assert not SealedFile.objects.exists()


def test_the_same_mail_again_changes_nothing() -> None:
    first = receive_mail(raw=RAW)
    again = receive_mail(raw=RAW)
    assert again.id == first.id
    assert not again.settled_just_now
    assert (Ticket.objects.count(), Message.objects.count(), InboundMail.objects.count()) == (1, 1, 1)


def test_the_same_mail_in_another_mailbox_is_another_mail() -> None:
    receive_mail(raw=RAW)
    receive_mail(raw=RAW, mailbox="sales@nordlys.example")
    assert Message.objects.count() == 2


def test_another_mail_with_the_same_message_id_is_kept_and_marked() -> None:
    receive_mail(raw=RAW)
    other = receive_mail(raw=RAW.replace(b"snapped", b"bent"))
    assert other.state == InboundState.ACCEPTED
    assert other.repeats_id
    assert Message.objects.count() == 2


def test_what_cannot_be_read_is_set_apart_with_the_reason_and_kept_whole() -> None:
    found = receive_mail(raw=b"Subject: no sender\r\n\r\nHi")
    assert (found.state, found.reason, found.attempts) == (InboundState.QUARANTINED, "no_sender", 1)
    assert open_quarantined(mail_id=found.id, by=Actor.operator())[1] == b"Subject: no sender\r\n\r\nHi"
    assert Ticket.objects.count() == 0
    assert set(Entry.objects.values_list("type", flat=True)) == {"mail.quarantined", "mail.quarantine_read"}


def test_a_quarantined_mail_that_comes_again_is_a_duplicate() -> None:
    receive_mail(raw=b"Subject: no sender\r\n\r\nHi")
    assert not receive_mail(raw=b"Subject: no sender\r\n\r\nHi").settled_just_now


def test_a_mail_our_code_stumbles_over_is_set_apart_and_can_be_retried(
    broken_filing: list[Exception],
) -> None:
    broken_filing.append(ValueError("a bug"))
    found = receive_mail(raw=RAW)
    assert (found.state, found.reason) == (InboundState.QUARANTINED, "not_stored")
    assert [row.id for row in waiting()] == [found.id]
    retried = retry_quarantined(mail_id=found.id, by=Actor.operator())
    assert (retried.state, retried.attempts) == (InboundState.ACCEPTED, 2)
    assert Message.objects.count() == 1
    with pytest.raises(NotFound):
        retry_quarantined(mail_id=found.id, by=Actor.operator())


def test_a_failure_that_is_not_the_mails_fault_leaves_it_received(broken_filing: list[Exception]) -> None:
    broken_filing.append(OperationalError("connection lost"))
    with pytest.raises(OperationalError):
        receive_mail(raw=RAW)
    assert InboundMail.objects.get().state == InboundState.RECEIVED
    assert Ticket.objects.count() == 0
    again = receive_mail(raw=RAW)
    assert (again.state, again.settled_just_now) == (InboundState.ACCEPTED, True)
    assert Message.objects.count() == 1


def test_settling_twice_makes_one_message() -> None:
    found = receive_mail(raw=RAW)
    assert settle_mail(found.id).message_id == found.message_id
    assert Message.objects.count() == 1


def test_mail_of_a_person_being_erased_is_kept_apart() -> None:
    receive_mail(raw=RAW)
    Person.objects.update(status=PersonStatus.ERASING)
    found = receive_mail(raw=RAW.replace(b"<1@", b"<2@"))
    assert (found.state, found.reason) == (InboundState.QUARANTINED, "sender_frozen")


@pytest.mark.parametrize("status", [PersonStatus.ACTIVE, PersonStatus.ERASING])
def test_a_mail_that_an_erasure_took_while_it_was_read_is_no_fault_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, status: PersonStatus
) -> None:
    receive_mail(raw=RAW)
    Person.objects.update(status=status)
    monkeypatch.setattr(receiving, "settle", _with_its_row_gone)
    found = receive_mail(raw=RAW.replace(b"<1@", b"<2@"))
    assert (found.state, found.message_id, found.settled_just_now) == (InboundState.QUARANTINED, None, False)
    assert settle_mail(found.id) is None and Message.objects.count() == 1
    with pytest.raises(NotFound):
        retry_quarantined(mail_id=found.id, by=Actor.operator())


def _with_its_row_gone(found: InboundMail, raw: bytes, *, live: bool) -> InboundMail:
    InboundMail.objects.filter(pk=found.pk).delete()
    return settling.settle(found, raw, live=live)


def test_every_code_of_the_parser_is_a_reason_of_the_quarantine() -> None:
    assert set(Reason) <= set(QuarantineReason.values)


def test_our_own_mail_come_back_is_set_apart() -> None:
    own = settings.AUREOLE_MAILBOX.encode()
    found = receive_mail(raw=RAW.replace(b"ada@brevduva.example>\r\nSubject", own + b">\r\nSubject"))
    assert (found.state, found.reason) == (InboundState.QUARANTINED, "from_ourselves")


def test_attachments_arrive_with_their_bytes() -> None:
    found = receive_mail(raw=mail("attachment_with_base64_encoded_name"))
    (attachment,) = Attachment.objects.filter(message_id=found.message_id).select_related("file")
    assert str(attachment.name) == "This is a test.pdf"
    assert len(files.read_file(attachment.file)) == 399


def test_whom_a_person_copied_in_is_a_participant() -> None:
    raw = RAW.replace(b"Subject", b"Cc: Bo <bo@brevduva.example>, support@x.example\r\nSubject", 1)
    ticket = receive_mail(raw=raw).ticket
    assert ticket is not None
    assert ticket.participants.count() == 2


def test_newsletters_make_no_persons_of_those_they_copy() -> None:
    raw = RAW.replace(b"Subject", b"List-Id: <x.y>\r\nCc: Bo <bo@brevduva.example>\r\nSubject", 1)
    receive_mail(raw=raw)
    assert Person.objects.count() == 1


def test_a_date_in_the_future_does_not_count() -> None:
    raw = RAW.replace(b"Subject", b"Date: Mon, 30 Jun 3609 10:00:00 +0000\r\nSubject", 1)
    ticket = receive_mail(raw=raw).ticket
    assert ticket is not None
    assert ticket.last_message_at.year < 3000


def test_intake_keys_of_past_days_are_destroyed_and_quarantine_stays_readable() -> None:
    with clock.at(clock.now() - timedelta(days=5)):
        found = receive_mail(raw=b"Subject: no sender\r\n\r\nHi")
        old = intake_subject()
    assert SealedFile.objects.get().person_id == old
    assert retire_intake_keys() == 1
    assert SealedFile.objects.get().person_id == intake_subject()
    assert open_quarantined(mail_id=found.id, by=Actor.operator())[1].endswith(b"Hi")
    assert retire_intake_keys() == 0


@hypothesis_settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda b: b"From: a@b.example\r\n" + b))
)
def test_any_bytes_are_accepted_or_set_apart(raw: bytes) -> None:
    found = receive_mail(raw=raw, mailbox=f"{uuid.uuid4()}@x.example")
    assert found.state in (InboundState.ACCEPTED, InboundState.QUARANTINED)
    assert (found.state == InboundState.QUARANTINED) == bool(found.reason)


def test_ingesting_a_folder_counts_every_mail() -> None:
    tally = ingest_files([str(HERE)])
    total = len(list(HERE.glob("*.eml")))
    assert (tally.read, tally.accepted, tally.quarantined, tally.duplicates) == (total, total - 1, 1, 0)
    again = ingest_files([str(HERE)])
    assert (again.accepted, again.duplicates, again.tickets_created) == (0, total, 0)
    assert json.dumps(again.as_json())


def test_ingesting_the_larger_set_reads_109() -> None:
    tally = ingest_files([str(outside("mail"))])
    assert tally.read == 109
    assert tally.accepted + tally.duplicates + tally.quarantined == 109
    assert [(r.path.rsplit("/", 1)[1], r.reason) for r in tally.results if r.outcome == "quarantined"] == [
        ("bad_encoded_subject.eml", "no_sender")
    ]
