"""Own periods: which of several counts, for whom, and what they were before."""

from __future__ import annotations

import pytest

from aureole.desk.actions.add_brand import add_brand
from aureole.desk.actions.remove_brand import remove_brand
from aureole.desk.models import Tag, TicketStatistic
from aureole.desk.tests.running_out import DAY, OPERATOR, answered_ticket, are_here, counts_of, run_approved
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.people.models import Organisation, Person
from aureole.privacy.models import RetentionRule
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.privacy.retention.plan import make_plan
from aureole.privacy.retention.ports import scopes
from aureole.privacy.rights.place import today
from aureole.staff.models import Agent
from aureole.testing.personas import Personas


def test_a_label_wins_over_an_organisation_and_that_over_a_type(personas: Personas, agent: Agent) -> None:
    firm = Organisation.objects.create(name="Nordlys", created_at=now())
    bo = personas.person()
    Person.objects.filter(pk=bo.id).update(organisation=firm)
    labelled, firms, plain = (
        answered_ticket(personas, agent, 130, person=p, type="order") for p in (bo, bo, personas.person())
    )
    tags = [Tag.objects.create(name=name) for name in ("warranty", "short")]
    labelled.tags.set(tags)
    said = {"reason": "as agreed", "class_key": "direct_contact", "by": OPERATOR}
    set_rule(months=6, scope="type", value="order", **said)
    assert counts_of(make_plan()) == {}
    set_rule(months=4, scope="organisation", value=str(firm.id), **said)
    assert counts_of(make_plan()) == {"direct_contact": (2, 0, 0, 0)}, "both of the firm, not the other"
    set_rule(months=1, scope="label", value=str(tags[1].id), **said)
    set_rule(months=24, scope="label", value=str(tags[0].id), **said)
    run_approved()
    assert are_here(labelled, firms, plain) == [True, False, True], "of two labels the longer time counts"


def test_a_brand_wins_over_a_type_and_is_not_removed_while_a_period_names_it(
    personas: Personas, agent: Agent
) -> None:
    brand = add_brand(code="fjell", name="Fjell", addresses=["help@fjell.example"], by=OPERATOR)
    branded, plain = (answered_ticket(personas, agent, 130, type="problem", brand=of) for of in (brand, None))
    said = {"reason": "as agreed", "class_key": "direct_contact", "by": OPERATOR}
    set_rule(months=6, scope="type", value="problem", **said)
    set_rule(months=1, scope="brand", value=str(brand.id), **said)
    with pytest.raises(Refused, match="a time of their own"):
        remove_brand(brand=brand, by=OPERATOR)
    run_approved()
    assert are_here(branded, plain) == [False, True]
    assert TicketStatistic.objects.get().brand == brand, "figures tell brands apart as they do types"
    set_rule(months=None, scope="brand", value=str(brand.id), **said)
    remove_brand(brand=brand, by=OPERATOR)
    assert scopes()["brand"].choices() == {}, "no new period can be of it"
    assert scopes()["brand"].names([str(brand.id)]) == {str(brand.id): "Fjell"}, "earlier ones have its name"


def test_people_of_an_organisation_may_be_kept_for_another_time(personas: Personas) -> None:
    ada, bo = personas.person(), personas.person()
    firm = Organisation.objects.create(name="Nordlys", created_at=now())
    Person.objects.filter(pk=bo.id).update(organisation=firm, relationship_ended_on=today() - 150 * DAY)
    Person.objects.update(created_at=now() - 150 * DAY)
    assert counts_of(make_plan(), "people_person") == {"customer": (2, 0, 0, 0)}
    set_rule(
        reason="their contract",
        class_key="customer",
        months=24,
        scope="organisation",
        value=str(firm.id),
        by=OPERATOR,
    )
    run_approved()
    assert list(Person.objects.filter(pk__in=(ada.id, bo.id))) == [bo]


@pytest.mark.django_db
def test_what_counted_before_stays_with_its_reason_and_the_day_it_ended() -> None:
    said = {"class_key": "direct_contact", "by": OPERATOR}
    set_rule(months=6, reason="claims", **said)
    set_rule(months=6, reason="claims, again", **said)
    set_rule(months=9, reason="longer claims", **said)
    set_rule(months=None, reason="settled", **said)
    rows = RetentionRule.objects.order_by("changed_at").values_list("months", "reason", "ended_at")
    assert [(months, reason, ended is not None) for months, reason, ended in rows] == [
        (6, "claims", True), (9, "longer claims", True),
    ]  # fmt: skip
    assert Entry.objects.filter(type="privacy.retention_rule_set").count() == 3
