"""One anonymisation, recorded: the canary, who wrote to us and works here too, among her neighbours."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.test import override_settings

from aureole.people.models import Person
from aureole.privacy.anonymising.plan import AnonymisingPlan, make_anonymising_plan
from aureole.privacy.anonymising.run import anonymise_person
from aureole.privacy.declare import declarations
from aureole.privacy.erasure.run import Outcome
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.holds.guard import in_force
from aureole.privacy.residue.opened import sealed_models
from aureole.testing.canary import Canary
from aureole.testing.figures import figures
from aureole.vault.fields import SealedField
from aureole.vault.unlock import unlock
from tests.privacy_contract.beginning import Beginning
from tests.privacy_contract.recorded import OPERATOR, Dump, Find, dump, finds_of, keys_of_rows


@dataclass(frozen=True, kw_only=True)
class Anonymised:
    """Before, unless said otherwise.

    hers, theirs  primary keys of the canary's and the neighbour's rows, by table
    made     of the pseudonym's rows, afterwards; `ids` those of the pseudonym and its account
    opened   sealed columns of the pseudonym's rows in words, by table and column, afterwards
    left     how many rows of hers there are afterwards
    """

    canary: Canary
    plan: AnonymisingPlan
    outcome: Outcome
    hers: dict[str, set[str]]
    theirs: dict[str, set[str]]
    made: dict[str, set[str]]
    ids: set[str]
    opened: dict[tuple[str, str], list[str]]
    left: dict[str, int]
    before: Dump
    after: Dump
    found_before: list[Find]
    found_after: list[Find]
    figures_before: dict[str, Any]
    figures_after: dict[str, Any]


@override_settings(AUREOLE_ANONYMITY=1)  # there is one canary; who is singled out is asked elsewhere
def record_anonymised(beginning: Beginning, canary: Canary) -> Anonymised:
    """The canary of that beginning, which both databases hold."""
    neighbour = beginning.neighbour
    for held in in_force():  # of the neighbour, in whose ticket the canary wrote: it would stand still
        release_hold(hold_id=held.id, reason="settled", by=OPERATOR)
    theirs = keys_of_rows(neighbour)
    her = canary.person.id
    hers, found_before, before, counted = keys_of_rows(her), finds_of(canary), dump(), figures()
    plan = make_anonymising_plan(her)
    outcome = anonymise_person(her, by=OPERATOR, reason="contract", expected_hash=plan.hash)
    pseudonym = Person.objects.pseudonyms().get().pk
    made, after = keys_of_rows(pseudonym), dump()
    return Anonymised(
        canary=canary, plan=plan, outcome=outcome, hers=hers, theirs=theirs, made=made,
        ids={str(pseudonym), *made["staff_agent"]}, opened=_opened(made),
        left={table: len(keys) for table, keys in keys_of_rows(her).items()}, before=before, after=after,
        found_before=found_before, found_after=finds_of(canary), figures_before=counted, figures_after=figures(),
    )  # fmt: skip


def _opened(made: dict[str, set[str]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    declared = {declaration.model for declaration in declarations()}
    for model in set(sealed_models()) & declared:
        table = model._meta.db_table
        rows = unlock(model._base_manager.filter(pk__in=[uuid.UUID(key) for key in made[table]]))
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                values = [getattr(row, field.attname) for row in rows]
                found[table, field.name] = [str(value) for value in values if value is not None]
    return found
