from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aureole.ops.demo.reading import read_story
from aureole.ops.demo.timetable import in_working_hours, settled_at, timetable

STORY = read_story()
A_NIGHT = datetime(2031, 5, 4, 3, 7, tzinfo=UTC)  # Sunday
A_NOON = datetime(2031, 5, 7, 12, 0, tzinfo=UTC)


def is_staff(key: str) -> bool:
    return key in STORY.staff


@pytest.mark.parametrize("now", [A_NIGHT, A_NOON])
def test_messages_rise_in_time_and_none_lies_in_the_future(now: datetime) -> None:
    for thread in STORY.threads:
        moments = timetable(thread, now=now, is_staff=is_staff)
        assert moments == sorted(moments), thread.key
        assert moments[-1] < now, thread.key
        assert moments[-1] <= settled_at(thread, moments[-1], now=now) <= now


def test_staff_write_in_working_hours() -> None:
    for thread in STORY.threads:
        for line, moment in zip(thread.lines, timetable(thread, now=A_NIGHT, is_staff=is_staff), strict=True):
            if is_staff(line.by):
                assert moment == in_working_hours(moment), thread.key


def test_first_answers_come_after_minutes_to_a_few_days() -> None:
    waits = []
    for thread in STORY.threads:
        moments = timetable(thread, now=A_NOON, is_staff=is_staff)
        answers = [
            m for line, m in zip(thread.lines, moments, strict=True) if is_staff(line.by) and not line.note
        ]
        waits += [answers[0] - moments[0]] if answers else []
    assert min(waits) < timedelta(hours=1)
    assert sorted(waits)[len(waits) // 2] < timedelta(days=1)
    assert max(waits) < timedelta(days=4)


def test_the_story_spans_more_than_a_year() -> None:
    first = min(timetable(thread, now=A_NOON, is_staff=is_staff)[0] for thread in STORY.threads)
    assert timedelta(days=380) < A_NOON - first < timedelta(days=460)


def test_the_same_moment_of_loading_gives_the_same_times() -> None:
    again = read_story()
    assert [timetable(t, now=A_NOON, is_staff=is_staff) for t in STORY.threads] == [
        timetable(t, now=A_NOON, is_staff=is_staff) for t in again.threads
    ]


def test_the_evening_and_the_weekend_wait_for_the_next_working_day() -> None:
    friday_evening = datetime(2031, 5, 2, 19, 20, tzinfo=UTC)
    assert in_working_hours(friday_evening) == datetime(2031, 5, 5, 7, 20, tzinfo=UTC)
    assert in_working_hours(A_NOON) == A_NOON
