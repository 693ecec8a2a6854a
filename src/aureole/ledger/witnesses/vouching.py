"""This instance as a witness of others' logs (C2SP tlog-witness): it signs what only grew since it last looked."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from http import HTTPStatus

from django.db import transaction

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.models import WitnessedLog
from aureole.ledger.notes import cosign
from aureole.ledger.ports import signer
from aureole.ledger.sequencer import log_name
from aureole.ledger.verifier import (
    COSIGNING_KEY,
    Checkpoint,
    Flaw,
    Note,
    is_number,
    read_checkpoint,
    read_note,
    read_verifier_key,
    verifier_key,
    verify_consistency,
    verify_note,
)

MOST_STEPS = 63


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: text is a cosignature line, a size, or a sentence."""

    status: HTTPStatus
    text: str


def witness_name() -> str:
    return log_name().replace("/ledger", "/witness")


def witness_key() -> str:
    """What the operator of another log writes behind our address in their settings."""
    return verifier_key(witness_name(), signer().public_key(), COSIGNING_KEY)


def vouch_for(key: str) -> str:
    """Let a log in by its key (`aureole ledger key` prints it there); returns its name. Raises Refused."""
    try:
        name = read_verifier_key(key)[0]
    except Flaw as flaw:
        raise Refused("ledger_key_unfit", f"{flaw} Nothing was changed.") from None
    WitnessedLog.objects.get_or_create(origin=name, defaults={"key": key.strip()})
    return name


def add_checkpoint(body: str) -> Answer:
    """One request of C2SP tlog-witness: `old N`, proof lines, an empty line, the checkpoint.

    The size is stored before the signature is given, and never shrinks.
    """
    try:
        old, proof, note = _read(body)
        checkpoint = read_checkpoint(note)
    except Flaw as flaw:
        return Answer(HTTPStatus.BAD_REQUEST, str(flaw))
    with transaction.atomic():
        parent = WitnessedLog.objects.filter(origin=checkpoint.origin.rpartition("/")[0]).first()
        if parent is None:
            return Answer(HTTPStatus.NOT_FOUND, "This log is not vouched for here.")
        try:
            verify_note(note, parent.key)
        except Flaw as flaw:
            return Answer(HTTPStatus.FORBIDDEN, str(flaw))
        known = _month_of(parent, checkpoint.origin)
        return _judge(known, old, proof, checkpoint) or _vouch(known, note, checkpoint)


def _read(body: str) -> tuple[int, list[bytes], Note]:
    head, gap, written = body.partition("\n\n")
    first, *lines = head.split("\n")
    number = first.removeprefix("old ")
    if not gap or not first.startswith("old ") or not is_number(number) or len(lines) > MOST_STEPS:
        raise Flaw("The request does not begin with 'old' and at most 63 proof lines.")
    try:
        proof = [base64.b64decode(line, validate=True) for line in lines]
    except binascii.Error:
        raise Flaw("A proof line is not base64.") from None
    return int(number), proof, read_note(written)


def _month_of(parent: WitnessedLog, origin: str) -> WitnessedLog:
    """Months are logs of their own, let in by the key of the log they belong to; each is remembered apart.

    Called once the signature fits: nobody else makes this instance remember anything.
    """
    WitnessedLog.objects.bulk_create([WitnessedLog(origin=origin, key=parent.key)], ignore_conflicts=True)
    return WitnessedLog.objects.select_for_update().get(pk=origin)


def _judge(known: WitnessedLog, old: int, proof: list[bytes], checkpoint: Checkpoint) -> Answer | None:
    if old > checkpoint.size:
        return Answer(HTTPStatus.BAD_REQUEST, "The old size is larger than the checkpoint's.")
    if old != known.size:
        return Answer(HTTPStatus.CONFLICT, f"{known.size}\n")
    try:
        if known.root is not None and old:
            verify_consistency(
                old_size=old, new_size=checkpoint.size, old_root=bytes(known.root), new_root=checkpoint.root,
                proof=proof,
            )  # fmt: skip
    except Flaw as flaw:
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(flaw))
    return None


def _vouch(known: WitnessedLog, note: Note, checkpoint: Checkpoint) -> Answer:
    known.size, known.root, known.at = checkpoint.size, checkpoint.root, now()
    known.save(update_fields=["size", "root", "at"])
    return Answer(HTTPStatus.OK, cosign(note.text, witness_name(), int(now().timestamp())))
