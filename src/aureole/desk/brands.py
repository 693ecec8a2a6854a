"""Brands: of which one a mail is, and under whose name an answer leaves."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import connection

from aureole.desk.models import Brand, BrandAddress, Ticket
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.text import one_line, storable
from aureole.people.normalise import counted_as, normalise

MOST_ADDRESSES = 40
_CODE = re.compile(r"[a-z][a-z0-9-]{0,11}", re.A)
_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*", re.A)
_LONGEST = 254
BRANDS_AT = "SELECT address, brand_id FROM desk_brand_address WHERE address = ANY(%s)"
"""Which of some addresses (`as_compared`) are a brand's: by primary key, for whoever has a statement to put it into."""


def brands() -> list[Brand]:
    """Those in use, by name."""
    return list(Brand.objects.filter(removed_at=None).order_by("name", "code"))


def brand_coded(code: str) -> Brand:
    """The one in use with that code. Raises NotFound."""
    found = Brand.objects.filter(code=code.strip().lower(), removed_at=None).first()
    if found is None:
        raise NotFound(
            "brand_not_found", "There is no brand of that code; `brand list` shows them. Nothing was changed."
        )
    return found


def as_compared(addresses: Iterable[str]) -> list[str]:
    """What `BRANDS_AT` is asked for."""
    return sorted({counted_as(address) for address in addresses if address})


def every_address() -> list[str]:
    """Those of all brands in use: the company's own, and nobody's in a conversation."""
    return list(BrandAddress.objects.order_by("address").values_list("address", flat=True))


def first_brand(addresses: Iterable[str], known: Mapping[str, uuid.UUID]) -> uuid.UUID | None:
    """Of the first of these addresses that is a brand's; `known` by address, as `BRANDS_AT` finds them."""
    found = (known.get(counted_as(address)) for address in addresses)
    return next((brand_id for brand_id in found if brand_id is not None), None)


def leaves_as(ticket: Ticket) -> tuple[str, str]:
    """Name and address an answer to the ticket leaves under: the brand's while it is in use, else the company's."""
    brand = ticket.brand
    if brand is None or brand.removed_at is not None:
        return settings.AUREOLE_WORKSPACE, settings.AUREOLE_MAILBOX
    return brand.name, brand.address


def clean_code(code: str) -> str:
    found = code.strip().lower()
    if not _CODE.fullmatch(found):
        raise Refused(
            "brand_code",
            "A brand's code begins with a letter and has at most 12 letters, digits and hyphens, like nordlys. "
            "Nothing was changed.",
        )
    return found


def clean_name(name: str) -> str:
    found = one_line(storable(name))
    if not found or len(found) > 80 or "@" in found:
        raise Refused(
            "brand_name",
            "A brand has a name of at most 80 characters, without an address in it. Nothing was changed.",
        )
    return found


def clean_addresses(addresses: Sequence[str]) -> list[str]:
    """As compared, each once, in their order."""
    found = list(dict.fromkeys(normalise("email", address) for address in addresses))
    if not 1 <= len(found) <= MOST_ADDRESSES:
        raise Refused(
            "brand_addresses",
            f"A brand has 1 to {MOST_ADDRESSES} addresses; answers leave from the first. Nothing was changed.",
        )
    if any(len(address) > _LONGEST or not _ADDRESS.fullmatch(address) for address in found):
        raise Refused(
            "brand_address",
            "One of these addresses cannot stand in a mail's header; write it like help@nordlys.example. "
            "Nothing was changed.",
        )
    return found


def take_addresses(brand: Brand, addresses: Sequence[str]) -> None:
    """Make these the brand's, and no others. Raises Refused for one that another brand has."""
    if BrandAddress.objects.filter(address__in=addresses).exclude(brand=brand).exists():
        raise Refused(
            "brand_address_taken",
            "One of these addresses is another brand's: a mail can be of one brand only. Nothing was changed.",
        )
    BrandAddress.objects.filter(brand=brand).exclude(address__in=addresses).delete()
    BrandAddress.objects.bulk_create(
        [BrandAddress(address=address, brand=brand) for address in addresses], ignore_conflicts=True
    )


def lock_brands() -> None:
    """One change of brands at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('desk brands', 0))")
