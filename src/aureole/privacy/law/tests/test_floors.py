"""How long business letters are kept for a law: by country, each with its provision, and honestly unchecked."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from aureole.kernel.errors import Refused
from aureole.privacy.law.dated import table
from aureole.privacy.law.limits import statutory_floor

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("country", "years", "provision"),
    [
        ("AT", 7, "UGB § 212"), ("BE", 7, "III.86"), ("CH", 10, "OR art. 958f"), ("DE", 6, "HGB § 257"),
        ("DK", 5, "Bogføringsloven § 12"), ("ES", 6, "Código de Comercio art. 30"), ("FI", 6, "2:10"),
        ("FR", 10, "L123-22"), ("GB", 6, "Sch. 18 para. 21"), ("HU", 8, "169. §"), ("IE", 6, "s. 886"),
        ("IT", 10, "art. 2220"), ("NL", 7, "AWR art. 52"), ("NO", 5, "§ 13"), ("PL", 5, "art. 74"),
        ("PT", 10, "art. 40"), ("SE", 7, "7 kap. 2 §"),
    ],
)  # fmt: skip
def test_each_country_has_its_own_time_and_provision(country: str, years: int, provision: str) -> None:
    found = statutory_floor("business_letter", country, TODAY)
    assert (found.years, provision in found.article, found.checked) == (years, True, "")


def test_vouchers_in_germany_are_kept_as_long_as_the_law_of_the_day_wants() -> None:
    assert statutory_floor("voucher", "DE", date(2024, 12, 31)).years == 10
    assert statutory_floor("voucher", "DE", date(2025, 1, 1)).years == 8
    with pytest.raises(Refused):
        statutory_floor("voucher", "GR", TODAY)


def test_no_two_lines_hold_for_the_same_record_on_a_day() -> None:
    lines = table("statutory_floors")["floor"]
    for country in {c for line in lines for c in line["countries"]}:
        for record in ("business_letter", "voucher", "books"):
            here = [one for one in lines if country in one["countries"] and record in one["records"]]
            spans = sorted((one["from"], one.get("until", date.max)) for one in here)
            assert spans and all(before[1] < after[0] for before, after in pairwise(spans))
