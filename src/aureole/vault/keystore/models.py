from __future__ import annotations

from django.db import models
from django.db.models import Q, Value


class KeyState(models.IntegerChoices):
    """The third state, none, is the absence of a row."""

    ACTIVE = 1, "active"
    ERASED = 2, "erased"


class WrappingKey(models.Model):
    """A key wrapped by the root key, which wraps the others. One is current; a retired one goes with the
    last key that lies under it (a foreign key in the database holds it until then)."""

    key_id = models.BinaryField(max_length=8, unique=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "keystore_wrapping_key"
        constraints = [
            models.UniqueConstraint(
                Value(1), condition=Q(retired_at__isnull=True), name="one_current_wrapping_key"
            )
        ]

    def __str__(self) -> str:
        return bytes(self.key_id).hex()


class PersonKey(models.Model):
    """The keys of one person for one group of data. An erased row stays for ever: it is the fence.

    generation  which key this is, counted from 1; sealed values name it
    wrapped     the key of this generation
    former      the one before, only while values are being re-sealed from it
    mark        what stands for the person in the log (group evidence only); goes with the key
    mark_digest what the mark is found by, keyed (`vault/marks.py`); goes with it. NULL in older rows at first
    """

    person_id = models.UUIDField()
    group = models.SmallIntegerField()
    state = models.SmallIntegerField(choices=KeyState.choices, default=KeyState.ACTIVE)
    generation = models.SmallIntegerField(default=1, db_default=1)
    wrapped = models.BinaryField(null=True)
    former = models.BinaryField(null=True)
    mark = models.BinaryField(null=True)
    mark_digest = models.BinaryField(max_length=16, null=True)
    created_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "keystore_person_key"
        indexes = [
            models.Index(
                fields=["mark_digest"],
                condition=models.Q(mark_digest__isnull=False),
                name="person_key_by_mark",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(group=4, state=1, mark_digest=None),
                name="person_key_unfound",
            ),
        ]
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
