"""Bringing in the people of the story, each on the day they first turn up."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import prefetch_related_objects

from aureole.desk.actions.add_brand import add_brand
from aureole.desk.models import Brand
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.ops.demo.marks import made_from, mark
from aureole.ops.demo.story import Customer, StaffMember, Story
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Organisation, Person, PersonSource, Site
from aureole.people.normalise import normalise
from aureole.privacy.models import RetentionRule
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.staff.actions.add_agent import add_agent
from aureole.staff.models import Agent, Team, TeamMembership
from aureole.vault import blind_index

_BY = Actor.operator()


class Cast:
    """People, staff, teams and companies by the keys the story calls them."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._persons: dict[str, Person] = {}
        self._staff: dict[str, Agent] = {}
        self._teams: dict[str, Team] = {}
        self._companies: dict[str, Organisation] = {}
        self._brands: dict[str, Brand] = {}

    def is_staff(self, key: str) -> bool:
        return key in self._story.staff

    def person(self, key: str, at: datetime, *, source: str = PersonSource.EMAIL) -> Person | None:
        """The customer, brought in at `at` if this is their first time, by a mail of theirs or otherwise; None once
        they were erased."""
        if key not in self._persons:
            made = made_from(Person, key)
            found = _person_left(made) if made else self._bring_in(key, at, source)
            if found is None:
                return None
            self._persons[key] = found
        return self._persons[key]

    def agent(self, key: str, at: datetime) -> Agent | None:
        """The account; None once it was removed."""
        if key not in self._staff:
            known = made_from(Agent, key)
            found = Agent.objects.filter(pk=known).first() if known else self._hire(key, at)
            if found is None:
                return None
            self._staff[key] = found
        return self._staff[key]

    def team(self, key: str) -> Team:
        if key not in self._teams:
            team, is_new = Team.objects.get_or_create(name=self._story.teams[key])
            if is_new:
                mark(team, key)
            self._teams[key] = team
        return self._teams[key]

    def brand(self, key: str) -> Brand | None:
        """None for no key, where a brand of somebody real has that code, and once it was taken out of use."""
        if key and key not in self._brands:
            made = made_from(Brand, key)
            known = Brand.objects.filter(pk=made).first() if made else self._found_brand(key)
            if known is None or known.removed_at is not None:
                return None
            self._brands[key] = known
        return self._brands.get(key)

    def _found_brand(self, key: str) -> Brand | None:
        """As an administrator and an officer would: with the period of its own."""
        if Brand.objects.filter(code=key, removed_at=None).exists():
            return None
        house = self._story.brands[key]
        brand = add_brand(code=key, name=house.name, addresses=house.addresses, by=_BY)
        mark(brand, key)
        if house.months:
            rule = set_rule(
                class_key="direct_contact", months=house.months, reason=house.reason, scope="brand",
                value=str(brand.pk), by=_BY,
            )  # fmt: skip
            assert isinstance(rule, RetentionRule), "a period was given"
            mark(rule, key)
        return brand

    def _bring_in(self, key: str, at: datetime, source: str) -> Person:
        customer = self._story.people[key]
        is_new = _owner(customer.emails[0]) is None
        with clock.at(at):
            person = recognise_person(
                kind="email", value=customer.emails[0], name=customer.name, language=customer.language,
                source=source, by=_BY,
            )  # fmt: skip
            if is_new:
                mark(person, key)
                self._complete(person, customer)
        prefetch_related_objects([person], "identifiers")  # each answer asks for the address
        return person

    def _complete(self, person: Person, customer: Customer) -> None:
        for address in customer.emails[1:]:
            add_identifier(person=person, kind="email", value=address, by=_BY)
        if customer.phone:
            add_identifier(person=person, kind="phone", value=customer.phone, by=_BY)
        known = {
            "postal_address": customer.address,
            "pronouns": customer.pronouns,
            "time_zone": customer.time_zone,
        }
        values = {field: value for field, value in known.items() if value}
        company = self._company(customer.organisation) if customer.organisation else None
        if values or company:
            correct_person(person=person, by=_BY, organisation=company, **values)

    def _company(self, key: str) -> Organisation:
        if key not in self._companies:
            made = made_from(Organisation, key)
            known = Organisation.objects.filter(pk=made).first() if made else None
            self._companies[key] = known or self._found_company(key)
        return self._companies[key]

    def _found_company(self, key: str) -> Organisation:
        company = self._story.companies[key]
        organisation = Organisation.objects.create(name=company.name, created_at=clock.now())
        mark(organisation, key)
        for name, country in company.sites:
            Site.objects.create(organisation=organisation, name=name, country=country)
        return organisation

    def _hire(self, key: str, at: datetime) -> Agent:
        member = self._story.staff[key]
        owner = _owner(member.email)
        known = Agent.objects.filter(person_id=owner).first() if owner else None
        return known or self._new_agent(member, at, is_new_person=owner is None)

    def _new_agent(self, member: StaffMember, at: datetime, *, is_new_person: bool) -> Agent:
        with clock.at(at):
            agent = add_agent(address=member.email, name=member.name, role=member.role, by=_BY)
        mark(agent, member.key)
        if is_new_person:
            mark(agent.person, member.key)
        for team in member.teams:
            TeamMembership.objects.create(team=self.team(team), agent=agent)
        return agent


def _owner(address: str) -> uuid.UUID | None:
    return blind_index.find(kind="email", value=normalise("email", address))


def _person_left(made: uuid.UUID) -> Person | None:
    person = Person.objects.filter(pk=made).first()
    return None if person is None or person.is_erased else person
