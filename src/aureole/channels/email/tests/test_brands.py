"""Brands: which one a mail is of, and under whose name its answer leaves."""

from __future__ import annotations

import pytest
from django.conf import settings

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.letter import write_letter
from aureole.channels.email.models import InboundMail, InboundState, OutboundMail, QuarantineReason
from aureole.channels.email.parse import parse
from aureole.desk.actions.add_brand import add_brand
from aureole.desk.actions.change_brand import change_brand
from aureole.desk.actions.enter_ticket import enter_ticket
from aureole.desk.actions.remove_brand import remove_brand
from aureole.desk.actions.reply import reply
from aureole.desk.actions.set_brand import set_brand
from aureole.desk.models import Brand, BrandAddress, Participant, Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotPermitted, Refused
from aureole.ledger.models import Entry
from aureole.testing.personas import Personas

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

OPERATOR = Actor.operator()


@pytest.fixture
def fjell() -> Brand:
    addresses = ["help@fjell.example", "returns@fjell.example"]
    return add_brand(code="fjell", name="Fjell & Co", addresses=addresses, by=OPERATOR)


def _mail(*headers: str, sender: str = "ada@brevduva.example") -> InboundMail:
    lines = [f"From: <{sender}>", "Subject: Pole", *headers, "", "It snapped."]
    return receive_mail(raw="\r\n".join(lines).encode())


@pytest.mark.parametrize(
    "header",
    ["To: Fjell <Returns@FJELL.example>", "Cc: help@fjell.example", "Delivered-To: returns@fjell.example"],
)
def test_a_mail_to_a_brands_address_opens_a_ticket_of_it(fjell: Brand, header: str) -> None:
    ticket = _mail(header).ticket
    assert ticket is not None
    assert ticket.brand == fjell
    assert not Participant.objects.filter(ticket=ticket).exists(), "the brand is nobody who was copied"


def test_what_was_typed_counts_before_where_it_was_delivered(fjell: Brand) -> None:
    add_brand(code="hav", name="Hav", addresses=["help@hav.example"], by=OPERATOR)
    assert _mail("To: help@fjell.example", "Delivered-To: help@hav.example").ticket.brand == fjell  # type: ignore[union-attr]
    assert _mail(f"To: {settings.AUREOLE_MAILBOX}").ticket.brand is None  # type: ignore[union-attr]


def test_an_answer_leaves_under_the_brand_and_what_comes_back_joins(fjell: Brand, personas: Personas) -> None:
    ticket = _mail("To: returns@fjell.example").ticket
    assert ticket is not None
    message = reply(ticket=ticket, text="Which one?", by=personas.agent().actor)
    outbound = OutboundMail.objects.get(message=message)
    letter = parse(write_letter(outbound))
    assert [(a.name, a.address) for a in letter.from_] == [("Fjell & Co", "help@fjell.example")]
    for there in (f"To: {letter.reply_to[0].address}", "To: help@fjell.example"):
        answered = _mail(there, f"In-Reply-To: <{letter.message_id}>")
        assert (answered.ticket_id, answered.opened_ticket) == (ticket.id, False)
    remove_brand(brand=fjell, by=OPERATOR)
    letter = parse(write_letter(OutboundMail.objects.get(pk=outbound.pk)))
    assert letter.from_[0].address == settings.AUREOLE_MAILBOX
    assert Ticket.objects.get(pk=ticket.pk).brand == fjell


def test_a_ticket_an_agent_enters_begins_with_a_mail_of_the_brand(fjell: Brand, personas: Personas) -> None:
    ada = personas.person(address="ada@brevduva.example")
    ticket = enter_ticket(
        requester=ada, subject="Your pole", text="It is here.", brand=fjell, by=personas.agent().actor
    )
    letter = parse(write_letter(OutboundMail.objects.get()))
    assert (letter.subject, letter.from_[0].address) == ("Your pole", "help@fjell.example")
    assert _mail("To: help@fjell.example", f"In-Reply-To: <{letter.message_id}>").ticket_id == ticket.id


def test_a_brands_own_mail_come_back_is_no_customers(fjell: Brand) -> None:
    found = _mail(f"To: {settings.AUREOLE_MAILBOX}", sender="help@fjell.example")
    assert (found.state, found.reason) == (InboundState.QUARANTINED, QuarantineReason.FROM_OURSELVES)


def test_brands_are_made_changed_and_removed_each_with_an_entry(fjell: Brand, personas: Personas) -> None:
    same = {"code": "Fjell", "name": "Fjell & Co", "by": OPERATOR}
    assert add_brand(addresses=["help@fjell.example", "Returns@fjell.example"], **same) == fjell  # type: ignore[arg-type]
    for trouble in (
        {"code": "fjell", "name": "Another", "addresses": ["x@fjell.example"]},
        {"code": "hav", "name": "Hav", "addresses": ["help@fjell.example"]},
        {"code": "hav", "name": "Hav", "addresses": []},
        {"code": "hav", "name": "Hav", "addresses": ["a b@hav.example"]},
        {"code": "hav", "name": " ", "addresses": ["a@hav.example"]},
        {"code": "the whole sea", "name": "Hav", "addresses": ["a@hav.example"]},
    ):
        with pytest.raises(Refused, match=r"[Nn]othing was"):
            add_brand(by=OPERATOR, **trouble)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        change_brand(brand=fjell, name="Mine", by=personas.agent().actor)
    change_brand(brand=fjell, addresses=["new@fjell.example", "help@fjell.example"], by=OPERATOR)
    assert set(BrandAddress.objects.values_list("address", flat=True)) == {
        "new@fjell.example", "help@fjell.example",
    }  # fmt: skip
    remove_brand(brand=fjell, by=OPERATOR)
    remove_brand(brand=fjell, by=OPERATOR)
    with pytest.raises(Refused):
        set_brand(ticket=personas.ticket(), brand=fjell, by=OPERATOR)
    add_brand(code="fjell", name="Fjell", addresses=["help@fjell.example"], by=OPERATOR)
    types = Entry.objects.filter(type__startswith="desk.brand_").order_by("number")
    assert list(types.values_list("type", flat=True)) == [
        "desk.brand_added", "desk.brand_changed", "desk.brand_removed", "desk.brand_added",
    ]  # fmt: skip
