from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models

from aureole.kernel.ids import new_id


class Brand(models.Model):
    """A name under which the company writes with people. Never deleted, because tickets say of which they were.

    code        as it is typed, one of its kind among those in use
    address     where answers leave from; one of `addresses`
    removed_at  since when nothing new becomes of this brand; its addresses are free for another one
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=254)
    removed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        db_table = "desk_brand"
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(removed_at=None), name="one_brand_of_a_code"
            )
        ]

    def __str__(self) -> str:
        return self.name


class BrandAddress(models.Model):
    """An address people write to, as compared (`people.normalise`); it belongs to one brand."""

    address = models.CharField(primary_key=True, max_length=254)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="addresses")
    brand_id: uuid.UUID

    class Meta:
        db_table = "desk_brand_address"

    def __str__(self) -> str:
        return self.address
