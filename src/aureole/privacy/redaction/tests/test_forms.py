"""What looks like somebody else is put before a person; what surely is the person's own, or nobody's, is not."""

from __future__ import annotations

import uuid

import pytest

from aureole.privacy.export.shield import ADDRESS
from aureole.privacy.ports import KnownAs
from aureole.privacy.redaction.forms import Forms

ADA = KnownAs(
    person_id=uuid.uuid4(),
    names=("Ada Lindqvist",),
    emails=("ada@brevduva.example",),
    phones=("+45 12 34 56 78",),
)
FORMS = Forms(ADA, ("help@nordlys.example",))


def found(text: str, forms: Forms = FORMS) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in forms.find(text)]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("write to bo@elsewhere.example.", [("address", "bo@elsewhere.example")]),
        ("ring +46 70 123 45 67 after six", [("number", "+46 70 123 45 67")]),
        ("ring 070-123 45 67", [("number", "070-123 45 67")]),
        ("pay to DE89 3704 0044 0532 0130 00 please", [("account", "DE89 3704 0044 0532 0130 00")]),
        ("pay to DE89370400440532013000", [("account", "DE89370400440532013000")]),
        ("> Dear Mr. Bo Ek,\nyour tent", [("name", "Bo Ek")]),
        ("Sehr geehrte Frau Dr. Über,", [("name", "Über")]),
        ("References: <bo@elsewhere.example>", [("address", "bo@elsewhere.example")]),
        ("References: Bo <b1@elsewhere.example>", [("address", "b1@elsewhere.example")]),
        ("Message-ID: <1@x.example>\nb1@elsewhere.example", [("address", "b1@elsewhere.example")]),
        ("Bonjour Madame Élise Noël, merci", [("name", "Élise Noël")]),
        (
            "bo [dot] ek (at) elsewhere [dot] example",
            [("address", "bo [dot] ek (at) elsewhere [dot] example")],
        ),
        ("bo.ek(at)elsewhere.example", [("address", "bo.ek(at)elsewhere.example")]),
        ("her card 4111 1111 1111 1111, please", [("account", "4111 1111 1111 1111")]),
        ("card 378282246310005", [("account", "378282246310005")]),
    ],
)
def test_what_looks_like_somebody_is_found(text: str, hits: list[tuple[str, str]]) -> None:
    assert found(text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "ada@brevduva.example and Help@Nordlys.example",
        "ada [at] brevduva (dot) example, two (at least) of them [at home], card 4111 1111 1111 1112",
        "ring 12 34 56 78 or +4512345678",
        "Dear Ada,",
        "Hello Ada Lindqvist, hi all, Hi Team, Dear Sir or Madam",
        "hi there, the poles broke",
        "on 2026-03-05, 12.10.2025 and 5/11/2026",
        "order 4711234, parcel 00340434161094042557, 1,250.00 EUR, 20 x 30 cm",
        "DE00 3704 0044 0532 0130 00 is no account",
        "From x\r\n> Message-ID: <070-123-45-67@mail.example>\r\n",
        "> > References: <CAF=1@mail.example> <2.a@mail.example>\n> >  <3$b@[127.0.0.1]>\nIn-Reply-To:<4@x.example>",
        "https://shop.example/2026/1234567",
    ],
)
def test_what_is_theirs_or_nobodys_is_not(text: str) -> None:
    assert found(text) == []


def test_whoever_is_greeted_first_is_the_person_whose_name_we_do_not_know() -> None:
    nameless = Forms(KnownAs(person_id=uuid.uuid4(), emails=("x@y.example",)))
    assert found("Dear Grace,\nwe got it.", nameless) == []
    assert found("We got it.\n\n> Dear Grace, no", nameless) == [("name", "Grace")]


def test_a_long_word_without_a_break_is_read_once() -> None:
    """A dump in a file of half a million digits was tried from each of them: hours."""
    text = f"{'4a' * 250_000} bo@elsewhere.example"
    assert ADDRESS.findall(text) == ["bo@elsewhere.example"]
