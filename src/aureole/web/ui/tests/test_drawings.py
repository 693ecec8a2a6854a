from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from math import hypot

import pytest
from django.test import override_settings

from aureole.web.ui import ages
from aureole.web.ui.drawings import draw_icon, draw_rosette
from aureole.web.ui.strip import draw_strip, lay_out_strip

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
START = date(2026, 2, 9)


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=6), "6 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=1), "Mon"),
        (timedelta(days=6), "Wed"),
        (timedelta(days=7), "3 Mar"),
        (timedelta(days=150), "Oct 2025"),
    ],
)
def test_an_age_fits_the_margin(past: timedelta, words: str) -> None:
    assert ages.say_age(NOON - past, at=NOON) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=1, minutes=40), "1 h 40"),
        (timedelta(hours=9), "9 h"),
        (timedelta(days=3), "3 days"),
        (timedelta(hours=-7), "7 h late"),
    ],
)
def test_time_to_a_promise_is_said_in_words(left: timedelta, words: str) -> None:
    assert ages.say_left(NOON + left, at=NOON) == words


@override_settings(TIME_ZONE="Asia/Tokyo")
def test_the_day_of_a_message_is_the_readers_day() -> None:
    late_evening_utc = datetime(2026, 3, 9, 23, tzinfo=UTC)
    assert ages.say_date(late_evening_utc) == "10 Mar"
    assert ages.say_date_in_words(late_evening_utc, at=NOON) == "Today, Tuesday"


def test_a_clock_has_a_cell_for_each_day_and_its_last_five_are_soon() -> None:
    strip = lay_out_strip(start=START, due=START + timedelta(days=30), today=START + timedelta(days=10))
    assert strip.cells == ["gone"] * 10 + ["left"] * 15 + ["soon"] * 5
    assert strip.today == 10


def test_an_overdue_clock_grows_past_its_date() -> None:
    strip = lay_out_strip(start=START, due=START + timedelta(days=28), today=START + timedelta(days=31))
    assert strip.cells[-4:] == ["gone", "over", "over", "over"]
    assert len(strip.cells) == strip.today == 31


def test_paused_days_are_hatched_whatever_else_they_are() -> None:
    paused = [START + timedelta(days=n) for n in (2, 3)]
    strip = lay_out_strip(
        start=START, due=START + timedelta(days=9), today=START + timedelta(days=5), paused=paused
    )
    assert strip.cells == ["gone", "gone", "paused", "paused", "gone", *["soon"] * 4]
    assert draw_strip(strip).count('class="paused"') == 1


def test_circles_of_the_ring_touch_both_edges_of_the_mark() -> None:
    circles = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', draw_rosette())
    assert len(circles) == 64
    for x, y, r in (map(float, circle) for circle in circles):
        assert hypot(x - 400, y - 400) + r == pytest.approx(378, abs=0.2)
        assert r - hypot(x - 356.8, y - 356.8) == pytest.approx(259.2, abs=0.2)


def test_an_icon_is_hidden_from_screen_readers() -> None:
    drawing = draw_icon("mail", "i-s")
    assert 'aria-hidden="true"' in drawing
    assert 'class="i i-s"' in drawing
