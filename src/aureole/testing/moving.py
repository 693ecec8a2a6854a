"""A person moves from one instance to another: what has to be the same afterwards, and somebody who did both ways."""

from __future__ import annotations

import base64
import json
import os
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from aureole.people.models import Person
from aureole.privacy.models import (
    ArrivedNotice,
    ArrivedState,
    ArrivedTransfer,
    ExportPackage,
    NoticeEvent,
    NoticeOutcome,
    SentNotice,
    SentState,
    SentTransfer,
)
from aureole.privacy.transfer.actions.add_peer import add_peer
from aureole.privacy.transfer.documents import make_notice, make_offer
from aureole.privacy.transfer.sealing import Way


def what_must_be_equal(path: Path) -> dict[str, Any]:
    """What has to be equal after a move; the decision record 0026 lists it."""
    with zipfile.ZipFile(path) as archive:

        def rows(table: str, *names: str) -> list[dict[str, Any]]:
            lines = archive.read(f"data/{table}.jsonl").decode().splitlines()
            return [{name: row[name] for name in names} for row in map(json.loads, lines)]

        index = [json.loads(line) for line in archive.read("mail/index.jsonl").decode().splitlines()]
        hashes = {f["path"]: f["sha256"] for f in json.loads(archive.read("manifest.json"))["files"]}
        kept = [row for row in rows("desk_message", "id", "kind") if row["kind"] != "note"]
        messages = {row["id"] for row in kept}
        told = ("id", "kind", "direction", "sent_at", "created_at", "language",
                "text", "new_text", "html", "excerpt", "parties")  # fmt: skip
        own = ("id", "type", "status", "priority", "channel", "subject", "tags", "created_at", "closed_at",
               "first_answered_at")  # fmt: skip
        return {
            "person": rows("people_person", "name", "pronouns", "postal_address", "language", "time_zone"),
            "identifiers": sorted((r["kind"], r["value"], r["shown"])
                                  for r in rows("people_identifier", "kind", "value", "shown")),
            "messages": sorted((m for m in rows("desk_message", *told) if m["id"] in messages),
                               key=lambda m: m["id"]),
            "written": sorted(r["id"] for r in rows("desk_message", "id", "author_id") if r["author_id"]),
            "tickets": {t["id"]: t for t in rows("desk_ticket", *own)},
            "attachments": sorted(
                (a["message_id"], a["position"], a["name"], a["content_type"], a["content_id"])
                for a in rows("desk_attachment", "message_id", "position", "name", "content_type", "content_id")
                if a["message_id"] in messages
            ),
            "contents": {line["message"]: [hashes[p] for p in line["files"] if p]
                         for line in index if line["message"] in messages},
        }  # fmt: skip


def move_about(person: Person) -> None:
    """A package of hers is on its way to another controller, and she came from there once."""
    line = f"https://fjell.example#{base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip('=')}"
    peer = add_peer(line=line, name="Fjell Outdoor", by=Actor.operator())
    package = ExportPackage.objects.get(person_id=person.id)
    SentTransfer.objects.create(
        peer=peer, person_id=person.id, package=package, created_at=now(), until=package.expires_at,
        key=base64.b64encode(os.urandom(32)).decode(),
    )  # fmt: skip
    ArrivedTransfer.objects.create(
        transfer_id=new_id(), peer=peer, person_id=person.id, state=ArrivedState.TAKEN_IN, offer="{}",
        created_at=now(), until=now(), closed_at=now(),
    )  # fmt: skip


def move_there_and_back(person: Person) -> tuple[SentTransfer, ArrivedTransfer]:
    """A package of theirs was taken in by a peer, and they came from it once; both told the other of changes since."""
    key = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
    peer = add_peer(line=f"https://fjell.example#{key}", name="Fjell Outdoor", by=Actor.operator())
    sent = SentTransfer.objects.create(
        peer=peer, person_id=person.id, state=SentState.TAKEN_IN, created_at=now(), until=now(),
        delivered_at=now(), closed_at=now(),
    )  # fmt: skip
    way = Way(transfer=new_id(), sender=peer.fingerprint, receiver=peer.fingerprint)
    offer = make_offer(
        way=way, sealed_key=b"k", size=9000, sha256="0" * 64, counts={"records": 12, "files": 1}
    )
    arrival = ArrivedTransfer.objects.create(
        transfer_id=way.transfer, peer=peer, person_id=person.id, state=ArrivedState.TAKEN_IN, offer=offer,
        created_at=now(), arrived_at=now(), until=now(), closed_at=now(),
    )  # fmt: skip
    gone = {"trouble": "away", "attempts": 40, "closed_at": now()}
    told = {"answered_at": now(), "outcome": NoticeOutcome.OWN_GROUND, "decided_at": now()}
    for event, fields, further in (
        (NoticeEvent.CORRECT, ["name", "postal_address"], told),
        (NoticeEvent.RESTRICT, [], gone),
        (NoticeEvent.LIFT, [], {"trouble": "later", "next_at": now() + timedelta(hours=6)}),
    ):
        SentNotice.objects.create(sent=sent, event=event, fields=fields, created_at=now(), **further)
    decided = {"outcome": NoticeOutcome.ACTED, "by_kind": "operator", "decided_at": now()}
    for event, fields, further in (
        (NoticeEvent.ERASE, [], {}),
        (NoticeEvent.CORRECT, ["postal_address", "identifier"], {}),
        (NoticeEvent.RESTRICT, [], decided),
    ):
        notice_id = new_id()
        ArrivedNotice.objects.create(
            notice_id=notice_id, arrival=arrival, event=event, fields=fields, created_at=now(),
            document=make_notice(notice_id, offer, event, fields), **further,
        )  # fmt: skip
    return sent, arrival
