"""One spelling per identifier, so that the blind index finds it however it was written."""

from __future__ import annotations

import unicodedata

from aureole.kernel.errors import Refused
from aureole.kernel.text import one_line

_LONGEST = 320
_DEVIATIONS = frozenset("ßς")  # RFC 5894 §7.2
_AROUND = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"  # what comes along when an address is copied


def normalise(kind: str, value: str) -> str:
    """The compared form. Raises Refused for what cannot be an identifier of that kind."""
    if kind == "email":
        return _email(value)
    text = one_line(unicodedata.normalize("NFKC", value))
    if not text or len(text) > _LONGEST:
        raise Refused(
            "identifier_unusable", "That address or number is empty or too long; nothing was saved."
        )
    return _phone(text) if kind == "phone" else text.casefold()


def counted_as(address: str) -> str:
    """What tries at an e-mail address are counted under: another spelling of it is no fresh try."""
    try:
        return normalise("email", address)
    except Refused:
        return address.strip().casefold()


def _email(value: str) -> str:
    """Whole address in lower case, domain in its ASCII form where it has one.

    Never further than the mail system itself goes, or another mailbox would be taken for this one: a local part is
    compared as it stands (RFC 6532 §3.1: NFC), so that a full-width letter, an "ss" for an "ß", a dot or a "+word"
    make another address.
    """
    local, _, domain = unicodedata.normalize("NFC", value).strip(_AROUND).rpartition("@")
    local = " ".join(local.split())
    if not local or not domain or len(value) > _LONGEST or one_line(local) != local:
        raise Refused(
            "email_unusable", "An e-mail address needs a name, an @ and a domain; nothing was saved."
        )
    return f"{local.lower()}@{_domain(domain)}"


def _domain(domain: str) -> str:
    """By IDNA 2008 (RFC 5891): Python's codec follows IDNA 2003, which takes "ß" and "ς" for other letters."""
    mapped = one_line(unicodedata.normalize("NFKC", domain)).lower()
    try:
        return ".".join(_label(label) for label in mapped.split("."))
    except UnicodeError:
        return mapped


def _label(label: str) -> str:
    if label.isascii():
        return label
    if set(label) & _DEVIATIONS:
        return f"xn--{label.encode('punycode').decode()}"
    return label.encode("idna").decode()


def _phone(text: str) -> str:
    import phonenumbers  # large, and few processes meet a number

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise Refused(
            "phone_unusable",
            "Write the phone number with its country code, like +45 12 34 56 78; nothing was saved.",
        ) from None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
