"""A hold keeps the drafts that are about whom it protects."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aureole.desk.actions.reply import reply
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.drafts_aside import drop_released
from aureole.desk.models import Draft
from aureole.desk.queries import drafts_of
from aureole.kernel.errors import Refused
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.holds.tests.holding import OPERATOR, hold_on, release
from aureole.privacy.models import Erasure
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock


def test_a_draft_about_somebody_held_that_names_the_person_stops_the_erasure(personas: Personas) -> None:
    ada, bo = personas.person("Ada Lindqvist"), personas.person("Bo Ek")
    ticket = personas.ticket(bo)
    save_draft(ticket=ticket, text="Ask Ada Lindqvist", kind="note", by=personas.agent().actor)
    hold = hold_on(bo)
    with pytest.raises(Refused, match="goes on"):
        erase_person(ada.id, by=OPERATOR, reason="")
    assert unlock(Draft.objects.all())[0].text == "Ask Ada Lindqvist"
    release(hold)
    assert Erasure.objects.get().state == "done"
    assert "Ada" not in str(unlock(Draft.objects.all())[0].text)


def test_a_hold_keeps_the_draft_that_was_there_whatever_its_author_does(personas: Personas) -> None:
    bo, agent = personas.person("Bo Ek"), personas.agent()
    ticket = personas.ticket(bo)

    def kept() -> list[str]:
        return [str(draft.text) for draft in unlock(Draft.objects.order_by("updated_at"))]

    def type_in(text: str) -> None:
        save_draft(ticket=ticket, text=text, kind="public", by=agent.actor)

    type_in("first")
    type_in("second")
    first = place_hold(
        person_id=bo.id, reason="claim", review_on=today() + timedelta(days=1), by=OPERATOR, table="desk_draft",
        row_id=Draft.objects.get().pk,
    )  # fmt: skip
    type_in("third")
    type_in("fourth")
    assert kept() == ["second", "fourth"], "what is typed on is not kept with each pause"
    assert [draft.text for draft in drafts_of(ticket, agent.actor)] == ["fourth"]
    whole = hold_on(bo)
    type_in("")
    assert (kept(), drafts_of(ticket, agent.actor)) == (["second", "fourth"], ())
    type_in("fifth")
    reply(ticket=ticket, text="Sent.", by=agent.actor)
    assert kept() == ["second", "fourth"]
    release(first)
    drop_released(HoldReleased(person_id=bo.id))
    assert kept() == ["second", "fourth"]
    release(whole)
    drop_released(HoldReleased(person_id=bo.id))
    assert kept() == []
