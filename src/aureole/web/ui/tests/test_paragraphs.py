from __future__ import annotations

import pytest
from django.template.defaultfilters import linebreaks_filter, urlize
from hypothesis import given
from hypothesis import strategies as st

from aureole.web.ui.templatetags.ui import as_paragraphs

PIECES = st.sampled_from(
    ["ada@x.example", "http://a.b/c?d=1&e", "(www.x.org).", "x.com", "<b>", "&amp;", "'\"", "end.", "a:b", "\n",
     "\r\n", "\n\n", " ", "\x1d", "é", "HTTPS://X.Y", "..com", "@", "user@x.com,", "x\u2028www.y"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=6), max_size=30).map("".join))
def test_paragraphs_are_what_djangos_own_filters_make_of_them(text: str) -> None:
    assert as_paragraphs(text) == linebreaks_filter(urlize(text))


@pytest.mark.parametrize("text", ["<script>x</script>", "a & b", "www.x.com/<img>"])
def test_words_are_escaped(text: str) -> None:
    assert "<script" not in as_paragraphs(text)
    assert "<img" not in as_paragraphs(text)
