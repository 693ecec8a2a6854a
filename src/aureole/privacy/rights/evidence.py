"""The evidence of a request: one ZIP file that shows what was asked, done and when, to whoever doubts it, offline.

GDPR Art. 5(2) and 12: the controller must be able to show that it answered, in time, and what it searched. The bundle
names nobody, also where the person still exists, unless an officer asks for what was written (`with_words`).
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.checkpoints import bring_up_to_date, latest_checkpoint, log_key
from aureole.ledger.giving_away import VERIFIER_NAME, verifier_source
from aureole.ledger.proofs import prove_entry, with_cosignatures
from aureole.ledger.record import record
from aureole.ledger.verifier import EVIDENCE, EVIDENCE_VERSION, canonical, write_proof
from aureole.privacy.certificate.issue import instance_fingerprint, issue_document
from aureole.privacy.erasure.approval import NAMED, SECOND_PERSON, approval_words
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.export.archive import Archive, sha256_of, whole_file
from aureole.privacy.export.plain import pretty
from aureole.privacy.export.stored import manifest_of
from aureole.privacy.models import (
    ChannelProof,
    Erasure,
    ExportPackage,
    RecipientNotice,
    RequestStep,
    RightsRequest,
)
from aureole.privacy.redaction.remarks import remarks_of
from aureole.privacy.redaction.showing import redactions_of
from aureole.privacy.rights.kinds import REFUSALS, RIGHTS
from aureole.privacy.rights.pausing import asked_after
from aureole.privacy.rights.place import clock_of, last_day_of
from aureole.privacy.rights.queue import request_named, steps_of
from aureole.privacy.rights.releasing import release_of
from aureole.privacy.rights.vocabulary import MOVE_WORDS
from aureole.privacy.transfer.receipts import documents_of_request

_README = Path(__file__).with_name("evidence_readme.txt")
_RETIRED = "the log let this month go after its time"
_BY_HAND = "carried out by hand; the officer's words say what was done"


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceOutcome:
    """A finished bundle. proofs: steps whose entry is proven; words: whether what people wrote is in it."""

    file: Path | None
    sha256: str
    steps: int
    proofs: int
    words: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.file) if self.file else None,
            "sha256": self.sha256,
            "steps": self.steps,
            "proofs": self.proofs,
            "words": self.words,
        }


def evidence_of(request_id: uuid.UUID, out: Path, *, by: Actor, with_words: bool = False) -> EvidenceOutcome:
    """Write the bundle to `out`, whole or not at all. The caller has checked that `by` may ("rights.handle").

    Raises NotFound, and Refused when words are asked for of somebody who was erased, or the place cannot be written.
    """
    with whole_file(out) as stream:
        made = write_evidence(request_id, stream, by=by, with_words=with_words)
    return EvidenceOutcome(
        file=out, sha256=made.sha256, steps=made.steps, proofs=made.proofs, words=made.words
    )


def write_evidence(
    request_id: uuid.UUID, stream: BinaryIO, *, by: Actor, with_words: bool = False
) -> EvidenceOutcome:
    """The same into an empty stream that can be read and sought in. Raises NotFound, and Refused for no words."""
    request = request_named(str(request_id))
    if with_words and request.subject_id is None:
        raise Refused(
            "evidence_no_words",
            "The person of this request was erased, and what they wrote with them. Nothing was written; "
            "ask for the evidence without words.",
        )
    bring_up_to_date()
    steps = steps_of(request)
    proofs = _proofs(steps)
    with Archive(stream) as archive:
        _write_request(archive, request, steps, proofs)
        certificate = _certificate(request)
        archive.add_text("searched.json", pretty(_searched(request, certificate)))
        if redactions := redactions_of(request):
            archive.add_text("redactions.json", pretty(redactions))
        if certificate:
            archive.add_text("certificate.json", certificate)
        for path, text in documents_of_request(request.id).items():
            archive.add_text(path, text)
        if with_words:
            archive.add_text("words.json", pretty(_words(request, steps)))
        archive.add_text(VERIFIER_NAME, verifier_source())
        archive.add_text("README.txt", _readme())
        archive.add_text("manifest.json", _manifest(request, archive, with_words))
    with transaction.atomic():
        record(
            "privacy.evidence_made", by=by, person=request.person_id,
            request=request.number, steps=len(steps), words=int(with_words),
        )  # fmt: skip
    return EvidenceOutcome(
        file=None, sha256=sha256_of(stream), steps=len(steps), proofs=len(proofs), words=with_words
    )


def _write_request(
    archive: Archive, request: RightsRequest, steps: list[RequestStep], proofs: dict[uuid.UUID, str]
) -> None:
    archive.add_text("request.json", canonical(_request(request)))
    archive.add_text("timeline.json", pretty({"steps": _timeline(request, steps, proofs)}))
    for uid, proof in proofs.items():
        archive.add_text(_path(uid), proof)
    archive.add_text("checkpoint", with_cosignatures(latest_checkpoint()))


def _proofs(steps: list[RequestStep]) -> dict[uuid.UUID, str]:
    """By entry; none for an entry whose month the log has let go."""
    found: dict[uuid.UUID, str] = {}
    for step in steps:
        try:
            found[step.entry_uid] = write_proof(prove_entry(step.entry_uid))
        except NotFound:
            continue
    return found


def _path(uid: uuid.UUID) -> str:
    return f"proofs/{uid}.tlog-proof"


def _request(request: RightsRequest) -> dict[str, Any]:
    """Codes, dates and counts. Who handled it is told as a role in the timeline, never by name or id."""
    right, clock, day = RIGHTS[request.kind], clock_of(request), last_day_of(request)
    release = release_of(request)
    return {
        "number": request.number,
        "right": request.kind,
        "article": right.article,
        "state": request.state,
        "channel": request.channel,
        "language": request.language,
        "scope": request.scope,
        "received_at": request.received_at.isoformat(),
        "received_on": request.received_on.isoformat(),
        "closed_at": request.closed_at.isoformat() if request.closed_at else None,
        "clock": {
            "law": request.law,
            "country": settings.AUREOLE_COUNTRY,
            "time_zone": settings.AUREOLE_TIME_ZONE,
            "months": request.months,
            "extension_months": request.extension_months,
            "extended_at": request.extended_at.isoformat() if request.extended_at else None,
            "extend_or_refuse_until": clock.extend_until.isoformat(),
            "due_on": clock.due_on(day).isoformat(),
            "due_on_strict": clock.due_on_strict.isoformat(),
            "days_left_when_closed": clock.days_left(day) if request.closed_at else None,
            "pauses": [
                {
                    "cause": row.cause,
                    "since": pause.since.isoformat(),
                    "until": pause.until.isoformat() if pause.until else None,
                    "days": len(pause.days(day)),
                    "asked_after_days": asked_after(row),
                }
                for row, pause in zip(request.pauses.all(), clock.pauses, strict=True)
            ],
        },
        "second_person_required": right.second_person,
        "released_by_another": release == SECOND_PERSON,
        "release": {"code": release, "words": approval_words(release)} if release else None,
        "plan_hash": request.plan_hash or None,
        "plan": request.plan,
        "outcome": request.outcome,
        "refusal": {"ground": request.refusal, "words": REFUSALS[request.refusal]}
        if request.refusal in REFUSALS
        else None,
    }


def _timeline(
    request: RightsRequest, steps: list[RequestStep], proofs: dict[uuid.UUID, str]
) -> list[dict[str, Any]]:
    channels = sorted(set(_confirmed_channels(request)))
    lines: list[dict[str, Any]] = []
    for step in steps:
        line: dict[str, Any] = {
            "at": step.at.isoformat(),
            "what": step.what,
            "words": MOVE_WORDS[step.what],
            "by": "agent" if step.by_kind == NAMED else step.by_kind,
            "entry": str(step.entry_uid),
            "proof": _path(step.entry_uid) if step.entry_uid in proofs else None,
        }
        if step.by_kind == NAMED:
            line["by_whose_word"] = approval_words(NAMED)
        if line["proof"] is None:
            line["why_no_proof"] = _RETIRED
        if step.what in ("channel_proven", "identity_proven"):
            line["kind_of_proof"] = "a one-time code sent to an address on file"
            line["channels"] = channels
        elif step.what == "identity_vouched":
            line["kind_of_proof"] = "an officer's word; no copy of a document is kept"
        lines.append(line)
    return lines


def _confirmed_channels(request: RightsRequest) -> list[str]:
    """Which kinds of address were proven; empty once the person is erased, and their proofs with them."""
    proven = ChannelProof.objects.filter(request=request, purpose="identity").exclude(confirmed_at=None)
    asked = request.letters.filter(identifier_id__in=proven.values("identifier_id"))
    return list(asked.values_list("channel", flat=True))


def _certificate(request: RightsRequest) -> str:
    erasure_id = (request.outcome or {}).get("erasure")
    if not erasure_id:
        return ""
    text = Erasure.objects.filter(pk=uuid.UUID(str(erasure_id))).values_list("certificate", flat=True).first()
    return text or ""


def _searched(request: RightsRequest, certificate: str) -> dict[str, Any]:
    """Places with counts, from the certificate or the package's manifest."""
    if certificate:
        said = payload_of(certificate)
        return {"from": "certificate.json", **{name: said[name] for name in ("erased", "kept", "residue")}}
    package = ExportPackage.objects.filter(request_id=request.id).select_related("file").first()
    if package is not None:
        said = manifest_of(package)
        tables = [
            {"table": t["table"], "label": t["label"], "count": t["count"], "withheld": t.get("withheld")}
            for t in said["tables"]
        ]
        return {
            "from": "the manifest of the package", "sha256": package.sha256, "counts": said["counts"],
            "tables": tables, "redactions": _by_reason(said["redactions"]),
            "not_searched": said.get("decisions", {}).get("not_searched", []),
            "recipients": _recipients(said.get("recipients", [])),
        }  # fmt: skip
    outcome = request.outcome or {}
    if "sha256" in outcome:
        return {"from": "the outcome; the package itself is no longer kept", "sha256": outcome["sha256"]}
    return {"from": "the outcome", "why": _BY_HAND if outcome.get("by_hand") else "", "outcome": outcome}


