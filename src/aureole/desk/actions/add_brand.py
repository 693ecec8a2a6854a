from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from aureole.desk.brands import clean_addresses, clean_code, clean_name, lock_brands, take_addresses
from aureole.desk.models import Brand
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.staff.permissions import require


def add_brand(*, code: str, name: str, addresses: Sequence[str], by: Actor) -> Brand:
    """A brand; answers leave from the first of its addresses. The very same again changes nothing.

    Raises Refused for a code or an address that another brand has, and for what cannot be a code, name or address.
    """
    require(by, "desk.brands")
    code, name, found = clean_code(code), clean_name(name), clean_addresses(addresses)
    with transaction.atomic():
        lock_brands()
        before = Brand.objects.filter(code=code, removed_at=None).first()
        if before is not None:
            there = set(before.addresses.values_list("address", flat=True))
            if (before.name, before.address, there) == (name, found[0], set(found)):
                return before
            raise Refused(
                "brand_exists",
                "There is a brand of that code; `brand change` gives it another name or other addresses. "
                "Nothing was changed.",
            )
        brand = Brand.objects.create(code=code, name=name, address=found[0])
        take_addresses(brand, found)
        record("desk.brand_added", by=by, addresses=len(found))
        live.touch("desk")
    return brand
