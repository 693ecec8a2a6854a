from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id


class BreachRole(models.TextChoices):
    """In whose name the data was processed: it decides who is notified."""

    CONTROLLER = "controller", "for ourselves: the authority is notified (GDPR Art. 33(1))"
    PROCESSOR = "processor", "for another controller: they are told at once (GDPR Art. 33(2))"


class BreachScope(models.TextChoices):
    """How those affected are found."""

    READS = "reads", "whoever an account looked at"
    PERSONS = "persons", "persons given by their addresses"
    EVERYBODY = "everybody", "everybody on file"


class BreachRisk(models.TextChoices):
    """What it means for the persons affected; the law's three steps (GDPR Art. 33(1), 34(1))."""

    NONE = "none", "unlikely to result in a risk"
    RISK = "risk", "a risk"
    HIGH = "high", "a high risk"


class BreachTelling(models.TextChoices):
    """What became of telling the persons affected (GDPR Art. 34)."""

    TOLD = "told", "they are written to"
    SEALED = "sealed", "not needed: nobody could read it (GDPR Art. 34(3)(a))"
    AVERTED = "averted", "not needed: the high risk is no longer likely (GDPR Art. 34(3)(b))"
    PUBLIC = "public", "told in public: writing to each would be disproportionate (GDPR Art. 34(3)(c))"


class Breach(models.Model):
    """A breach of personal data, from the moment of awareness to its end. Closed ones stay: Art. 33(5) asks for all.

    number         what it is called, counted from 1
    noticed_at     the moment of awareness: the clock starts here; hours  how long it runs, NULL for a processor
    disclosed, altered, lost   confidentiality, integrity, availability
    facts, effects, measures, contact, remedy   words that name nobody: refused where they do
    scope …        how those affected were looked for, scope_mark what stands for the
                   account in the log; finding  waiting, found or ""
    persons_found  how many, those erased since included (persons_gone); records  rows by the label of what is declared
    sealed_only    whether nothing but ciphertext without keys was taken
    notified_at    when the first report was handed in; completed_at  when the last one was
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    number = models.BigIntegerField(unique=True)
    title = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=BreachRole.choices, default=BreachRole.CONTROLLER)
    recorded_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    law = models.CharField(max_length=20)
    hours = models.SmallIntegerField(null=True)

    disclosed = models.BooleanField(default=False)
    altered = models.BooleanField(default=False)
    lost = models.BooleanField(default=False)
    facts = models.TextField()
    effects = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    contact = models.TextField(blank=True)

    scope = models.CharField(max_length=10, choices=BreachScope.choices, blank=True)
    scope_agent: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    scope_mark = models.BinaryField(max_length=16, null=True)
    scope_since = models.DateTimeField(null=True)
    scope_until = models.DateTimeField(null=True)
    sealed_only = models.BooleanField(default=False)
    finding = models.CharField(max_length=8, blank=True)
    persons_found = models.IntegerField(null=True)
    persons_gone = models.IntegerField(default=0)
    records = models.JSONField(default=dict)
    categories = models.JSONField(default=list)

    risk = models.CharField(max_length=4, choices=BreachRisk.choices, blank=True)
    risk_reason = models.TextField(blank=True)
    notified_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    delay_reason = models.TextField(blank=True)
    telling = models.CharField(max_length=8, choices=BreachTelling.choices, blank=True)
    telling_reason = models.TextField(blank=True)
    telling_words = models.JSONField(default=dict)
    remedy = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_breach"
        indexes = [
            models.Index(fields=["noticed_at"], name="breach_open", condition=models.Q(closed_at=None))
        ]

    def __str__(self) -> str:
        return f"breach {self.number}"


class BreachStep(models.Model):
    """What was done about a breach, in its order; `said` is what it said then, and stays as it was."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="steps")
    breach_id: uuid.UUID
    at = models.DateTimeField()
    what = models.CharField(max_length=12)
    by_kind = models.CharField(max_length=10)
    by_agent: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    said = models.JSONField(default=dict)

    class Meta:
        db_table = "privacy_breach_step"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.what} of breach {self.breach_id}"


class BreachPerson(models.Model):
    """Somebody affected. `letters`: how many told them; NULL until they were written to, 0 when nothing reaches
    them."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="persons")
    breach_id: uuid.UUID
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    letters = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "privacy_breach_person"

    def __str__(self) -> str:
        return f"somebody affected by breach {self.breach_id}"
