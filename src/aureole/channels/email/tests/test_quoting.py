from __future__ import annotations

import pytest

from aureole.channels.email.quoting import split
from aureole.channels.email.tests.corpus import outside, outside_json

_QUOTED = "> What colour is it?\n> Ada"


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, 2 Mar 2026 at 10:15, Ada Holm <ada@example.org> wrote:",
        "On Mon, 2 Mar 2026 at 10:15, Ada Holm\n<ada@example.org>\nwrote:",
        "Am 02.03.2026 um 10:15 schrieb Ada Holm <ada@example.org>:",
        "Le lun. 2 mars 2026 à 10:15, Ada Holm <ada@example.org> a écrit :",
        "El lun, 2 mar 2026 a las 10:15, Ada Holm (<ada@example.org>) escribió:",
        "Il giorno lun 2 mar 2026 alle ore 10:15 Ada Holm <ada@example.org> ha scritto:",
        "Op ma 2 mrt 2026 om 10:15 schreef Ada Holm <ada@example.org>:",
        "Den mån 2 mars 2026 kl 10:15 skrev Ada Holm <ada@example.org>:",
        "W dniu 02.03.2026 o 10:15, Ada Holm <ada@example.org> pisze:",
        "Em seg., 2 de mar. de 2026 às 10:15, Ada Holm <ada@example.org> escreveu:",
        "2026-03-02 10:15 GMT+01:00 Ada Holm <ada@example.org>:",
        "---- On Mon, 02 Mar 2026 10:15:00 +0100 ada@example.org wrote ----",
    ],
)
def test_the_history_is_found_in_many_languages(introduction: str) -> None:
    parts = split(f"It is red.\n\n{introduction}\n{_QUOTED}\n")
    assert parts.new_text == "It is red."
    assert "What colour" in parts.quoted


@pytest.mark.parametrize(
    "block",
    [
        "-----Original Message-----\nFrom: Ada <a@b.org>\nSent: Monday\nTo: us\nSubject: x",
        "-----Ursprüngliche Nachricht-----\nVon: Ada <a@b.org>\nGesendet: Montag\nAn: uns\nBetreff: x",
        "________________________________\nDe : Ada <a@b.org>\nEnvoyé : lundi\nÀ : nous\nObjet : x",
        "From: Ada <a@b.org>\nSent: Monday, 2 March 2026 10:15\nTo: us@b.org\nSubject: x",
        "-------- Oprindelig besked --------\nFra: Ada <a@b.org>\nDato: 02.03.2026",
    ],
)
def test_outlook_blocks_are_history(block: str) -> None:
    parts = split(f"It is red.\n\n{block}\n\nWhat colour is it?\n")
    assert parts.new_text == "It is red."
    assert parts.quoted.startswith(block.split("\n")[0])


@pytest.mark.parametrize(
    "text",
    [
        "On the surface, this looks like a quote header.\n\nOn average, it works.",
        "Sent from my desk, it is much easier than from my phone.",
        "We ship From: Hamburg and To: Oslo.",
        "I use -- as a dash -- often.\n-- first\n-- second",
        "Here is the list:\n\n2026-03-02 10:15\n2026-03-03 11:00",
    ],
)
def test_ordinary_sentences_are_not_taken_for_history(text: str) -> None:
    assert split(text).new_text == text


def test_answers_between_the_lines_keep_the_lines_they_answer() -> None:
    text = "On 2 Mar 2026, at 10:15, Ada <a@b.org> wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo."
    assert split(text).new_text == text


def test_words_below_the_history_are_new() -> None:
    parts = split("On 2 Mar 2026, at 10:15, Ada <a@b.org> wrote:\n> One?\n> Two?\n\nYes to both.")
    assert parts.new_text == "Yes to both."


@pytest.mark.parametrize("mark", ["-- ", "--", "—", "__"])
def test_a_signature_is_found(mark: str) -> None:
    parts = split(f"It is red.\n\n{mark}\nAda Holm\nPostal Street 1")
    assert (parts.new_text, parts.signature.split("\n")[-1]) == ("It is red.", "Postal Street 1")


@pytest.mark.parametrize(
    "line", ["Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone"]
)
def test_a_device_line_is_a_signature(line: str) -> None:
    assert split(f"It is red.\n\n{line}").new_text == "It is red."


def test_a_mail_of_quotes_only_is_shown_whole() -> None:
    text = "> all\n> quoted"
    assert split(text).new_text == text


def test_a_forwarded_mail_without_own_words_is_shown_whole() -> None:
    text = (
        "---------- Forwarded message ---------\nFrom: Ada <a@b.org>\nDate: 2 Mar 2026\nSubject: x\n\nHello"
    )
    assert split(text).new_text == text


def test_all_replies_of_the_larger_set_are_cut_exactly() -> None:
    expected = outside_json("reply-stripping/expected.json")
    folder = outside("reply-stripping/mails")
    wrong = [
        name
        for name in expected["mails"]
        if split((folder / name).read_text("utf-8")).new_text.strip()
        != expected["expected_first_reply"].strip()
    ]
    assert (len(expected["mails"]), wrong) == (43, [])
