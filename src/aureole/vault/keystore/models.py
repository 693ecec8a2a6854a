from __future__ import annotations

from django.db import models


class KeyState(models.IntegerChoices):
    """The third state, none, is the absence of a row."""

    ACTIVE = 1, "active"
    ERASED = 2, "erased"


class PersonKey(models.Model):
    """One wrapped key per (person, group). An erased row stays for ever: it is the fence."""

    person_id = models.UUIDField()
    group = models.SmallIntegerField()
    state = models.SmallIntegerField(choices=KeyState.choices, default=KeyState.ACTIVE)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "keystore_person_key"
        constraints = [
            models.UniqueConstraint(fields=["person_id", "group"], name="one_key_per_person_and_group"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.group}"


class SystemKey(models.Model):
    """A key of the instance itself: search index, blind index, certificate signature, mail tokens."""

    name = models.CharField(max_length=40)
    epoch = models.IntegerField(default=1)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "keystore_system_key"
        constraints = [models.UniqueConstraint(fields=["name", "epoch"], name="one_system_key_per_epoch")]

    def __str__(self) -> str:
        return f"{self.name}/{self.epoch}"
