from __future__ import annotations

import uuid

import pytest

from aureole.privacy.erasure.redactor import MARK, Redactor
from aureole.privacy.ports import KnownAs

ADA = Redactor.of(
    KnownAs(
        person_id=uuid.uuid4(), names=("Ada Lindqvist",), emails=("ada.lindqvist@brevduva.example",),
        phones=("+46701740605",), others=("K-20419",),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Ask Ada Lindqvist about it",
        "ada  lindqvist",
        "ADA\nLINDQVIST",
        "Lindqvist, Ada",
        "ada_lindqvist.jpg",
        "Write to <Ada.Lindqvist@Brevduva.example>, please",
        "call +46 70 174 06 05",
        "call 0046701740605",
        "070-174 06 05",
        "+46 (0)70 1740605",
        "customer k-20419",
    ],
)
def test_the_person_is_found_however_they_are_written(text: str) -> None:
    redacted, spans = ADA.redact(text)
    assert spans == 1
    assert MARK in redacted
    assert "lindqvist" not in redacted.lower()


@pytest.mark.parametrize(
    "text",
    [
        "Adana Lindqvistson", "xada.lindqvist@brevduva.example", "ada.lindqvist@brevduva.example-shop.com",
        "+467017406051", "The Lindqvist tents", "K-204190", "Ada is a language", "1,20419", "",
    ],
)  # fmt: skip
def test_others_are_left_alone(text: str) -> None:
    assert ADA.redact(text) == (text, 0)


def test_a_first_name_counts_beside_a_sure_mark_and_only_as_a_name() -> None:
    text = "Ada Lindqvist called. Ada wants the ada connector."
    assert ADA.redact(text)[0] == f"{MARK} called. {MARK} wants the ada connector."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sent today.\n\n/ada", "Sent today.\n\n/{}"),
        ("Sent today! /ada\n+46 8 1", "Sent today! /{}\n+46 8 1"),
        ("> Sent.\n> //ada l.\n", "> Sent.\n> //{}\n"),
        ("Sent.\n/ada & bo", "Sent.\n/{} & bo"),
        ("Sent.\n\n- ada\n", "Sent.\n\n- {}\n"),
        ("Sent.\n\n— ada", "Sent.\n\n— {}"),
        ("Sent.\n\nBest regards,\nada", "Sent.\n\nBest regards,\n{}"),
        ("> Skickat.\n> Vänliga hälsningar\n>\n> ada\n> B", "> Skickat.\n> Vänliga hälsningar\n>\n> {}\n> B"),
        ("Freundliche Grüße\n\nada", "Freundliche Grüße\n\n{}"),
        ("the ada connector", "the ada connector"),
        ("ada\nc\nrust", "ada\nc\nrust"),
        ("We build:\n\n- ada\n- rust\n", "We build:\n\n- ada\n- rust\n"),
        ("We build:\n\n- rust\n- ada\n", "We build:\n\n- rust\n- ada\n"),
        ("Best regards and more ada", "Best regards and more ada"),
        ("in /opt/ada and c/ada\n", "in /opt/ada and c/ada\n"),
        ("Which one?\n\nada", "Which one?\n\nada"),
        ("/ada is a path", "/ada is a path"),
    ],
)  # fmt: skip
def test_in_lower_case_a_first_name_counts_only_where_people_sign(text: str, expected: str) -> None:
    assert ADA.redact(text, sure=True)[0] == expected.format(MARK)
    assert ADA.redact(text)[0] == text, "a word of a name is sure of nobody by itself"


def test_positions_survive_letters_that_fold_to_more_than_one() -> None:
    strasse = Redactor.of(KnownAs(person_id=uuid.uuid4(), names=("Jörg Weiß",)))
    assert strasse.redact("ﬀ Straße: JORG WEISS, Jörg Weiß!")[0] == f"ﬀ Straße: {MARK}, {MARK}!"


def test_one_word_names_are_not_sure() -> None:
    rose = Redactor.of(KnownAs(person_id=uuid.uuid4(), names=("Rose",), emails=("rose@garden.example",)))
    assert rose.redact("A rose is a Rose")[1] == 0
    assert rose.redact("Rose <rose@garden.example>")[0] == f"{MARK} <{MARK}>"


def test_a_surname_that_the_writer_bears_too_stays_theirs() -> None:
    text = "My wife Ada Lindqvist ordered. Yours, Viktor Lindqvist"
    assert ADA.redact(text, spare="Viktor Lindqvist")[0] == f"My wife {MARK} ordered. Yours, Viktor Lindqvist"
