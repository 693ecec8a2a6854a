from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils import timezone

from aureole.web.ui.ages import say_moment, say_whole_day


def test_the_day_of_a_moment_is_the_day_here() -> None:
    late = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Berlin"):
        assert say_whole_day(late) == "10 March 2026"
        assert say_moment(late) == "10 Mar 2026, 00:30"
        assert say_whole_day(date(2026, 3, 9)) == "9 March 2026"
