"""The end of an erasure: search for what is left, write it in the log, prove that it is there, sign what happened."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.compiled import Compiled
from aureole.kernel.reading_files.kinds import NOT_LOOKED_AT
from aureole.ledger.checkpoints import log_key
from aureole.ledger.models import Entry
from aureole.ledger.proofs import prove_entry
from aureole.ledger.record import record
from aureole.ledger.verifier import write_proof
from aureole.privacy.certificate.issue import issue
from aureole.privacy.certificate.verify import statement_digest
from aureole.privacy.erasure.approval import SECOND_PERSON, approval_words
from aureole.privacy.erasure.begin import known_as
from aureole.privacy.erasure.deleting import places_of
from aureole.privacy.erasure.mentions import apart, redact_mentions
from aureole.privacy.erasure.places import PersonCounts, deleted_last, rows_of
from aureole.privacy.erasure.plan import kept_items, kept_under_holds
from aureole.privacy.erasure.standing import note_certificate, note_statement
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.models import Erasure, Way
from aureole.privacy.ports import unsearched
from aureole.privacy.residue.report import ResidueReport
from aureole.privacy.residue.scan import scan
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState

KEY_STORE_BACKUP_DAYS = 7
CARRIED = " (anonymised)"
"""Marks, among what was done, rows that stay under a pseudonym."""
_ENTRIES = {Way.ERASE: "privacy.erased", Way.ANONYMISE: "privacy.anonymised"}
_LEFT = "left"
"""In a residue on its way to a certificate, which says it among what was kept."""
_NOT_POINTED_AT = (
    f"in other people's files: {NOT_LOOKED_AT}",
    "words of other people's texts and files beyond the first 20 000 different ones",
)


Residue = dict[str, Any]
"""What a search for what is left came to, as a certificate says it: searched, not_searched, places, namesakes."""


def certify(erasure: Erasure, residue: Residue | None = None) -> None:
    """State, record, prove, sign. An interruption anywhere is made good by calling it again; it signs once.

    residue  what was found, where it was looked for together with that of others


    The statement and the entry that commits to it are one transaction, so that what is signed later is what the log
    says. The place of the entry, the checkpoint that covers it and the certificate are the next one.
    """
    if erasure.statement is None:
        _state(erasure, residue or search_residue(erasure))
    if not erasure.certificate:
        _sign(erasure)


def _state(erasure: Erasure, residue: Residue) -> None:
    with transaction.atomic():
        held = _held(erasure)
        if held.certificate or held.statement is not None:  # another process was faster
            erasure.refresh_from_db()
            return
        statement = _statement(erasure, held.done | _going_last(erasure), residue)
        entry = record(
            _ENTRIES[Way(erasure.way)], by=Actor.system(), person=erasure.person_id,
            commits_to=statement_digest(statement),
            items=sum(item["count"] for item in statement["erased"]), places=len(residue["places"]),
        )  # fmt: skip
        note_statement(erasure, statement | {"ledger": _placed(entry)})


def _sign(erasure: Erasure) -> None:
    assert erasure.statement is not None, "what is signed was stated first"
    ledger = erasure.statement["ledger"]
    with transaction.atomic():
        if _held(erasure).certificate:
            erasure.refresh_from_db()
            return
        proof = write_proof(prove_entry(uuid.UUID(ledger["uid"])))
        note_certificate(
            erasure, issue(erasure.statement | {"ledger": ledger | {"proof": proof, "key": log_key()}})
        )


def _held(erasure: Erasure) -> Erasure:
    """Locked until the transaction ends."""
    (held,) = _locked.objects(erasure_id=erasure.pk)
    return held


_locked = Compiled[Erasure](
    lambda erasure_id: (
        Erasure.objects.select_for_update().only("certificate", "statement", "done").filter(pk=erasure_id)
    )
)


def _placed(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "uid": str(entry.uid),
        "type": entry.type,
        "at": entry.at.isoformat(),
    }


def _going_last(erasure: Erasure) -> dict[str, int]:
    """Rows that go with the last key, right after this is signed."""
    assert erasure.person_id is not None, "an erasure that is done is not certified again"
    counts = zip(deleted_last(), _last.of(erasure.person_id), strict=True)
    return {declaration.table: count for declaration, count in counts if count}


_last = PersonCounts(lambda person_id: [rows_of(d, person_id) for d in deleted_last()])


def search_residue(erasure: Erasure) -> Residue:
    """Look everywhere for what the person was known by. Places only: the result names nobody."""
    return search_residues([erasure])[0]


def search_residues(erasures: Sequence[Erasure]) -> list[Residue]:
    """The same for several, in one reading of the instance: it costs what one costs (decision 57)."""
    subjects = [Subject(known_as(erasure)) for erasure in erasures]
    texts = list(dict.fromkeys(text for subject in subjects for text in subject.known.terms))
    report = scan(texts, deep=False)
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for place in report.places:
        found[texts[place.text]].add((place.place, place.encoding))
    return [_residue(subject, report, found) for subject in subjects]


def _residue(subject: Subject, report: ResidueReport, found: Mapping[str, set[tuple[str, str]]]) -> Residue:
    known = subject.known
    places = set().union(*(found.get(text, ()) for text in known.terms))
    found_again, left = apart(redact_mentions(subject, dry=True))
    places |= {(redaction.place, "text") for redaction in found_again}
    return {
        _LEFT: [asdict(kept) for kept in kept_under_holds(left)],
        "searched": [*report.searched, "other people's texts that the index points at"],
        "not_searched": [*report.not_searched, *_NOT_POINTED_AT, *unsearched()],
        "places": [{"place": place, "encoding": encoding} for place, encoding in sorted(places)],
        "namesakes": len(known.names) - len(subject.sure.names),
    }


def _statement(erasure: Erasure, done: dict[str, int], residue: Residue) -> dict[str, Any]:
    assert erasure.person_id is not None
    held = states(erasure.person_id)
    keys = {g.word: "destroyed" for g, s in held.items() if s == KeyState.ERASED or g == KeyGroup.EVIDENCE}
    carried = {place: count for place, count in done.items() if place.endswith(CARRIED)}
    kept = [(place.removesuffix(CARRIED), count) for place, count in sorted(carried.items())]
    anonymised = {"anonymised": places_of(kept)} if carried else {}
    return (
        anonymised
        | _kept_away(erasure)
        | {
            "erasure": str(erasure.id),
            "workspace": settings.AUREOLE_WORKSPACE,
            "person": bytes(erasure.pseudonym).hex(),
            "plan": erasure.plan_hash,
            "begun_at": erasure.created_at.isoformat(),
            "finished_at": now().isoformat(),
            "approved_by_second_person": erasure.approval == SECOND_PERSON,
            "approval": {"code": erasure.approval, "words": approval_words(erasure.approval)},
            "erased": places_of(sorted((p, n) for p, n in done.items() if p not in carried)),
            "kept": [
                *(asdict(kept) for kept in kept_items(erasure.person_id) if kept.count),
                *residue.get(_LEFT, ()),
            ],
            "keys": keys,
            "backups": {
                "unreadable_after": (now() + timedelta(days=KEY_STORE_BACKUP_DAYS)).date().isoformat(),
                "why": "data backups hold no keys; backups of the key store are kept for "
                f"{KEY_STORE_BACKUP_DAYS} days",
            },
            "residue": {key: value for key, value in residue.items() if key != _LEFT},
        }
    )


def _kept_away(erasure: Erasure) -> dict[str, Any]:
    """That hashes of their addresses stay, why, and until when: the person is told (GDPR Art. 13, decision 31)."""
    if erasure.kept_away_until is None:
        return {}
    return {
        "kept_away": {
            "until": erasure.kept_away_until.isoformat(),
            "what": "slow keyed hashes of their addresses and numbers, from which none can be read",
            "why": "so that no import and nobody else enters them again by mistake "
            "(GDPR Art. 6(1)(c) and (f), 17, 21(3))",
            "sooner": "whoever asks with the address has it taken off",
        }
    }


def payload_of(certificate: str) -> dict[str, Any]:
    """What a certificate says, without checking it."""
    content: dict[str, Any] = json.loads(certificate)
    payload: dict[str, Any] = content.get("payload", content)
    return payload
