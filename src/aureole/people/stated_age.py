"""What a text says of its writer's age, in four languages: only ever a proposal to whoever reads it (GDPR Art. 8).

Only the first person counts ("I am 12"): a daughter's age says nothing of her mother's record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from aureole.people.children import age_here, age_on, is_below_age
from aureole.privacy.rights.place import today

_MOST_CHARACTERS = 20_000
_YOUNGEST, _OLDEST = 4, 17
_WORDS = (
    ("five", "fünf", "cinq", "cinco"), ("six", "sechs", "six", "seis"), ("seven", "sieben", "sept", "siete"),
    ("eight", "acht", "huit", "ocho"), ("nine", "neun", "neuf", "nueve"), ("ten", "zehn", "dix", "diez"),
    ("eleven", "elf", "onze", "once"), ("twelve", "zwölf", "douze", "doce"),
    ("thirteen", "dreizehn", "treize", "trece"), ("fourteen", "vierzehn", "quatorze", "catorce"),
    ("fifteen", "fünfzehn", "quinze", "quince"), ("sixteen", "sechzehn", "seize", "dieciséis"),
    ("seventeen", "siebzehn", "dix-sept", "diecisiete"),
)  # fmt: skip
_NUMBERS = {word: years for years, words in enumerate(_WORDS, 5) for word in words}
# Beginnings of the months' names, in the order of the months.
_MONTHS = (
    ("jan", "jän", "ene"), ("feb", "fév", "fev"), ("mar", "mär", "mrz"), ("apr", "avr", "abr"), ("may", "mai"),
    ("jun", "juin"), ("jul", "juil"), ("aug", "aoû", "aou", "ago"), ("sep",), ("oct", "okt"), ("nov",),
    ("dec", "dez", "déc", "dic"),
)  # fmt: skip
_N = rf"(?P<n>\d{{1,2}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_DATE = (
    r"(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?\d{2,4}"
    r"|\d{1,2}(?:st|nd|rd|th|er|\.)? (?:de |of )?[^\W\d_]{3,10}\.?,? (?:del? )?\d{4}"
    r"|[^\W\d_]{3,10} \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4})\b"
)
# A number alone is an age where the sentence or its part ends there: "I'm 12 and", not "I'm 12 km away", and not
# "I'm under 14 days" (within which an order may be sent back).
_ENDS = r"(?= ?[.,](?!\d)| ?[;:!?()\n]| - |$| (?:and|but|so|und|aber)\b)"
_OLD = r"(?:(?: |-)years?(?: |-)old\b|(?: years?)? of age\b| ?y\.?/?o\.?\b)"
_TEENS = rf"1[0-8](?:{_ENDS}|(?= (?:years?|yet|until|jahren?)\b))"
# "J'ai 12 ans d'expérience", "tengo 10 años comprando con ustedes": how long they have done something.
_ANS = r"ans\b(?! (?:d[e']|chez\b))"
_ANOS = r"años\b(?! (?:de (?!edad)|como\b|con\b|en\b|[^\W\d_]+[aei]ndo\b))"
# A blank stands for any white space. Named groups: n (years), date; neither where they say that they are under age.
_PATTERNS = (
    rf"\bi(?:'m| am)(?: only| just| still| actually| already){{0,2}} {_N}(?:{_OLD}|{_ENDS})",
    # "I'm a 10", "I am a 12 (medium)": a mark or a size.
    rf"\bi(?:'m| am)(?: only| just| still| actually)? an? {_N}{_OLD}",
    rf"\bmy age is {_N}\b",
    r"\bi(?:'m| am)(?: only| just| still)?(?: a minor\b| under ?age\b| (?:still|only|just) a child\b"
    rf"| under {_TEENS}| not (?:yet |even )?{_TEENS})",
    rf"\bi(?:'m| am| was) born (?:on |in )?(?:the )?{_DATE}",
    rf"\bmy (?:date of birth|birth ?date|birthday|dob)(?: is|:)?(?: on)? {_DATE}",
    rf"\bich bin(?: erst| gerade| noch| schon| ja){{0,2}} {_N}(?: jahre? (?:alt|jung)\b|{_ENDS})",
    rf"\bich bin(?: ja)?(?: noch| erst)?(?: minderjährig\b| unter {_TEENS}| (?:nicht|keine) {_TEENS}| ein kind\b)",
    rf"\bich (?:bin|wurde)(?: am| im(?: jahre?)?)? {_DATE} geboren\b",
    rf"\bich (?:bin|wurde) geboren (?:am|im(?: jahre?)?) {_DATE}",
    rf"\bmein(?:e)? geburts(?:datum|tag)(?: ist)?(?: der| am)?:? {_DATE}",
    rf"\b(?<!n')j'ai(?: seulement| juste| à peine| encore| que){{0,2}} {_N} {_ANS}",
    rf"\bje n'ai que {_N} {_ANS}",
    rf"\b(?:je suis(?: encore| toujours)? mineure?\b|j'ai moins de 1[0-8] {_ANS}"
    rf"|je n'ai pas(?: encore)? 1[0-8] {_ANS})",
    rf"\bje suis née? (?:le|en) {_DATE}",
    rf"\bma date de naissance (?:est(?: le)?|:) ?{_DATE}",
    rf"(?<!no )\btengo(?: solo| sólo| apenas| solamente| ya)? {_N} {_ANOS}",
    rf"\b(?:soy(?: todavía| aún)? menor(?: de edad)?\b(?! que)|tengo menos de 1[0-8] {_ANOS}"
    rf"|no tengo(?: aún| todavía)? 1[0-8] {_ANOS})",
    rf"\bnací (?:el|en) {_DATE}",
    rf"\bmi fecha de nacimiento (?:es(?: el)?|:) ?{_DATE}",
    rf"(?:^|\n) ?(?:date of birth|dob|geburtsdatum|date de naissance|fecha de nacimiento) ?[:=] ?{_DATE}",
)


@dataclass(frozen=True, slots=True)
class StatedAge:
    """The words themselves; and what they say, as far as it can be counted.

    born   ISO 8601 day
    years  full years when it was written; None beside a date, and where they only say that they are under age
    """

    words: str
    born: str = ""
    years: int | None = None

    def is_below(self, written: date) -> bool:
        """Whether who wrote this on that day is below the age of consent today, or may be."""
        if self.born:
            return is_below_age(date.fromisoformat(self.born))
        return self.years is None or self.years + age_on(written, today()) < age_here(today()).years


def age_stated_in(text: str, written: date) -> StatedAge | None:
    """The first that a writer says of their own age; None where they say nothing of it.

    text  the writer's own new words, without quotes and signature
    """
    plain = re.sub(r"[^\S\n]+", " ", text[:_MOST_CHARACTERS].replace("’", "'"))
    for found in sorted(_every(plain), key=lambda match: match.start()):
        stated = _read(found, written)
        if stated is not None:
            return stated
    return None


def _every(text: str) -> list[re.Match[str]]:
    return [found for pattern in _compiled() for found in pattern.finditer(text)]


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(pattern.replace(" ?", "\\s?").replace(" ", "\\s"), re.IGNORECASE) for pattern in _PATTERNS
    )


def _read(found: re.Match[str], written: date) -> StatedAge | None:
    groups, words = found.groupdict(), " ".join(found.group().split())
    if groups.get("date"):
        return _born(groups["date"], words, written)
    if groups.get("n"):
        said = groups["n"].casefold()
        years = int(said) if said.isdecimal() else _NUMBERS.get(said, 0)
        return StatedAge(words, years=years) if _YOUNGEST <= years <= _OLDEST else None
    return StatedAge(words)


def _born(said: str, words: str, written: date) -> StatedAge | None:
    """A year alone says how old they are at most."""
    if re.fullmatch(r"\d{4}", said):
        years = written.year - int(said)
        return StatedAge(words, years=years) if _YOUNGEST <= years <= _OLDEST else None
    day = day_written(said)
    return StatedAge(words, born=day.isoformat()) if day and age_on(day, written) >= _YOUNGEST else None


def day_written(said: str) -> date | None:
    """The day that such words name ("17.5.2012", "17 May 2012", "2012-05-17"); None for others. Day first where both
    orders are possible, as they are written in most of Europe: whoever notes it looks at it."""
    numbers = [int(one) for one in re.findall(r"\d+", said)]
    names = [_month(word) for word in re.findall(r"[^\W\d_]{3,}", said)]
    try:
        if len(numbers) == 3 and re.match(r"\d{4}-", said):
            return date(*numbers)
        if len(numbers) == 3:
            day, month, year = numbers
            day, month = (month, day) if month > 12 else (day, month)
            two_digits = re.search(r"(?<!\d)\d\d$", said.strip())
            return date(_full(year) if two_digits else year, month, day)
        month = next((one for one in names if one), 0)
        return date(numbers[1], month, numbers[0]) if len(numbers) == 2 else None
    except ValueError:
        return None


def _full(year: int) -> int:
    """Of two digits."""
    return 2000 + year if 2000 + year <= today().year else 1900 + year


def _month(word: str) -> int:
    """Its number; 0 for another word. "juillet" is no "jun", and "juin" no "jul"."""
    name = word.casefold()
    return next((number for number, begins in enumerate(_MONTHS, 1) if name.startswith(begins)), 0)
