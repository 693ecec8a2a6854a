from __future__ import annotations

from aureole.kernel.text import excerpt, fold, one_line, storable


def test_accents_and_case_fold_together() -> None:
    assert fold("ÉLODIE Straße") == fold("elodie strasse")


def test_invisible_characters_leave_a_line() -> None:
    assert one_line("a\u200bb\u202e  c\n d") == "ab c d"


def test_an_excerpt_is_cut_at_a_word() -> None:
    assert excerpt("one two three", 9) == "one two…"


def test_text_with_nul_and_lone_surrogates_can_be_stored() -> None:
    assert storable("a\x00b\ud800") == "ab?"
