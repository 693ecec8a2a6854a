from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.privacy.models.request import RightsRequest
from aureole.vault.fields import SealedJSONField, SealedTextField

FILES = ("file", "unread")


class HitStanding(models.TextChoices):
    """What happens to a hit that nobody decided."""

    SURE = "sure", "hidden unless somebody decides otherwise"
    DOUBTFUL = "doubtful", "has to be decided before a release"
    RULE = "rule", "hidden by rule"


class Decision(models.TextChoices):
    HIDE = "hide", "hide"
    KEEP = "keep", "keep"


class AnswerReading(models.Model):
    """That the answer to a request was read for other people, and when last.

    salt   random, hexadecimal; keys the digests of the hits, so that they mean nothing once it is erased
    texts  how many texts and files were read
    told        digest of all that was read of the person's conversations: what a release of the answer stands for
    told_texts  how many texts and files that were
    former      {"remarks": [{table, row, what, decision, remark, until}]}: of decisions made otherwise since, where a
                hold kept them; NULL while there are none
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    request = models.OneToOneField(RightsRequest, on_delete=models.CASCADE, related_name="+")
    request_id: uuid.UUID
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    salt = SealedTextField(group="evidence")
    texts = models.IntegerField(default=0)
    told = models.BinaryField(max_length=32, default=b"")
    told_texts = models.IntegerField(default=0)
    read_at = models.DateTimeField()
    former = SealedJSONField(group="evidence", null=True, keys=("remarks",))

    class Meta:
        db_table = "privacy_answer_reading"

    def __str__(self) -> str:
        return f"reading for {self.request_id}"


class AnswerHit(models.Model):
    """A place of an answer that tells of somebody else, and what was decided about it. No words of it are here.

    table, row_id  the row it is in; all places of one value in one row are one hit
    position       order in which the answer is read, from 0
    kind           person, staff, party, address, number, account, name, marked, changed, file (what is in it),
                   unread (a file that no program could read, or not to its end)
    spans          where: [[start, end], …] in that text of the row whose digest is `text`; for a file in its words
    value, text    keyed digests of what was found and of the text (or bytes) around it
    decision       "" while nobody has decided
    everywhere     whether the decision was for all places of this value, also those found later
    asked_again    somebody had decided, and then the text changed
    remark         why it was decided so, in the words of whoever did; for the evidence, never for the package
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="hits")
    request_id: uuid.UUID
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    table = models.CharField(max_length=63)
    row_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    position = models.IntegerField()
    kind = models.CharField(max_length=8)
    standing = models.CharField(max_length=8, choices=HitStanding.choices)
    spans = models.JSONField(default=list)
    value = models.BinaryField(max_length=32)
    text = models.BinaryField(max_length=32)
    decision = models.CharField(max_length=4, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=16, blank=True)
    everywhere = models.BooleanField(default=False)
    asked_again = models.BooleanField(default=False)
    by_kind = models.CharField(max_length=10, blank=True)
    by_agent: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    remark = SealedTextField(group="evidence", null=True)

    class Meta:
        db_table = "privacy_answer_hit"
        constraints = [
            models.UniqueConstraint(fields=["request", "table", "row_id", "value"], name="one_hit_per_value")
        ]
        indexes = [models.Index(fields=["request", "position", "id"], name="hits_in_their_order")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.table} {self.row_id}"

    @property
    def is_file(self) -> bool:
        """Decided about as a whole: it goes along or is left out."""
        return self.kind in FILES

    @property
    def places(self) -> int:
        return 1 if self.is_file else max(len(self.spans), 1)
