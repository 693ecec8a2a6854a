"""The canary anonymised, asked of every declared model: nothing of hers is left, each column is what was declared.

A column nobody declared a strategy for stops the build (`tests/architecture/test_data_map_gate.py`); one that becomes
something else than declared is found here. Each contract is shown records in which it is broken.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest

from aureole.desk.models import Message, Ticket
from aureole.privacy.certificate.verify import verify
from aureole.privacy.declare import Declaration, declaration_of, declarations
from aureole.privacy.models import Consent
from aureole.testing.canary_words import PLANTED, mark
from tests.privacy_contract import anonymised_contracts as contracts
from tests.privacy_contract.anonymised import Anonymised
from tests.privacy_contract.anonymised_contracts import WORDS_THAT_STAY

pytestmark = pytest.mark.django_db
Contract = Callable[[Declaration, Anonymised], None]
CONTRACTS: tuple[Contract, ...] = (
    contracts.nothing_of_hers_is_left,
    contracts.only_words_of_conversations_are_found,
    contracts.becomes_what_was_declared,
    contracts.leaves_the_neighbour_alone,
)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
@pytest.mark.parametrize("declaration", declarations(), ids=lambda declaration: declaration.table)
def test_it_holds_of(declaration: Declaration, contract: Contract, anonymised: Anonymised) -> None:
    contract(declaration, anonymised)


@pytest.mark.parametrize(
    "contract", [contracts.figures_are_equal, contracts.certificate_counts_what_was_planned],
    ids=lambda contract: contract.__name__,
)  # fmt: skip
def test_it_holds_of_the_whole(contract: Callable[[Anonymised], None], anonymised: Anonymised) -> None:
    contract(anonymised)


def test_of_all_she_was_known_by_only_words_of_conversations_are_left(anonymised: Anonymised) -> None:
    found = {term for _, _, term in anonymised.found_after}
    assert found <= WORDS_THAT_STAY, "something of hers was carried along"
    assert {mark("desk_message.new_text"), mark("an answer"), mark("file store")} <= found, "the words stay"
    assert verify(anonymised.outcome.certificate).valid


# ------------------------------------------------------------------ a promise that nothing can break proves nothing


def _of(model: type) -> Declaration:
    found = declaration_of(model)
    assert found is not None
    return found


MESSAGES, TICKETS, CONSENTS = _of(Message), _of(Ticket), _of(Consent)


def _a_row_that_is_left(record: Anonymised) -> None:
    record.left["privacy_consent"] = 1


def _a_word_that_is_left(record: Anonymised) -> None:
    record.found_after.append(("desk_message.text", "plain", PLANTED["privacy_consent.wording"]))


def _a_time_that_stays_exact(record: Anonymised) -> None:
    mine, hers = next(iter(record.made["desk_message"])), next(iter(record.hers["desk_message"]))
    record.after["desk_message"][mine]["sent_at"] = record.before["desk_message"][hers]["sent_at"]


def _a_column_that_does_not_go(record: Anonymised) -> None:
    record.after["desk_message"][next(iter(record.made["desk_message"]))]["html"] = "\\x00"


def _a_name_in_the_words(record: Anonymised) -> None:
    record.opened["desk_ticket", "subject"].append(f"Yours, {record.canary.terms[0]}")


def _a_number_that_leads_back(record: Anonymised) -> None:
    mine, hers = next(iter(record.made["desk_ticket"])), next(iter(record.hers["desk_ticket"]))
    record.after["desk_ticket"][mine]["number"] = record.before["desk_ticket"][hers]["number"]


def _a_row_nobody_declared_a_strategy_for(record: Anonymised) -> None:
    record.after["privacy_consent"]["new"] = {}
    record.made["privacy_consent"].add("new")


def _a_neighbours_word_that_changes(record: Anonymised) -> None:
    record.after["desk_message"][next(iter(record.theirs["desk_message"]))]["text"] = "\\x00"


@pytest.mark.parametrize(
    ("contract", "declaration", "breaking", "says"),
    [
        (contracts.nothing_of_hers_is_left, CONSENTS, _a_row_that_is_left, "rows of hers are left"),
        (contracts.only_words_of_conversations_are_found, CONSENTS, _a_word_that_is_left, "carried along"),
        (contracts.becomes_what_was_declared, MESSAGES, _a_time_that_stays_exact, "sent_at"),
        (contracts.becomes_what_was_declared, MESSAGES, _a_column_that_does_not_go, "declared to go"),
        (contracts.becomes_what_was_declared, TICKETS, _a_name_in_the_words, "still says"),
        (contracts.becomes_what_was_declared, TICKETS, _a_number_that_leads_back, "leads back"),
        (contracts.becomes_what_was_declared, CONSENTS, _a_row_nobody_declared_a_strategy_for, "nobody declared"),
        (contracts.leaves_the_neighbour_alone, MESSAGES, _a_neighbours_word_that_changes, "neighbour's row"),
    ],
)  # fmt: skip
def test_a_contract_sees_what_breaks_it(
    contract: Contract,
    declaration: Declaration,
    breaking: Callable[[Anonymised], None],
    says: str,
    anonymised: Anonymised,
) -> None:
    record = deepcopy(anonymised)
    contract(declaration, record)
    breaking(record)
    with pytest.raises(AssertionError, match=says):
        contract(declaration, record)


def test_a_figure_that_differs_is_seen(anonymised: Anonymised) -> None:
    record = deepcopy(anonymised)
    record.figures_after["persons"] += 1
    with pytest.raises(AssertionError):
        contracts.figures_are_equal(record)
