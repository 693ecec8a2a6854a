from __future__ import annotations

import pytest

from aureole.kernel.ids import id_in, new_id, number_in


def test_ids_are_version_seven_and_grow() -> None:
    ids = [new_id() for _ in range(5000)]
    assert all(i.version == 7 and i.variant == "specified in RFC 4122" for i in ids)
    assert ids == sorted(ids)
    assert len(set(ids)) == 5000


@pytest.mark.parametrize("text", ["", "x", "-1", "١٢", "²", "9" * 19, "9" * 5000])
def test_what_no_column_could_hold_is_no_number_and_no_id(text: str) -> None:
    assert number_in(text) is None and id_in(text) is None
    assert number_in("00" + "9" * 16) == 9_999_999_999_999_999
