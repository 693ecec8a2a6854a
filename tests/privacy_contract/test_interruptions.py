"""Commands that fail where it lasts: a retry completes, and what must always hold, holds.

Here at steps after which something is on the disk or has left the house; the drills take every step there is.
"""

from __future__ import annotations

import pytest

from aureole.testing.critical_commands import (
    answering,
    erasing,
    merging,
    minting_keys,
    sealing_and_saving,
)
from aureole.testing.interruptions import LASTING, How, Kind
from aureole.testing.mailserver import Mailserver
from aureole.testing.rehearsal import every_step

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("transactional_db")]


@pytest.mark.parametrize("how", [How.REFUSED, How.LOST])
def test_a_key_is_minted_once(how: How) -> None:
    every_step(minting_keys(), how=how)


def test_a_row_and_its_file_are_saved_both_or_neither() -> None:
    every_step(sealing_and_saving(), how=How.LOST, kinds=LASTING, at_least=8)


def test_an_answer_leaves_once_whatever_is_lost_on_its_way(server: Mailserver) -> None:
    every_step(answering(server), how=How.LOST, kinds=LASTING, stride=2, at_least=5)
    assert server.got


def test_an_answer_waits_for_a_root_key_that_does_not_answer(server: Mailserver) -> None:
    every_step(answering(server), how=How.REFUSED, kinds={Kind.ROOT_KEY}, stride=3, at_least=1)


def test_an_erasure_goes_on_after_a_commit_whose_answer_was_lost() -> None:
    every_step(erasing(), how=How.LOST, kinds=LASTING, stride=5, at_least=4)


@pytest.mark.parametrize("how", [How.REFUSED, How.LOST])
def test_two_records_are_merged_and_parted_as_a_whole_or_not_at_all(how: How) -> None:
    every_step(merging(), how=how, kinds={*LASTING, Kind.WRITE}, stride=14, at_least=3)
