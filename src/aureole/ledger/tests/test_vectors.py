"""Proofs that others made, right and wrong, through the verify functions that we give away."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aureole.ledger.merkle import (
    EMPTY_ROOT,
    consistency_places,
    fold_peaks,
    grow,
    inclusion_places,
    proof_hashes,
)
from aureole.ledger.verifier import Flaw, leaf_hash, node_hash, verify_consistency, verify_inclusion

VECTORS = json.loads((Path(__file__).parent / "vectors" / "merkle.json").read_text())


def _raw(value: str | None) -> bytes:
    return base64.b64decode(value or "")


def _proof(vector: dict[str, Any]) -> list[bytes]:
    return [_raw(step) for step in vector["proof"] or ()]


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda v: v["name"])
def test_inclusion_proofs_of_others_are_judged_as_they_should_be(vector: dict[str, Any]) -> None:
    def judge() -> None:
        verify_inclusion(
            leaf=_raw(vector["leafHash"]), index=vector["leafIdx"], size=vector["treeSize"],
            proof=_proof(vector), root=_raw(vector["root"]),
        )  # fmt: skip

    if vector["wantErr"]:
        with pytest.raises(Flaw):
            judge()
    else:
        judge()


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda v: v["name"])
def test_consistency_proofs_of_others_are_judged_as_they_should_be(vector: dict[str, Any]) -> None:
    def judge() -> None:
        verify_consistency(
            old_size=vector["size1"], new_size=vector["size2"], old_root=_raw(vector["root1"]),
            new_root=_raw(vector["root2"]), proof=_proof(vector),
        )  # fmt: skip

    if vector["wantErr"]:
        with pytest.raises(Flaw):
            judge()
    else:
        judge()


def _by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(_by_definition(leaves[:half]), _by_definition(leaves[half:]))


@given(size=st.integers(1, 130), data=st.data())
def test_a_grown_tree_has_the_root_of_the_definition_and_proves_every_leaf_and_size(
    size: int, data: st.DataObject
) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    peaks: list[bytes] = []
    nodes = dict(grow(0, peaks, leaves))
    root = fold_peaks(peaks)
    assert root == _by_definition(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    path = proof_hashes(inclusion_places(index, size), nodes.__getitem__)
    verify_inclusion(leaf=leaves[index], index=index, size=size, proof=path, root=root)
    growth = proof_hashes(consistency_places(old, size), nodes.__getitem__)
    verify_consistency(
        old_size=old, new_size=size, old_root=_by_definition(leaves[:old]), new_root=root, proof=growth
    )
    other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index)) if size > 1 else None
    if other is not None:
        with pytest.raises(Flaw):
            verify_inclusion(leaf=leaves[other], index=index, size=size, proof=path, root=root)
