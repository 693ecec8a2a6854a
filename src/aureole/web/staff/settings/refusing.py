"""At which field of a form a refusal of an action on brands is said."""

from __future__ import annotations

from aureole.kernel.errors import Refused

_FIELDS = {
    "brand_code": "code", "brand_exists": "code", "brand_name": "name", "brand_addresses": "addresses",
    "brand_address": "addresses", "brand_address_taken": "addresses", "email_unusable": "addresses",
    "identifier_unusable": "addresses",
}  # fmt: skip


def field_of(refusal: Refused) -> str | None:
    """None: above the form."""
    return _FIELDS.get(refusal.code)
