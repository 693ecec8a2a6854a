from __future__ import annotations

import html
from datetime import date

import pytest

from aureole.desk.actions.add_brand import add_brand
from aureole.desk.actions.set_type import set_type
from aureole.desk.models import Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn

HTMX = {"HX-Request": "true"}


def test_a_ticket_is_taken_given_and_let_go(personas: Personas, sign_in: SignIn) -> None:
    client, ticket, other = sign_in(), personas.ticket(), personas.agent("Mikkel Dam")
    mine = client.agent.pk
    held = []
    for account in (str(mine), str(other.pk), ""):
        assert client.post(f"/tickets/{ticket.number}/assign/", {"assignee": account}).status_code == 302
        held.append(Ticket.objects.get(pk=ticket.pk).assignee_id)
    assert held == [mine, other.pk, None]


@pytest.mark.parametrize("account", ["nonsense", "00000000-0000-0000-0000-000000000000", "x" * 36])
def test_nobody_can_be_given_a_ticket_who_is_not_there(
    personas: Personas, sign_in: SignIn, account: str
) -> None:
    ticket = personas.ticket()
    assert sign_in().post(f"/tickets/{ticket.number}/assign/", {"assignee": account}).status_code == 404


def test_done_can_be_undone(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    shown = html.unescape(
        client.post(f"/tickets/{ticket.number}/status/solved/", headers=HTMX).content.decode()
    )
    assert Ticket.objects.get(pk=ticket.pk).status == "solved"
    assert "Set to “solved”." in shown
    assert f'action="/tickets/{ticket.number}/status/open/"' in shown
    client.post(f"/tickets/{ticket.number}/status/open/")
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_a_ticket_is_made_one_of_a_brand_and_stands_in_its_list(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    brand = add_brand(code="fjell", name="Fjell", addresses=["a@fjell.example"], by=Actor.operator())
    url, listed = f"/tickets/{ticket.number}/brand/", f"/?view=brand%3A{brand.pk}"
    assert client.post(url, {"brand": "nonsense"}).status_code == 404
    shown = html.unescape(client.post(url, {"brand": str(brand.pk)}, headers=HTMX).content.decode())
    assert '<span dir="auto">Fjell</span>' in shown
    assert "Brand changed by you." in shown
    assert "Pole snapped" in client.get(listed).content.decode()
    client.post(url, {"brand": ""})
    assert Ticket.objects.get(pk=ticket.pk).brand is None
    assert "Pole snapped" not in client.get(listed).content.decode()


def test_priority_type_and_labels_are_set(personas: Personas, sign_in: SignIn) -> None:
    client, ticket = sign_in(), personas.ticket()
    shown = client.post(f"/tickets/{ticket.number}/type/", {"type": "demo"}, headers=HTMX).content.decode()
    assert "Type set to request for a demonstration by you." in html.unescape(shown)
    assert '<option value="demo" selected>' in shown and "<span>Request for a demonstration</span>" in shown
    for kind in ("demo", "gossip"):  # said again, and none there is
        client.post(f"/tickets/{ticket.number}/type/", {"type": kind})
    Ticket.objects.update(restricted_until=date(2033, 1, 1))
    with pytest.raises(Refused, match="for a law alone"):
        set_type(ticket=ticket, type="order", by=Actor.operator())
    Ticket.objects.update(restricted_until=None)
    assert Ticket.objects.get(pk=ticket.pk).type == "demo"
    assert [one.facts for one in Entry.objects.filter(type="desk.type_set")] == [{"to": "demo"}]
    client.post(f"/tickets/{ticket.number}/priority/", {"priority": "urgent"})
    client.post(f"/tickets/{ticket.number}/labels/", {"labels": "Warranty, poles,,"})
    assert Ticket.objects.get(pk=ticket.pk).priority == "urgent"
    assert sorted(ticket.tags.values_list("name", flat=True)) == ["poles", "warranty"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("assign", {"assignee": ""}),
        ("status/solved", {}),
        ("priority", {"priority": "low"}),
        ("type", {"type": "order"}),
        ("labels", {"labels": "x"}),
    ],
)
def test_a_reader_changes_nothing(
    personas: Personas, sign_in: SignIn, path: str, fields: dict[str, str]
) -> None:
    ticket = personas.ticket()
    assert sign_in(role="read_only").post(f"/tickets/{ticket.number}/{path}/", fields).status_code == 403


def test_a_status_there_is_none_of_is_refused_in_words(personas: Personas, sign_in: SignIn) -> None:
    ticket = personas.ticket()
    answer = sign_in().post(f"/tickets/{ticket.number}/status/frozen/")
    assert answer.status_code == 409
    assert "There is no status" in answer.content.decode()
