from __future__ import annotations

from aureole.kernel.ids import new_id


def test_ids_are_version_seven_and_grow() -> None:
    ids = [new_id() for _ in range(5000)]
    assert all(i.version == 7 and i.variant == "specified in RFC 4122" for i in ids)
    assert ids == sorted(ids)
    assert len(set(ids)) == 5000
