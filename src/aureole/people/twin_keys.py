"""By what two records are recognised as one person's: keys that both have, however each is written.

Two spellings of an address are one mailbox only where the mail system is known to say so; elsewhere what follows a
plus is a hint. A name alone says nothing: it counts together with an organisation or a domain of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aureole.kernel.text import fold
from aureole.people.models import Identifier, Person, TwinSign

_SHORTEST_NUMBER = 7
_SHORTEST_CODE = 4
_SAME_DOMAIN = {
    "googlemail.com": "gmail.com",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
}
_WITHOUT_DOTS = frozenset({"gmail.com", "proton.me"})
# Known to deliver to the same mailbox whatever follows a plus.
_WITH_TAGS = frozenset(
    {"gmail.com", "icloud.com", "proton.me", "outlook.com", "hotmail.com", "live.com", "fastmail.com",
     "posteo.de", "mailbox.org"}
)  # fmt: skip
# Mail for everybody: an address there says nothing about where somebody belongs.
_FOR_EVERYBODY = _WITH_TAGS | frozenset(
    {"yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.co.uk", "aol.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch",
     "web.de", "t-online.de", "freenet.de", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "libero.it",
     "hotmail.fr", "hotmail.de", "hotmail.es", "hotmail.co.uk", "msn.com", "mail.ru", "yandex.ru", "wp.pl", "onet.pl",
     "seznam.cz", "telia.com", "ziggo.nl", "kpnmail.nl", "bluewin.ch", "comcast.net", "verizon.net", "zoho.com"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TwinKey:
    """`text` is equal for two records that share the sign."""

    sign: TwinSign
    text: str

    @property
    def term(self) -> str:
        """What the index keeps a keyed number of. An address is one key, whether or not its plus is known."""
        kind = TwinSign.MAILBOX if self.sign == TwinSign.TAG else self.sign
        return f"{kind}|{self.text}"


def keys_of(person: Person, identifiers: Sequence[Identifier]) -> list[TwinKey]:
    """All of a record, opened; strong ones first."""
    emails = [str(i.value) for i in identifiers if i.kind == "email"]
    found = [mailbox(email) for email in emails]
    found += [key for i in identifiers if i.kind != "email" for key in _of_number(i.kind, str(i.value))]
    found += _of_name(person, emails)
    return list(dict.fromkeys(found))


def mailbox(email: str) -> TwinKey:
    """The address without what its mail system, or any that follows a plus, takes for no part of it."""
    local, _, domain = email.rpartition("@")
    domain = _SAME_DOMAIN.get(domain, domain)
    local = local.partition("+")[0] or local
    if domain in _WITHOUT_DOTS:
        local = local.replace(".", "")
    return TwinKey(TwinSign.MAILBOX if domain in _WITH_TAGS else TwinSign.TAG, f"{local}@{domain}")


def _of_number(kind: str, value: str) -> Iterator[TwinKey]:
    digits = "".join(c for c in value if c.isdigit()).removeprefix("00")
    others = [c for c in value if not c.isdigit() and c not in " +-./()"]
    if not others and len(digits) >= _SHORTEST_NUMBER:
        yield TwinKey(TwinSign.NUMBER, digits)
    code = "".join(c for c in value if c.isalnum())
    if kind == "external" and others and len(code) >= _SHORTEST_CODE:
        yield TwinKey(TwinSign.CODE, code)


def _of_name(person: Person, emails: Sequence[str]) -> Iterator[TwinKey]:
    words = sorted(fold(str(person.name or "")).split())
    if len(words) < 2:
        return
    name = " ".join(words)
    if person.organisation_id:
        yield TwinKey(TwinSign.COMPANY, f"{name}|{person.organisation_id}")
    for domain in dict.fromkeys(email.rpartition("@")[2] for email in emails):
        if domain not in _FOR_EVERYBODY:
            yield TwinKey(TwinSign.DOMAIN, f"{name}|{domain}")
