from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from aureole.privacy.data_map import Gap, rows
from aureole.privacy.data_map.rows import OUTSIDE
from aureole.testing.personas import Personas
from aureole.web.staff.privacy import map_page
from aureole.web.staff.privacy.drawing import Outside, draw, is_sent
from aureole.web.tests.browsers import SignIn
from config.addresses import MailServer


def test_the_map_says_the_same_in_drawing_and_table(personas: Personas, sign_in: SignIn) -> None:
    page = sign_in().get("/privacy/map/").content.decode().replace("<wbr>", "")
    held = [row for row in rows() if row.module != OUTSIDE]
    assert f"{len(held)} fields for" in page
    assert '<svg class="datamap"' in page
    for row in held:
        assert f"{row.table}.{row.field}" in page
        assert row.declared in page


def test_the_drawing_counts_every_field_once() -> None:
    held = [row for row in rows() if row.module != OUTSIDE]
    drawing = draw(rows(), outside=[Outside(name="Mail", words="")])
    assert sum(source.fields for source in drawing.sources) == len(held)
    assert sum(store.fields for store in drawing.stores) == len(held)
    assert drawing.sent == sum(is_sent(row) for row in held) > 0


def _letters(lines: Iterable[tuple[float, str]]) -> str:
    return " ".join(text for y, text in lines)


@pytest.mark.parametrize("receivers", [1, 7, 30])
@pytest.mark.parametrize("copies", [1, 5])
def test_nothing_in_the_drawing_is_cut_lies_outside_it_or_on_something_else(
    receivers: int, copies: int
) -> None:
    """Up to 400 nodes: five times as many sources as this program has, with long names."""
    every = [replace(row, source=f"{row.source}{' once more' * n}") for n in range(copies) for row in rows()]
    outside = [
        Outside(name=f"A controller with a name as long as no. {n}", words="w " * 30)
        for n in range(receivers)
    ]
    drawing = draw(every, outside=outside)
    stores = [(store.y, store.y + store.height) for store in drawing.stores]
    sources = [(one.lines[0][0] - 13, one.bottom) for one in drawing.sources]
    regions = [(one.lines[0][0] - 13, one.bottom) for one in drawing.receivers]
    for band in (stores, sources, regions):
        assert all(above[1] < below[0] for above, below in pairwise(band))
        assert max(end for start, end in band) <= drawing.height
    for one in drawing.sources:
        assert all(len(text) <= 40 for y, text in (*one.lines, *one.subs))
    told = {_letters(one.lines).lower() for one in drawing.sources}
    assert told == {row.source.lower() for row in every if row.module != OUTSIDE}


def test_a_chosen_purpose_is_marked_and_cuts_the_table(personas: Personas, sign_in: SignIn) -> None:
    page = sign_in().get("/privacy/map/?purpose=security").content.decode().replace("<wbr>", "")
    assert 'class="flow on"' in page
    assert "staff_session.session_key" in page
    assert "desk_message.text" not in page


def test_an_unknown_filter_is_no_filter(personas: Personas, sign_in: SignIn) -> None:
    page = sign_in().get("/privacy/map/?purpose=<script>&category=x").content.decode().replace("<wbr>", "")
    assert "desk_message.text" in page
    assert "purpose=<script>" not in page


def test_gaps_stand_first_with_their_fix(
    personas: Personas, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap = Gap(
        place="desk_thing", problem="desk.Thing.words is not declared.", fix='"words": sealed("user.…"),'
    )
    monkeypatch.setattr(map_page, "gaps", lambda: [gap])
    page = sign_in().get("/privacy/map/").content.decode()
    assert "1 gap to close." in page
    assert "desk.Thing.words is not declared." in page
    assert page.index("is not declared") < page.index("datamap")


@pytest.mark.parametrize("form", ["csv", "json", "fides", "art-30"])
def test_the_map_is_downloaded_in_other_shapes(personas: Personas, sign_in: SignIn, form: str) -> None:
    answer = sign_in("read_only").get(f"/privacy/map/{form}/")
    text = answer.content.decode()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "desk_message" in text
    if form == "csv":
        assert len(list(csv.reader(io.StringIO(text)))) == len(rows()) + 1
    if form == "json":
        assert len(json.loads(text)["fields"]) == len(rows())


def test_an_unknown_shape_is_not_found(personas: Personas, sign_in: SignIn) -> None:
    assert sign_in().get("/privacy/map/pdf/").status_code == 404


@pytest.mark.parametrize(
    ("role", "words"),
    [("admin", ("Exports", "Erasures", "Data map")), ("agent", ("Data map", "Check a certificate"))],
)
def test_the_rail_leads_only_where_one_may_go(
    personas: Personas, sign_in: SignIn, role: str, words: tuple[str, ...]
) -> None:
    client = sign_in(role)
    page = client.get("/privacy/map/")
    views = [view for group in page.context["rail_groups"] for view in group.views]
    assert set(words) <= {view.label for view in views}
    assert [client.get(view.href).status_code for view in views] == [200] * len(views)


def test_receivers_stand_in_their_countries_and_lines_out_of_the_eea_are_dashed(
    sign_in: SignIn, settings: Any, personas: Personas
) -> None:
    settings.AUREOLE_EMAIL = MailServer(host="mail.example", port=25, user="", password="", tls="off")
    settings.AUREOLE_RECEIVER_COUNTRIES = {"mail": "US"}
    shown = sign_in("privacy_officer").get("/privacy/map/").content.decode()
    assert 'class="region out"' in shown and 'class="flow dash"' in shown
    assert shown.count("US, found adequate") == 2, "in the drawing and in the table"
    settings.AUREOLE_RECEIVER_COUNTRIES = {"mail": "FI"}
    shown = sign_in("privacy_officer").get("/privacy/map/").content.decode()
    assert 'class="region out"' not in shown and 'class="flow dash"' not in shown
    settings.AUREOLE_RECEIVER_COUNTRIES = {}
    assert "country not said" in sign_in("privacy_officer").get("/privacy/map/").content.decode()
