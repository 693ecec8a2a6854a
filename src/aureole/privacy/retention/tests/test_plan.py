"""What a plan counts besides tickets, and what it does not ask for."""

from __future__ import annotations

from datetime import timedelta

from pytest_django import DjangoAssertNumQueries

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.privacy.models import RequestState, RightsRequest
from aureole.privacy.retention.plan import make_plan
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import today
from aureole.staff.actions.end_employment import end_employment
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
_ONE_EACH = (
    "ledger privacy_request", "ledger privacy_request_letter", "ledger privacy_request_step", "staff staff_agent",
    "staff people_person", "customer people_person", "customer people_identifier", "customer vault_blind_index",
)  # fmt: skip


def test_a_plan_of_what_has_not_run_out_asks_little(
    personas: Personas, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    personas.ticket()
    with django_assert_max_num_queries(20):
        assert make_plan().lines == ()


def test_what_goes_with_a_closed_request_a_person_and_an_agent_is_counted(personas: Personas) -> None:
    person = personas.person()
    asked = open_request(kind="review", by=OPERATOR, channel="cli", person_id=person.id)
    RightsRequest.objects.filter(pk=asked.pk).update(state=RequestState.DONE, closed_at=now())
    end_employment(agent=personas.agent(), ended_on=today(), by=OPERATOR)
    with clock.at(now() + timedelta(days=12 * 366)):
        erased = {f"{line.class_key} {line.table}": line.erase for line in make_plan().lines}
    assert erased == dict.fromkeys(_ONE_EACH, 1)
