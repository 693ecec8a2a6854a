from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aureole.privacy.law.dated import line_for


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseLimit:
    """How long there is to answer: calendar months, and how many more an extension gives."""

    law: str
    months: int
    extension_months: int
    article: str


def response_limit(country: str, received_on: date) -> ResponseLimit:
    """What applied where the controller is, on the day the request came in. Raises Refused for an unknown law."""
    line = line_for("response_limits", "limit", country, received_on)
    return ResponseLimit(
        law=line["law"],
        months=line["months"],
        extension_months=line["extension_months"],
        article=line["article"],
    )


def age_of_consent(country: str, day: date) -> int:
    """Years from which a child consents alone (GDPR Art. 8(1)). Raises Refused for an unknown country."""
    return int(line_for("children_ages", "age", country, day)["age"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """How long a kind of record has to be kept: years from the end of the calendar year it is of."""

    years: int
    article: str


FLOORS = ("business_letter", "voucher", "books")


def statutory_floor(kind: str, country: str, day: date) -> Floor:
    """What the law of that day wants kept there. Raises Refused for a country without a line on file."""
    line = line_for("statutory_floors", kind, country, day)
    return Floor(years=line["years"], article=line["article"])
