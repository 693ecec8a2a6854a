from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.privacy.models.export_package import ExportPackage
from aureole.vault.fields import SealedTextField
from aureole.vault.models import SealedFile


class Peer(models.Model):
    """Another instance that persons may move to or come from, made known by an operator.

    address     of its web server, without a slash at the end
    public_key  Ed25519, base64: what it signs offers, receipts and its card with
    automatic   whether what comes from it is taken in by itself, if nobody here has one of its addresses
    removed_at  it is spoken with no more; kept, because receipts name it
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300)
    public_key = models.CharField(max_length=44)
    fingerprint = models.CharField(max_length=79)
    automatic = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_peer"
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=models.Q(removed_at=None), name="one_peer_of_a_key"
            )
        ]

    def __str__(self) -> str:
        return f"peer {self.id}"


class SentState(models.TextChoices):
    WAITING = "waiting", "waiting to be sent"
    DELIVERED = "delivered", "delivered, not decided there"
    TAKEN_IN = "taken_in", "taken in there"
    REFUSED = "refused", "refused there"
    WITHDRAWN = "withdrawn", "withdrawn"
    FAILED = "failed", "not delivered"


class SentTransfer(models.Model):
    """A package on its way to another controller (GDPR Art. 20(2)), and what became of it.

    package   the stored package; NULL once its time is over. What is sent are its bytes
    key       of the pieces, base64; the offer has it sealed for the peer. Goes when nothing is left to send
    offer     the signed offer; names nobody. receipt, closing: the peer's signed receipts
    sent_pieces  how many the peer has; next_at: when it is tried again; trouble: a code of why it waits or ended
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="sent")
    peer_id: uuid.UUID
    person_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    request_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    package = models.ForeignKey(ExportPackage, null=True, on_delete=models.SET_NULL, related_name="+")
    package_id: uuid.UUID | None
    key = SealedTextField(group="evidence", null=True)
    state = models.CharField(max_length=10, choices=SentState.choices, default=SentState.WAITING)
    trouble = models.CharField(max_length=24, blank=True)
    offer = models.TextField(blank=True)
    receipt = models.TextField(blank=True)
    closing = models.TextField(blank=True)
    sent_pieces = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    until = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_sent_transfer"
        indexes = [
            models.Index(fields=["peer"], name="transfer_waiting", condition=models.Q(state="waiting"))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["request_id", "peer"],
                condition=models.Q(state__in=["waiting", "delivered", "taken_in"]),
                name="once_to_a_peer_for_a_request",
            )
        ]

    def __str__(self) -> str:
        return f"transfer {self.id}, {self.state}"


class ArrivedState(models.TextChoices):
    ARRIVING = "arriving", "arriving"
    ARRIVED = "arrived", "waiting for a decision"
    TAKEN_IN = "taken_in", "taken in"
    REFUSED = "refused", "refused"


class ArrivedTransfer(models.Model):
    """A package that came from a peer, set apart until somebody decides. What lies in it is sealed under a key of
    its own (`vault.intake.arrival_subject`), destroyed with the decision.

    transfer_id  the sender's id of it, said in the offer and in every receipt
    offer        the sender's signed offer: where this came from (GDPR Art. 14(2)(f)); names nobody
    known_as     JSON: name and addresses in it, so that they are seen without opening the package
    person_id    who became of it
    receipt, closing  our signed receipts; told_at: when the sender had the last one
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    transfer_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(unique=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="arrived")
    peer_id: uuid.UUID
    state = models.CharField(max_length=10, choices=ArrivedState.choices, default=ArrivedState.ARRIVING)
    ground = models.CharField(max_length=16, blank=True)
    offer = models.TextField()
    receipt = models.TextField(blank=True)
    closing = models.TextField(blank=True)
    received = models.IntegerField(default=0)
    file = models.OneToOneField(SealedFile, null=True, on_delete=models.SET_NULL, related_name="+")
    file_id: uuid.UUID | None
    known_as = models.OneToOneField(SealedFile, null=True, on_delete=models.SET_NULL, related_name="+")
    person_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    created_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_arrived_transfer"
        indexes = [
            models.Index(
                fields=["until"],
                name="arrivals_undecided",
                condition=models.Q(state__in=["arriving", "arrived"]),
            )
        ]

    def __str__(self) -> str:
        return f"arrival {self.id}, {self.state}"


class ArrivedPiece(models.Model):
    """One piece of a package that is still arriving, opened and sealed anew under the arrival's key."""

    arrival = models.ForeignKey(ArrivedTransfer, on_delete=models.CASCADE, related_name="pieces")
    number = models.IntegerField()
    file = models.OneToOneField(SealedFile, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "privacy_arrived_piece"
        constraints = [models.UniqueConstraint(fields=["arrival", "number"], name="each_piece_once")]

    def __str__(self) -> str:
        return f"piece {self.number} of {self.arrival_id}"
