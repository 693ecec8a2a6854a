"""Addresses and numbers that may not quietly come back, as slow keyed hashes on the fence list.

scrypt (RFC 7914; 16 MB, about 50 ms) under a salt that the key of this list makes, then HMAC under that key, cut to
16 bytes. Whoever has the list without the key learns nothing but how many there are; whoever has both must spend a
scrypt for every address they want to try. Beside the hash lie eight bits of a fast HMAC, so that looking for an
address costs a scrypt only where they fit. They give away no more than that: of a million tried addresses about
3 900 remain for each entry, and those still cost a scrypt each (decision 31).

The entries are lines of the fence list, which lives with the keys, in the home folder and in a second place: an old
backup of the data that is restored meets them all. The hash lies where images do, and goes like one.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.db import connections

from aureole.vault.fences.journal import append_lines, folders
from aureole.vault.fences.models import FenceLine, LineKind
from aureole.vault.keystore.reach import key_store
from aureole.vault.keystore.router import KEYS
from aureole.vault.system_keys import system_key

KEY = "suppression list"
GROUNDS = ("erased", "objected")
"""The stronger one last."""
_DIGEST = 16
_FIND = """
    SELECT uid, at, detail->>'kind', detail->>'ground', detail->>'until', image->>'digest' FROM fences_line
    WHERE kind = 'suppressed' AND image IS NOT NULL AND image->>'bits' = %s AND detail->>'until' > %s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Of scrypt: n rounds over blocks of r × 128 bytes, p times side by side."""

    n: int
    r: int
    p: int


COST = Cost(n=2**14, r=8, p=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suppressed:
    """One entry.

    kind    of address or number
    ground  "erased": the person was; "objected": and had said no to being written to
    until   the first day on which it does not count any more
    """

    uid: uuid.UUID
    made_at: datetime
    kind: str
    ground: str
    until: date


def suppress(identifiers: Iterable[tuple[str, str]], *, ground: str, today: date, until: date) -> int:
    """Note each (kind, compared value). How many are new or say more than before: what is noted already stays as it is,
    unless this one lasts longer or stands on the stronger ground; then one entry with both takes its place.

    ground  of GROUNDS
    A caller's transaction of the data that is rolled back leaves them noted: they say nothing about who is here.
    """
    lines, outdone = [], []
    for kind, value in dict.fromkeys(identifiers):
        noted = find(kind, value, today)
        if noted is not None:
            if noted.until >= until and GROUNDS.index(noted.ground) >= GROUNDS.index(ground):
                continue
            outdone.append(noted.uid)
        lines.append(_line(kind, value, ground=ground, until=until, noted=noted))
    if lines:
        lines += [_lifted(uid) for uid in outdone]
        append_lines(
            lines, mirrored=False
        )  # the erasure that follows mirrors the list before it destroys anything
        _drop(outdone)
    return len(lines) - len(outdone)


def _line(kind: str, value: str, *, ground: str, until: date, noted: Suppressed | None) -> FenceLine:
    if noted is not None:
        ground, until = max(ground, noted.ground, key=GROUNDS.index), max(until, noted.until)
    return FenceLine(
        kind=LineKind.SUPPRESSED,
        detail={"kind": kind, "ground": ground, "until": until.isoformat()},
        image={"bits": str(_bits(kind, value)), "digest": _digest(kind, value).hex()},
    )


def _lifted(uid: uuid.UUID) -> FenceLine:
    return FenceLine(kind=LineKind.LIFTED, detail={"line": str(uid)})


def find(kind: str, value: str, today: date) -> Suppressed | None:
    """The entry of this address, if it has one that counts. One statement; a scrypt only where the few bits fit."""
    with key_store(), connections[KEYS].cursor() as cursor:
        cursor.execute(_FIND, [str(_bits(kind, value)), today.isoformat()])
        rows = [row for row in cursor.fetchall() if row[2] == kind]
    if not rows:
        return None
    wanted = _digest(kind, value).hex()
    for uid, at, of_kind, ground, until, digest in rows:
        if hmac.compare_digest(digest, wanted):
            return Suppressed(
                uid=uid, made_at=at, kind=of_kind, ground=ground, until=date.fromisoformat(until)
            )
    return None


def entries(today: date) -> list[Suppressed]:
    """All that count, the latest first."""
    rows = FenceLine.objects.filter(
        kind=LineKind.SUPPRESSED, image__isnull=False, detail__until__gt=today.isoformat()
    )
    return [
        Suppressed(
            uid=line.uid, made_at=line.at, kind=line.detail["kind"], ground=line.detail["ground"],
            until=date.fromisoformat(line.detail["until"]),
        )
        for line in rows.order_by("-number").defer("image")
    ]  # fmt: skip


def lift(uid: uuid.UUID) -> bool:
    """The hash goes, everywhere; a line says so to lists that are put back later. False when it was gone already."""
    if not FenceLine.objects.filter(uid=uid, kind=LineKind.SUPPRESSED, image__isnull=False).exists():
        return False
    append_lines([_lifted(uid)])
    _drop([uid])
    return True


def drop_what_is_over(today: date) -> int:
    """Hashes whose day has come, or that were lifted on another copy of the list; how many went."""
    lifted = FenceLine.objects.filter(kind=LineKind.LIFTED).values_list("detail__line", flat=True)
    there = FenceLine.objects.filter(kind=LineKind.SUPPRESSED, image__isnull=False)
    gone = {uuid.UUID(line) for line in lifted}
    over = [
        uid
        for uid, until in there.values_list("uid", "detail__until")
        if uid in gone or until <= today.isoformat()
    ]
    _drop(over)
    return len(over)


def _drop(uids: list[uuid.UUID]) -> None:
    for folder in folders():
        folder.drop_images(uids)
    FenceLine.objects.filter(uid__in=uids).update(image=None)


def _bits(kind: str, value: str) -> int:
    """Eight of them."""
    return _keyed(b"few bits", kind, value)[0]


def _digest(kind: str, value: str) -> bytes:
    salt = _keyed(b"salt", kind, "")
    slow = Scrypt(salt=salt, length=32, n=COST.n, r=COST.r, p=COST.p).derive(f"{kind}\x00{value}".encode())
    return hmac.digest(system_key(KEY), b"entry\x00" + slow, hashlib.sha256)[:_DIGEST]


def _keyed(purpose: bytes, kind: str, value: str) -> bytes:
    return hmac.digest(
        system_key(KEY), b"\x00".join((purpose, kind.encode(), value.encode())), hashlib.sha256
    )