def _recipients(told: list[dict[str, Any]]) -> dict[str, Any]:
    """How many the answer told by name, and of the others why not (Art. 15(1)(c)); the names are among the words."""
    unnamed = [str(one["by_kind_only"]) for one in told if "by_kind_only" in one]
    return {"by_name": len(told) - len(unnamed), "by_kind_only": dict(sorted(Counter(unnamed).items()))}


def _by_reason(redactions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without paths: the name of a folder or file could say something about somebody."""
    found: dict[str, int] = {}
    for item in redactions:
        found[item["reason"]] = found.get(item["reason"], 0) + int(item["count"])
    return [{"reason": reason, "count": count} for reason, count in sorted(found.items())]


def _words(request: RightsRequest, steps: list[RequestStep]) -> dict[str, Any]:
    return {
        "words": request.words,
        "contact": request.contact,
        "correction": request.correction,
        "reasons": [
            {"entry": str(s.entry_uid), "what": s.what, "reason": s.reason} for s in steps if s.reason
        ],
        "remarks": remarks_of(request),
        "recipients": _named_recipients(request),
        "had_to_hear": _had_to_hear(request),
    }


def _named_recipients(request: RightsRequest) -> list[dict[str, Any]]:
    """As the answer told them, where its package is still kept."""
    package = ExportPackage.objects.filter(request_id=request.id).select_related("file").first()
    return list(manifest_of(package).get("recipients", [])) if package is not None else []


def _had_to_hear(request: RightsRequest) -> list[dict[str, Any]]:
    """Who got the data outside and had to hear of this change, by name, and what came of it (Art. 19)."""
    rows = RecipientNotice.objects.filter(request_id=request.id).select_related("disclosure")
    return [
        {
            "name": row.disclosure.name, "kind": row.disclosure.to, "hearing": row.hearing or "to be told",
            "on": row.settled_on.isoformat() if row.settled_on else None,
        }
        for row in rows.order_by("disclosure__disclosed_on", "id")
    ]  # fmt: skip


def _manifest(request: RightsRequest, archive: Archive, with_words: bool) -> str:
    files = [
        {"path": path, "sha256": digest, "size": archive.sizes[path]}
        for path, digest in sorted(archive.hashes.items())
    ]
    payload = {
        "request": str(request.id),
        "number": request.number,
        "workspace": settings.AUREOLE_WORKSPACE,
        "address": settings.AUREOLE_BASE_URL,
        "made_at": now().isoformat(),
        "holds_personal_data": with_words,
        "log_key": log_key(),
        "files": files,
    }
    return issue_document(payload, kind=EVIDENCE, version=EVIDENCE_VERSION)


def _readme() -> str:
    return _README.read_text("utf-8").format(
        address=settings.AUREOLE_BASE_URL, fingerprint=instance_fingerprint(), log_key=log_key()
    )
