"""What the map promises, held for every declared model: the four contracts of `contracts.py`, asked of each one.

The models come from the declarations, so a new one is asked by itself, and one that nobody made a row of says so.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aureole.privacy.certificate.verify import verify
from aureole.privacy.data_map.rows import OUTSIDE, rows
from aureole.privacy.declare import Declaration, declarations
from tests.privacy_contract import contracts
from tests.privacy_contract.contracts import NOT_HERS_TO_GET, NOT_KEPT
from tests.privacy_contract.recorded import Recorded

# For the databases; what is asked here is on record.
pytestmark = pytest.mark.django_db

Contract = Callable[[Declaration, Recorded], None]
CONTRACTS: tuple[Contract, ...] = (
    contracts.has_a_row_of_each,
    contracts.runs_out,
    contracts.is_handed_out_as_it_is_erased,
    contracts.changes_only_what_the_plan_names,
    contracts.leaves_the_neighbour_alone,
    contracts.is_hunted_through,
)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
@pytest.mark.parametrize("declaration", declarations(), ids=lambda declaration: declaration.table)
def test_it_holds_of(declaration: Declaration, contract: Contract, recorded: Recorded) -> None:
    contract(declaration, recorded)


@pytest.mark.parametrize(
    "contract",
    [
        contracts.certificate_counts_what_was_planned,
        contracts.other_tables_change_only_next_to_it,
        contracts.neighbour_sees_what_she_saw,
    ],
    ids=lambda contract: contract.__name__,
)
def test_it_holds_of_the_whole(contract: Callable[[Recorded], None], recorded: Recorded) -> None:
    contract(recorded)


def test_package_certificate_and_map_speak_of_the_same_tables(recorded: Recorded) -> None:
    mapped = {row.table for row in rows() if row.module != OUTSIDE}
    assert {declaration.table for declaration in declarations()} == mapped
    assert mapped == recorded.manifest.keys() - {"ledger_entry"}
    assert "ledger_entry" in {item["place"] for item in recorded.outcome.kept}
    assert verify(recorded.outcome.certificate).valid
    assert recorded.outcome.residue["places"] == []


def test_every_word_of_hers_is_found_before_and_none_after(recorded: Recorded) -> None:
    found = {term for _, _, term in recorded.found_before}
    missing = [term for term in recorded.canary.terms if term not in found and term not in NOT_KEPT]
    assert missing == [], "a term that cannot be found before proves nothing afterwards"
    assert recorded.found_after == []


def test_what_she_gave_us_is_handed_to_her(recorded: Recorded) -> None:
    words = b"".join(recorded.package.values())
    for term in set(recorded.canary.terms) - NOT_KEPT - NOT_HERS_TO_GET:
        assert term.encode() in words, f"{term} is not in her package"


def test_a_dump_of_the_data_database_names_nobody(recorded: Recorded) -> None:
    assert b"desk_message" in recorded.dumped
    for term in recorded.canary.terms:
        assert term.encode() not in recorded.dumped
        assert term.lower().encode() not in recorded.dumped.lower()
