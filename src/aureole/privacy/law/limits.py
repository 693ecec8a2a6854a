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


@dataclass(frozen=True, kw_only=True, slots=True)
class InformationLimit:
    """How long there is to tell somebody of data that did not come from them: calendar months from obtaining it."""

    law: str
    months: int
    article: str


def information_limit(country: str, obtained_on: date) -> InformationLimit:
    """GDPR Art. 14(3), as it applied on the day the data was obtained. Raises Refused for an unknown law."""
    line = line_for("information_limits", "limit", country, obtained_on)
    return InformationLimit(law=line["law"], months=line["months"], article=line["article"])


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsultationLimit:
    """How long an authority has to answer, how many weeks an extension gives, and until when it is announced."""

    law: str
    weeks: int
    extension_weeks: int
    announced_within_months: int
    article: str


def consultation_limit(country: str, received_on: date) -> ConsultationLimit:
    """GDPR Art. 36(2), as it applied on the day the authority got the request. Raises Refused for an unknown law."""
    line = line_for("consultation_limits", "limit", country, received_on)
    return ConsultationLimit(
        law=line["law"],
        weeks=line["weeks"],
        extension_weeks=line["extension_weeks"],
        announced_within_months=line["announced_within_months"],
        article=line["article"],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class NotificationLimit:
    """How long there is to notify the authority of a breach: hours, which run over weekends and holidays."""

    law: str
    hours: int
    article: str


def notification_limit(country: str, day: date) -> NotificationLimit:
    """What applied where the controller is, on the day it became aware. Raises Refused for an unknown law."""
    line = line_for("breach_limits", "notification", country, day)
    return NotificationLimit(law=line["law"], hours=line["hours"], article=line["article"])


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
