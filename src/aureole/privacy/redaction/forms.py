"""What looks like somebody else by its form alone: addresses, numbers, accounts, names that are greeted.

Nothing here is sure: a number may be the shop's. So each is put before a person, and none is hidden or shown by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aureole.kernel.text import fold
from aureole.privacy.export.shield import ADDRESS, ANOTHER
from aureole.privacy.export.spans import Span
from aureole.privacy.ports import KnownAs
from aureole.privacy.redaction.reasons import OTHERS_REASON

# Written so that machines do not collect it, and people still read it: bo [at] elsewhere (dot) example.
_OPEN, _SHUT = r"[ \t]{0,3}[\[({<][ \t]{0,3}", r"[ \t]{0,3}[\])}>][ \t]{0,3}"
_DOT = rf"{_OPEN}(?:dot|punkt|point|punto|prik|\.){_SHUT}"
_DISGUISED = re.compile(
    rf"(?<![\w.+-])[\w+%'-]{{1,64}}(?:(?:\.|{_DOT})[\w+%'-]{{1,64}}){{0,8}}{_OPEN}(?:at|ät|à|arroba|snabel-?a|@){_SHUT}"
    rf"[\w-]{{1,63}}(?:(?:\.|{_DOT})[\w-]{{1,63}}){{1,8}}",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\w.,/:+-])[3-6]\d{3}(?:[ \u00a0-]?\d){9,15}(?![\w/-]|[.,:]\d)")
_NUMBER = re.compile(r"(?<![\w.,/:+-])(?:\+|00)?\(?\d[\d ()./\-\u00a0]{5,18}\d(?![\w/-]|[.,:]\d)")
_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,4})?(?!\w)")
_DAY = re.compile(r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)?\d\d")
# Quoted header lines that hold nothing but ids of mails, also folded; an id has a digit, or it may be a mailbox.
_BEFORE = r"[ \t>|]{0,20}"
_ID = r"<(?=[^@<>]{0,200}\d)[^\s<>@]{1,200}@[^\s<>@]{1,200}>"
_IDS = re.compile(
    rf"^{_BEFORE}(?:(?:Resent-)?Message-ID|In-Reply-To|References|Content-ID)[ \t]*:"
    rf"(?P<ids>(?:{_BEFORE}(?:\r?\n{_BEFORE})?{_ID}){{1,100}})[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_GREETING = (
    r"(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)|sehr geehrte[rsn]?|liebe[rs]?|hallo|guten tag|moin|"
    r"cher|chère|chere|bonjour|bonsoir|salut|estimad[oa]|querid[oa]|hola|kære|hej|kjære|beste|geachte|caro|cara)"
)
_TITLE = (
    r"(?:(?:mrs?|ms|miss|mx|dr|prof|sir|madam|herr|frau|fru|hr|m|mme|mlle|monsieur|madame|señora?|sra?|don|doña)"
    r"\.?[ ]+)*"
)
_NAME = re.compile(
    rf"(?<!\w)(?i:{_GREETING})[ ,]+(?i:{_TITLE})"
    r"(?P<name>[^\W\d_a-zß-öø-ÿ][\w'’\-]*(?:[ ][^\W\d_a-zß-öø-ÿ][\w'’\-]*){0,2})"
)
_NOBODY = {
    "all", "everyone", "everybody", "team", "support", "customer", "customers", "friends", "colleagues", "sir",
    "madam", "there", "again", "service", "helpdesk", "desk", "kunde", "kundin", "kunden", "alle", "allerseits",
    "zusammen", "damen", "herren", "tous", "toutes", "client", "cliente", "todos", "equipo", "equipe", "monsieur",
    "madame", "messieurs", "senor", "senora", "senores", "herr", "frau", "mr", "mrs", "ms",
}  # fmt: skip
_ENOUGH = 7  # digits of a number somebody can be called at
_COMPARED = 7  # last digits by which two spellings of a number are the same


class Forms:
    """Finds them in texts of one answer; whatever is the person's own or the workspace's is left.

    person  who gets the answer
    ours    addresses of the workspace
    """

    def __init__(self, person: KnownAs, ours: Iterable[str] = ()) -> None:
        self._own = {fold(term) for term in (*person.emails, *person.others)} | {
            fold(one) for one in ours if one
        }
        self._numbers = {_digits(phone)[-_COMPARED:] for phone in person.phones}
        self._names = {word for name in person.names for word in re.split(r"[\s.,_\-]+", fold(name))}

    def find(self, text: str) -> Iterator[Span]:
        """They may overlap one another. An id of a mail is written like an address and is none."""
        within = [m.span("ids") for m in _IDS.finditer(text)] if "@" in text else []
        if "@" in text:
            addresses = (m for m in ADDRESS.finditer(text) if fold(m.group()) not in self._own)
            yield from (_span(m, "address") for m in addresses if not _is_in(m, within))
        yield from (
            _span(m, "address") for m in _DISGUISED.finditer(text) if _plain(m.group()) not in self._own
        )
        accounts = [m for m in _ACCOUNT.finditer(text) if _is_account(m.group())]
        accounts += [m for m in _CARD.finditer(text) if _is_card(m.group())]
        yield from (_span(m, "account") for m in accounts if fold(m.group()) not in self._own)
        within += [m.span() for m in accounts]
        for match in _NUMBER.finditer(text):
            if self._is_number(match.group()) and not _is_in(match, within):
                yield _span(match, "number")
        yield from (_span(m, "name", "name") for m in _NAME.finditer(text) if self._is_name(m, text))

    def _is_number(self, written: str) -> bool:
        digits = _digits(written)
        if not _ENOUGH <= len(digits) <= 15 or _DAY.fullmatch(written.strip()):
            return False
        looks_called = written[0] in "+0(" or re.search(r"[ ()/\-\u00a0]", written) is not None
        return looks_called and digits[-_COMPARED:] not in self._numbers

    def _is_name(self, match: re.Match[str], text: str) -> bool:
        """Not the person, nor a crowd. Whoever is greeted first by nothing but a name, when we know none, is them."""
        words = re.split(r"[\s'’\-]+", fold(match["name"]))
        if set(words) & _NOBODY or set(words) <= self._names:
            return False
        return bool(self._names) or bool(text[: match.start()].strip())


def _is_in(match: re.Match[str], spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= match.start() < end for start, end in spans)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_account(written: str) -> bool:
    """The check digits of an IBAN (ISO 13616) fit."""
    plain = re.sub(r"\s", "", written)
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _is_card(written: str) -> bool:
    """The check digit of a payment card (ISO/IEC 7812-1) fits."""
    digits = [int(digit) for digit in reversed(_digits(written))]
    return sum(digits[::2]) % 10 == -sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2]) % 10


def _plain(disguised: str) -> str:
    """As it would be typed into a mail program."""
    words = re.sub(_DOT, ".", disguised, flags=re.IGNORECASE)
    return fold(re.sub(rf"{_OPEN}[^\])}}>]{{1,9}}{_SHUT}", "@", words))


def _span(match: re.Match[str], kind: str, group: str | int = 0) -> Span:
    return Span(
        start=match.start(group),
        end=match.end(group),
        shown=ANOTHER,
        reason=OTHERS_REASON,
        kind=kind,
        is_sure=False,
    )
