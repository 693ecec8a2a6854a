from __future__ import annotations

from django.urls import reverse

from aureole.kernel.actor import Actor
from aureole.people.actions.restrict_person import restrict_person
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn


def test_officers_see_the_band_and_no_way_to_write_and_agents_see_no_such_person(
    personas: Personas, sign_in: SignIn
) -> None:
    ticket = personas.ticket(personas.person("Ada Lindqvist"))
    assert ticket.requester_id is not None
    page_of_ticket = reverse("desk:ticket", args=[ticket.number])
    agent, officer = sign_in(), sign_in("privacy_officer")
    assert agent.get(f"/people/{ticket.requester_id}/").status_code == 200
    restrict_person(person_id=ticket.requester_id, reason="accuracy contested", by=Actor.operator())

    record = officer.get(f"/people/{ticket.requester_id}/").content.decode()
    assert 'class="notice restricted"' in record and f"/people/{ticket.requester_id}/correct" not in record
    page = officer.get(page_of_ticket).content.decode()
    assert 'class="notice restricted"' in page and "nothing can be written until it is lifted" in page
    assert "/status/" not in page and "/assign/" not in page, "what would be refused is not offered"

    assert agent.get(f"/people/{ticket.requester_id}/").status_code == 404
    assert agent.get(page_of_ticket).status_code == 404
    for path in (reverse("people:list"), reverse("desk:list")):
        assert "Lindqvist" not in agent.get(path, follow=True).content.decode()
