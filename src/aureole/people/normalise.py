"""One spelling per identifier, so that the blind index finds it however it was written."""

from __future__ import annotations

import unicodedata

import phonenumbers

from aureole.kernel.errors import Refused
from aureole.kernel.text import one_line


def normalise(kind: str, value: str) -> str:
    """The compared form. Raises Refused for what cannot be an identifier of that kind."""
    text = one_line(unicodedata.normalize("NFKC", value))
    if not text or len(text) > 320:
        raise Refused(
            "identifier_unusable", "That address or number is empty or too long; nothing was saved."
        )
    if kind == "email":
        return _email(text)
    return _phone(text) if kind == "phone" else text.casefold()


def _email(text: str) -> str:
    """Whole address in lower case, domain in its ASCII form where it has one (RFC 5891)."""
    local, at, domain = text.casefold().rpartition("@")
    if not at or not local or not domain:
        raise Refused(
            "email_unusable", "An e-mail address needs a name, an @ and a domain; nothing was saved."
        )
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return f"{local}@{domain}"


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise Refused(
            "phone_unusable",
            "Write the phone number with its country code, like +45 12 34 56 78; nothing was saved.",
        ) from None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
