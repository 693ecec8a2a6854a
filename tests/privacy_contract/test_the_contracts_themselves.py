"""A promise that nothing can break proves nothing: each contract is shown a record in which it is broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest

from aureole.desk.models import Message
from aureole.privacy.declare import Declaration, declaration_of
from aureole.privacy.models import Consent
from aureole.testing.canary_words import PLANTED
from aureole.vault.keystore.models import PersonKey
from tests.privacy_contract import contracts
from tests.privacy_contract.recorded import Recorded

pytestmark = pytest.mark.django_db
Broken = Callable[[Recorded], None]


def _of(model: type) -> Declaration:
    found = declaration_of(model)
    assert found is not None
    return found


MESSAGES, CONSENTS = _of(Message), _of(Consent)


def _message(recorded: Recorded) -> str:
    return next(iter(recorded.theirs["desk_message"]))


def _no_row_of_hers(record: Recorded) -> None:
    record.erasing["privacy_consent"] = set()


def _no_row_of_the_neighbour(record: Recorded) -> None:
    record.theirs["privacy_consent"] = set()


def _a_table_that_no_export_speaks_of(record: Recorded) -> None:
    manifest = json.loads(record.package["manifest.json"])
    manifest["tables"] = [entry for entry in manifest["tables"] if entry["table"] != "privacy_consent"]
    record.package["manifest.json"] = json.dumps(manifest).encode()


def _a_column_that_no_export_speaks_of(record: Recorded) -> None:
    path = "data/privacy_consent.schema.json"
    schema = json.loads(record.package[path])
    del schema["properties"]["wording"]
    record.package[path] = json.dumps(schema).encode()


def _a_row_of_hers_that_stays(record: Recorded) -> None:
    record.left["privacy_consent"] = 1


def _a_row_that_nothing_explains(record: Recorded) -> None:
    record.after["privacy_consent"]["new"] = {}


def _a_consent_of_the_neighbours_that_goes(record: Recorded) -> None:
    del record.after["privacy_consent"][next(iter(record.theirs["privacy_consent"]))]


def _a_date_of_the_neighbours_that_changes(record: Recorded) -> None:
    record.after["desk_message"][_message(record)]["sent_at"] = "2026-01-01T00:00:00Z"


def _words_of_the_neighbours_that_change(record: Recorded) -> None:
    record.after["desk_message"][_message(record)]["text"] = "\\x00"


def _a_word_that_is_left(record: Recorded) -> None:
    record.found_after.append(("desk_draft.text", "hex", PLANTED["desk_message.text"]))


def _a_word_that_was_never_found(record: Recorded) -> None:
    word = PLANTED["desk_message.text"]
    record.found_before[:] = [find for find in record.found_before if find[2] != word]


@pytest.mark.parametrize(
    ("contract", "declaration", "breaking", "says"),
    [
        (contracts.has_a_row_of_each, CONSENTS, _no_row_of_hers, "let aureole.testing.canary"),
        (contracts.has_a_row_of_each, CONSENTS, _no_row_of_the_neighbour, "let aureole.testing.neighbour"),
        (contracts.is_handed_out_as_it_is_erased, CONSENTS, _a_table_that_no_export_speaks_of, "neither in the"),
        (contracts.is_handed_out_as_it_is_erased, CONSENTS, _a_column_that_no_export_speaks_of, "wording"),
        (contracts.is_handed_out_as_it_is_erased, CONSENTS, _a_row_of_hers_that_stays, "rows of hers are left"),
        (contracts.changes_only_what_the_plan_names, CONSENTS, _a_row_that_nothing_explains, "made rows"),
        (contracts.changes_only_what_the_plan_names, CONSENTS, _a_consent_of_the_neighbours_that_goes, "no step"),
        (contracts.changes_only_what_the_plan_names, MESSAGES, _a_date_of_the_neighbours_that_changes, "sent_at"),
        (contracts.changes_only_what_the_plan_names, MESSAGES, _words_of_the_neighbours_that_change, "the plan says"),
        (contracts.leaves_the_neighbour_alone, CONSENTS, _a_consent_of_the_neighbours_that_goes, "went"),
        (contracts.leaves_the_neighbour_alone, MESSAGES, _a_date_of_the_neighbours_that_changes, "sent_at"),
        (contracts.is_hunted_through, MESSAGES, _a_word_that_is_left, "words of hers are left"),
        (contracts.is_hunted_through, MESSAGES, _a_word_that_was_never_found, "proves nothing"),
    ],
)  # fmt: skip
def test_a_contract_sees_what_breaks_it(
    contract: Callable[[Declaration, Recorded], None],
    declaration: Declaration,
    breaking: Broken,
    says: str,
    recorded: Recorded,
) -> None:
    record = deepcopy(recorded)
    contract(declaration, record)
    breaking(record)
    with pytest.raises(AssertionError, match=says):
        contract(declaration, record)


def _a_key_of_the_neighbours_that_changes(record: Recorded) -> None:
    keys = record.after[PersonKey._meta.db_table]
    other = next(pk for pk, row in keys.items() if row["wrapped"] is not None)
    keys[other]["wrapped"] = "\\x00"


def _a_setting_that_changes(record: Recorded) -> None:
    record.after["desk_tag"]["new"] = {}


@pytest.mark.parametrize("breaking", [_a_key_of_the_neighbours_that_changes, _a_setting_that_changes])
def test_tables_without_persons_are_looked_at_too(breaking: Broken, recorded: Recorded) -> None:
    record = deepcopy(recorded)
    breaking(record)
    with pytest.raises(AssertionError, match="nothing that an erasure says"):
        contracts.other_tables_change_only_next_to_it(record)


def test_what_the_neighbour_sees_is_compared(recorded: Recorded) -> None:
    seen = deepcopy(recorded.neighbour_after)
    seen.hits["murmeltier"] = []
    with pytest.raises(AssertionError, match="search finds something else"):
        contracts.neighbour_sees_what_she_saw(replace(recorded, neighbour_after=seen))
