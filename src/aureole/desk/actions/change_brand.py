from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from aureole.desk.brands import clean_addresses, clean_name, lock_brands, take_addresses
from aureole.desk.models import Brand
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.staff.permissions import require


def change_brand(
    *, brand: Brand, by: Actor, name: str | None = None, addresses: Sequence[str] | None = None
) -> Brand:
    """Give it another name, or these addresses instead of those so far; answers leave from the first.

    What is None stays. The same again changes nothing. Raises Refused for a brand that was removed, and as `add_brand`.
    """
    require(by, "desk.brands")
    new_name = None if name is None else clean_name(name)
    found = None if addresses is None else clean_addresses(addresses)
    with transaction.atomic():
        lock_brands()
        fresh = Brand.objects.select_for_update().filter(pk=brand.pk, removed_at=None).first()
        if fresh is None:
            raise Refused("brand_gone", "This brand was removed meanwhile. Nothing was changed.")
        there = set(fresh.addresses.values_list("address", flat=True))
        wanted = (new_name or fresh.name, found[0] if found else fresh.address, set(found or there))
        if wanted == (fresh.name, fresh.address, there):
            return fresh
        fresh.name, fresh.address = wanted[0], wanted[1]
        fresh.save(update_fields=["name", "address"])
        if found is not None:
            take_addresses(fresh, found)
        record("desk.brand_changed", by=by, addresses=len(wanted[2]))
        live.touch("desk")
    return fresh
