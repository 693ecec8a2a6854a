"""What may be a full name in a text, and the one key it has in every writing."""

from __future__ import annotations

import pytest

from aureole.privacy.export.naming import keys_in, keys_of_name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Grace Hopper", "so I told (Grace  Hopper), who laughed"),
        ("Grace Hopper", "Hopper, Grace: 12 pegs"),
        ("Grace Hopper", "grace hopper said no"),
        ("Grace Brewster Hopper", "Ask Grace Brewster Hopper or Grace Hopper."),
        ("Ana de Souza", "for Ana de Souza"),
        ("Élise Noël", "ELISE NOEL"),
        ("李 小龙", "李 小龙 came"),
    ],
)
def test_a_name_is_met_however_it_is_written(name: str, text: str) -> None:
    assert set(keys_of_name(name)) & keys_in([text])


@pytest.mark.parametrize(
    "text",
    [
        "Grace was here. We saw Mr. Hopper",
        "Grace; 4711 Hopper",
        "grace@hopper.example",
        "Grace\n\n\n\nHopper",
    ],
)
def test_what_is_no_full_name_is_not(text: str) -> None:
    assert not set(keys_of_name("Grace Hopper")) & keys_in([text])


def test_one_word_names_nobody() -> None:
    assert list(keys_of_name("Rose")) == [] and keys_in(["Rose"]) == set()
