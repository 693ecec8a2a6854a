from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aureole.people.stated_age import age_stated_in
from aureole.privacy.rights.place import today

WRITTEN = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Hi, I’m 12 and my tent broke.", 12),
        ("I am\nonly twelve years old.", 12),
        ("I'm a 14-year-old customer", 14),
        ("i am just a 13 yo", 13),
        ("I was born in 2014.", 12),
        ("Hallo, ich bin erst 12 Jahre alt.", 12),
        ("Ich bin elf und habe etwas bestellt", 11),
        ("Ich bin 2013 geboren.", 13),
        ("Bonjour, j’ai 12 ans et j'ai commandé", 12),
        ("Je n'ai que douze ans", 12),
        ("Hola, tengo doce años y quiero", 12),
        ("Nací en 2014", 12),
    ],
)
def test_an_age_in_years_is_read(text: str, years: int) -> None:
    found = age_stated_in(text, WRITTEN)
    assert found is not None
    assert (found.years, found.born) == (years, "")


@pytest.mark.parametrize(
    "text",
    [
        "I was born on 17 May 2014.",
        "My birthday is May 17th, 2014",
        "Name: Ada\nDate of birth: 2014-05-17",
        "Ich bin am 17.05.2014 geboren",
        "Mein Geburtsdatum ist der 17. Mai 2014",
        "Je suis née le 17 mai 2014",
        "Ma date de naissance : 17/05/2014",
        "Nací el 17 de mayo de 2014",
        "my date of birth is 17.5.14",
    ],
)
def test_a_date_of_birth_is_read(text: str) -> None:
    found = age_stated_in(text, WRITTEN)
    assert found is not None
    assert (found.born, found.years) == ("2014-05-17", None)


@pytest.mark.parametrize(
    "text",
    [
        "I am a minor, may I order?", "I'm still under 16", "I'm not yet 16.", "I'm not 16 yet",
        "Ich bin noch minderjährig", "Ich bin noch nicht 16", "je suis mineure", "J'ai moins de 15 ans",
        "Soy menor de edad", "no tengo 14 años",
    ],
)  # fmt: skip
def test_being_under_age_is_enough(text: str) -> None:
    found = age_stated_in(text, WRITTEN)
    assert found is not None and (found.born, found.years) == ("", None) and found.is_below(today())


@pytest.mark.parametrize(
    "text",
    [
        "My son is 12 years old.", "I am 12 km from your shop", "I'm 12 years a customer", "I am 45 years old",
        "The tent is 12 years old", "I am 10,000 km away", "my daughter was born on 17 May 2014",
        "Ich bin seit 12 Jahren Kunde", "Ich bin 12 Jahre lang Kunde", "J'ai 12 ans d'expérience",
        "Tengo 12 años de experiencia", "Soy menor que mi hermana", "I'm under 16 kg", "Order of 17 May 2014",
        "I'm not 12th in the line", "nous avons 12 ans", "My birthday is 31.02.2014", "My birthday is on 24.11.2025",
        "I am a 10.", "I'm a 10 out of 10", "I'm an 8, she's a 10", "I am a 12 (medium)", "Ich bin eine 7.",
        "Ich bin eine 10 von 10", "Je suis un 10.", "Soy un 10.",
        "J'ai moins de 14 jours pour me rétracter", "I'm still under 14 days", "Ich bin unter 14 Tagen dran",
        "Tengo 10 años comprando con ustedes", "Tengo 15 años como cliente", "J'ai moins de 15 ans d'expérience",
    ],
)  # fmt: skip
def test_what_says_nothing_of_the_writer_is_left_alone(text: str) -> None:
    assert age_stated_in(text, WRITTEN) is None


def test_years_go_on_and_the_law_of_the_country_counts(settings: Any) -> None:
    settings.AUREOLE_COUNTRY = "DE"
    found = age_stated_in("I am 14.", WRITTEN)
    assert found is not None and found.is_below(today())
    assert not found.is_below(today().replace(year=today().year - 3, day=1)), "seventeen by now"
    settings.AUREOLE_COUNTRY = "SE"
    assert not found.is_below(today())
