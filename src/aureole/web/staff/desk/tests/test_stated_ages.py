"""A mail whose writer says that they are a child is proposed on its ticket; a person notes it."""

from __future__ import annotations

import pytest

from aureole.people.models import Person
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock
from aureole.web.tests.browsers import SignIn

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_child_says_of_its_age_is_noted_by_whoever_presses(
    personas: Personas, sign_in: SignIn
) -> None:
    ticket = personas.ticket(text="Hi, I’m 12 and my tent broke.")
    path, agent = f"/tickets/{ticket.number}/", sign_in()
    message = ticket.messages.get()
    assert "seems to be a child" in agent.get(path).content.decode()
    assert not Person.objects.exclude(childhood="").exists(), "never by itself"
    reader = sign_in("read_only")
    assert "seems to be a child" not in reader.get(path).content.decode()
    assert reader.post(f"{path}age/", {"message": str(message.pk)}).status_code == 403
    dismissed = agent.post(f"{path}age/no-child/", follow=True).content.decode()
    assert "seems to be a child" not in dismissed and "Marked as telling of no child" in dismissed
    born = today().replace(year=today().year - 12, day=1)
    assert ticket.requester is not None
    later = personas.message(ticket, ticket.requester, f"I was born on {born:%d %B %Y}!")
    assert "seems to be a child" in agent.get(path).content.decode()
    noted = agent.post(f"{path}age/", {"message": str(later.pk)}, follow=True).content.decode()
    assert "Noted: a child" in noted and "seems to be a child" not in noted
    [child] = unlock(Person.objects.exclude(childhood=""))
    assert (child.childhood, child.birth_date) == ("waiting", born.isoformat())
    grown = personas.message(ticket, ticket.requester, "My pole is 12 years old.")
    assert agent.post(f"{path}age/", {"message": str(grown.pk)}).status_code == 409


def test_a_child_that_asks_for_a_right_is_seen_on_the_request(personas: Personas, sign_in: SignIn) -> None:
    made = open_request(
        kind="access", by=personas.agent().actor, channel="email", person_id=personas.person().id,
        words="Ich bin 11 Jahre alt. Was wissen Sie über mich?",
    )  # fmt: skip
    page = sign_in("privacy_officer").get(f"/privacy/requests/{made.number}/").content.decode()
    assert "A child seems to ask:" in page and "Ich bin 11 Jahre alt" in page
