"""Limits of statutes: a duty, the time there is for it, and how much more an extension gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from aureole.privacy.law.calendar import add_months
from aureole.privacy.law.dated import is_in_force, line_for, table


class Duty(StrEnum):
    """What has to be done in time; the word is that of `data/limits.toml`."""

    ANSWER = "answer"
    """A controller answers a request of a data subject (GDPR Art. 12(3))."""
    TELL = "tell"
    """A controller tells people of data that did not come from them (Art. 14(3))."""
    CONSULT = "consult"
    """An authority answers a prior consultation (Art. 36(2))."""
    NOTIFY = "notify"
    """A controller notifies the authority of a breach (Art. 33(1))."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A length of time as a statute says it: in months, weeks or hours. These do not turn into each other."""

    months: int = 0
    weeks: int = 0
    hours: int = 0

    def __add__(self, other: Period) -> Period:
        return Period(
            months=self.months + other.months, weeks=self.weeks + other.weeks, hours=self.hours + other.hours
        )

    def after(self, day: date) -> date:
        """The day on which months or weeks that begin on `day` end, before days off move it."""
        return add_months(day, self.months) + timedelta(weeks=self.weeks)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """within            the time there is
    extension         how much longer it may take, and
    announced_within  until when that has to be said, both from the same beginning; nothing where there is no extension
    """

    law: str
    article: str
    within: Period
    extension: Period = Period()
    announced_within: Period = Period()


def limit(duty: Duty, country: str, day: date) -> Limit:
    """What applied where the controller is, on the day the time began. Raises Refused for an unknown law."""
    line = line_for("limits", duty, country, day)
    periods = ("within", "extension", "announced_within")
    return Limit(
        law=line["law"],
        article=line["article"],
        **{name: Period(**line[name]) for name in periods if name in line},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Age:
    """Years from which a child consents alone. `law`: Art. 8(1), with the national act where one sets the age."""

    years: int
    law: str


def age_of_consent(country: str, day: date) -> Age:
    """Of that day (GDPR Art. 8(1)). Raises Refused for an unknown country."""
    line = line_for("children_ages", "age", country, day)
    act = line["acts"][country]
    return Age(years=int(line["age"]), law=f"GDPR Art. 8(1); {act}" if act else "GDPR Art. 8(1)")


def strictest_age_of_consent(day: date) -> int:
    """The highest age that is in force anywhere: for a country of which none is on file."""
    return max(int(line["age"]) for line in table("children_ages")["age"] if is_in_force(line, day))


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """How long a kind of record has to be kept: years from the end of the calendar year it is of.

    note     what the provision leaves open
    checked  who compared it with the text in force, and when; "" while nobody has
    """

    years: int
    article: str
    note: str
    checked: str


def statutory_floor(record: str, country: str, day: date) -> Floor:
    """What the law of that day wants kept there of a business_letter, a voucher or books. Raises Refused for a country
    without a line on file."""
    line = line_for("statutory_floors", "floor", country, day, record=record)
    return Floor(
        years=line["years"], article=line["article"], note=line.get("note", ""), checked=line["checked"]
    )
