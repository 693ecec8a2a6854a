from __future__ import annotations

from django.db import models

from aureole.kernel.ids import new_id


class Organisation(models.Model):
    """A company, school or club whose people write to us."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "people_organisation"

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place of an organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)

    class Meta:
        db_table = "people_site"

    def __str__(self) -> str:
        return self.name
