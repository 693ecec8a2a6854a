"""What the sample data promises, without a database."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from aureole.ops.demo.reading import read_story, span
from aureole.ops.demo.story import Line, Story, Thread
from aureole.staff.models import Role

# Ranges that regulators keep for fiction: PTS, Ofcom, BNetzA (Berlin, Hamburg), ARCEP.
RESERVED_NUMBERS = re.compile(
    r"\+46 70 174 06 \d\d|\+44 7700 900\d{3}|\+49 30 23125 \d{3}|\+49 40 66969 \d{3}|\+33 6 39 98 \d\d \d\d"
)
ADA = re.compile(r"Ada Lindqvist|ada\.lindqvist@|ada@lindqvist-form|0?70-?174 ?06 ?41|46701740641")


@cache
def story() -> Story:
    return read_story()


def texts_of(thread: Thread) -> list[str]:
    files = [story().files[key] for line in thread.lines for key in line.files]
    return [
        thread.subject,
        *(line.text for line in thread.lines),
        *(str(f.details.get("text", "")) for f in files),
    ]


def every_line() -> list[Line]:
    return [line for thread in story().threads for line in thread.lines]


def test_it_is_the_desk_of_a_whole_company() -> None:
    assert len(story().people) >= 60
    assert len(story().threads) >= 150
    assert len(story().staff) == 8
    assert set(story().teams.values()) == {"Returns", "Orders", "Product advice", "Privacy"}


def test_every_role_is_played() -> None:
    roles = Counter(member.role for member in story().staff.values())
    assert set(roles) == set(Role.values)
    assert roles["admin"] == roles["privacy_officer"] == roles["read_only"] == 1


def test_five_languages_are_spoken_much_and_several_scripts_are_written() -> None:
    spoken = Counter(thread.language for thread in story().threads)
    assert all(spoken[language] >= 10 for language in ("en", "de", "fr", "es", "da", "sv"))
    assert {"pl", "fi", "ar", "el", "uk", "pt"} <= set(spoken)


def test_one_thread_has_fifteen_messages_and_none_has_more() -> None:
    assert max(len(thread.lines) for thread in story().threads) == 15


def test_no_two_subjects_are_the_same() -> None:
    subjects = Counter(thread.subject for thread in story().threads)
    assert [subject for subject, times in subjects.items() if times > 1] == []


def test_keys_of_threads_are_unique() -> None:
    assert len({thread.key for thread in story().threads}) == len(story().threads)


def test_few_messages_of_customers_repeat_word_for_word() -> None:
    said = Counter(line.text for line in every_line() if line.by in story().people)
    assert sum(times for times in said.values() if times > 1) < len(every_line()) / 6


def test_every_address_anywhere_is_on_a_reserved_domain() -> None:
    found = [
        address
        for thread in story().threads
        for text in texts_of(thread)
        for address in re.findall(r"[\w.+-]+@[\w.-]+\w", text)
    ]
    found += [address for customer in story().people.values() for address in customer.emails]
    found += [member.email for member in story().staff.values()]
    assert len(found) > 80
    assert [address for address in found if not address.endswith(".example")] == []


def test_every_number_on_file_is_kept_for_fiction() -> None:
    numbers = [customer.phone for customer in story().people.values() if customer.phone]
    assert len(numbers) >= 10
    assert [number for number in numbers if not RESERVED_NUMBERS.fullmatch(number)] == []


def test_every_number_in_a_text_is_kept_for_fiction() -> None:
    texts = [text for thread in story().threads for text in texts_of(thread)]
    written = [number for text in texts for number in re.findall(r"\+\d\d[\d ]{7,}\d", text)]
    assert len(written) >= 8
    assert [number for number in written if not RESERVED_NUMBERS.fullmatch(number)] == []


def test_no_address_belongs_to_two_people() -> None:
    addresses = Counter(address for customer in story().people.values() for address in customer.emails)
    addresses.update(member.email for member in story().staff.values())
    assert max(addresses.values()) == 1


def test_everybody_turns_up_somewhere() -> None:
    present = {line.by for line in every_line()} | {key for t in story().threads for key in t.copied}
    present |= {key for line in every_line() for key in line.enters}
    assert set(story().people) - present == set()


def test_whoever_is_named_in_a_thread_exists() -> None:
    for thread in story().threads:
        assert thread.team in story().teams
        assert thread.requester in story().people
        assert thread.lines[0].by == thread.requester, thread.key
        assert set(thread.copied) <= set(story().people)
        assert not thread.assignee or thread.assignee in story().staff
        assert all(line.by in story().people or line.by in story().staff for line in thread.lines)
        assert all(key in story().files for line in thread.lines for key in line.files)
        assert all({*line.enters, *line.tells} <= set(story().people) for line in thread.lines)


def test_customers_write_no_notes_and_those_who_may_only_read_write_nothing() -> None:
    assert not any(line.note and line.by in story().people for line in every_line())
    readers = {key for key, member in story().staff.items() if member.role == "read_only"}
    assert readers.isdisjoint({line.by for line in every_line()})


def test_nobody_is_left_without_words_and_no_placeholder_is_left_open() -> None:
    assert [line for line in every_line() if not line.text.strip()] == []
    assert [line for line in every_line() if re.search(r"[{}]", line.text)] == []


@pytest.mark.parametrize("status", ["open", "waiting", "solved", "closed"])
def test_tickets_stand_in_every_status(status: str) -> None:
    assert sum(thread.status == status for thread in story().threads) >= 10


def test_every_file_is_attached_to_something() -> None:
    used = {key for line in every_line() for key in line.files}
    assert used == set(story().files)
    assert {file.kind for file in story().files.values()} == {"picture", "invoice", "event", "text"}


def test_ada_asks_is_copied_in_and_is_named_in_the_texts_of_many_others() -> None:
    others = [t for t in story().threads if t.requester != "ada"]
    named = {t.key for t in others if any(ADA.search(text) for text in texts_of(t))}
    assert sum(t.requester == "ada" for t in story().threads) >= 4
    assert any("ada" in t.copied for t in others)
    assert len(named) >= 6
    assert len(story().people["ada"].emails) == 2
    assert RESERVED_NUMBERS.fullmatch(story().people["ada"].phone)


def test_ada_is_named_in_every_kind_of_place() -> None:
    others = [t for t in story().threads if t.requester != "ada"]
    lines = [line for t in others for line in t.lines if line.by != "ada"]
    files = [story().files[key] for line in lines for key in line.files]
    assert any(ADA.search(t.subject) for t in others), "in a subject"
    assert any(line.note and ADA.search(line.text) for line in lines), "in a note"
    assert any(re.search(r"^>.*Ada|^Från: Ada", line.text, re.M) for line in lines), "in quoted mail"
    assert any(ADA.search(str(file.details.get("text", ""))) for file in files), "in a text attachment"


def test_a_newcomer_finds_a_sample_ticket_that_nobody_has_taken() -> None:
    welcome = next(t for t in story().threads if t.subject == "Welcome to your desk")
    assert (welcome.status, welcome.assignee, welcome.language) == ("open", "", "en")
    assert len(welcome.lines) == 1 and welcome.lines[0].by in story().people


def test_a_span_is_a_number_and_a_unit() -> None:
    assert span("90m") == span("1h") * 1.5
    with pytest.raises(ValueError, match="not a span"):
        span("soon")
