"""What the key store holds and under what, in numbers. Three queries, whatever it holds."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from aureole.kernel.errors import AureoleError
from aureole.vault.groups import KeyGroup
from aureole.vault.keystore.models import KeyState, SystemKey, WrappingKey
from aureole.vault.keystore.reach import key_store
from aureole.vault.keystore.router import KEYS
from aureole.vault.root_key import RootKey, RootKeys, envelope, root_keys
from aureole.vault.root_key.providers import describe

_PERSON_KEYS = """
    SELECT state, "group", generation,
           substring(wrapped FROM 1 FOR CASE get_byte(wrapped, 0) WHEN 1 THEN 5 ELSE 10 END), count(*), count(former),
           min(coalesce(rotated_at, created_at)) FILTER (WHERE state = 1)
    FROM keystore_person_key GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderStatus:
    """One root key. `trouble` is a sentence when it does not answer or does not open; `in_use` counts what
    lies directly under it."""

    kind: str
    key_id: str
    answers: bool
    milliseconds: float
    trouble: str | None
    in_use: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WrappingStatus:
    """One wrapping key; `wraps` counts person and system keys."""

    key_id: str
    root_key: str
    current: bool
    created_at: datetime
    wraps: int


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyStatus:
    """Counts. `under_former_key` is what `keys rotate` would still have to wrap anew before a former root key
    may go; `being_rotated` are person keys whose former key is not destroyed yet."""

    present: ProviderStatus
    former: tuple[ProviderStatus, ...]
    wrapping_keys: tuple[WrappingStatus, ...]
    person_keys: dict[str, int]
    groups: dict[str, int]
    generations: dict[str, int]
    envelope_versions: dict[str, int]
    root_keys: dict[str, int]
    system_keys: int
    being_rotated: int
    under_former_key: int
    oldest_person_key: datetime | None


def key_status() -> KeyStatus:
    """Raises KeyStoreAway, and Broken when the settings' root key cannot be used at all; a provider that does not
    answer is part of the answer."""
    roots = root_keys()
    with key_store():
        with connections[KEYS].cursor() as cursor:
            cursor.execute(_PERSON_KEYS)
            persons = cursor.fetchall()
        systems = [bytes(w) for w in SystemKey.objects.using(KEYS).values_list("wrapped", flat=True)]
        wrapping = list(WrappingKey.objects.using(KEYS).order_by("-created_at"))
    heads = Counter(envelope.parse(wrapped).head for wrapped in systems)
    for row in persons:
        if row[3] is not None:
            heads[bytes(row[3])] += row[4]
    return _status(roots, persons, heads, wrapping, len(systems))


def _status(
    roots: RootKeys, persons: list[Any], heads: Counter[bytes], wrapping: list[WrappingKey], systems: int
) -> KeyStatus:
    root_of = {bytes(key.key_id): bytes(key.wrapped)[: envelope.HEAD] for key in wrapping}
    by_root, by_version, direct = Counter[str](), Counter[str](), Counter[str]()
    for head, count in heads.items():
        parts = envelope.parse(head + b"\x00")
        by_version[str(parts.version)] += count
        wrapped_by = root_of.get(parts.key_id) if parts.provider == envelope.Provider.WRAPPING else head
        by_root[_name(wrapped_by, roots)] += count
        direct[_name(head, roots)] += count
    for head in root_of.values():
        direct[_name(head, roots)] += 1
    active = [row for row in persons if row[0] == KeyState.ACTIVE]
    current = [
        key for key in wrapping if key.retired_at is None and root_of[bytes(key.key_id)] == roots.present_head
    ]
    under = sum(heads[envelope.head_of(envelope.Provider.WRAPPING, bytes(key.key_id))] for key in current)
    return KeyStatus(
        present=_provider(roots.present, direct),
        former=tuple(_provider(key, direct) for key in roots.former),
        wrapping_keys=tuple(_wrapping(key, heads, roots) for key in wrapping),
        person_keys={s.label: sum(r[4] for r in persons if r[0] == s) for s in KeyState},
        groups={g.word: sum(r[4] for r in active if r[1] == g) for g in KeyGroup},
        generations=_sums((str(row[2]), row[4]) for row in active),
        envelope_versions=dict(sorted(by_version.items())),
        root_keys=dict(sorted(by_root.items())),
        system_keys=systems,
        being_rotated=sum(row[5] for row in active),
        under_former_key=heads.total() - under,
        oldest_person_key=min((row[6] for row in active), default=None),
    )


def _provider(key: RootKey, direct: Counter[str]) -> ProviderStatus:
    """Asks it to wrap and unwrap something, with the time that took."""
    began, trouble = time.perf_counter(), None
    try:
        RootKeys(key).probe()
    except AureoleError as reason:
        trouble = reason.sentence
    name = f"{key.kind} {key.key_id.hex()}"
    return ProviderStatus(
        kind=key.kind, key_id=key.key_id.hex(), answers=trouble is None, trouble=trouble,
        milliseconds=round((time.perf_counter() - began) * 1000, 1), in_use=direct[name],
    )  # fmt: skip


def _wrapping(key: WrappingKey, heads: Counter[bytes], roots: RootKeys) -> WrappingStatus:
    key_id = bytes(key.key_id)
    return WrappingStatus(
        key_id=key_id.hex(), root_key=_name(bytes(key.wrapped)[: envelope.HEAD], roots), current=key.retired_at is None,
        created_at=key.created_at, wraps=heads[envelope.head_of(envelope.Provider.WRAPPING, key_id)],
    )  # fmt: skip


def _name(head: bytes | None, roots: RootKeys) -> str:
    """Provider and key id; the short id of first envelopes is made whole where the key is known."""
    if head is None:
        return "unknown"
    parts = envelope.parse(head + b"\x00")
    for key in (roots.present, *roots.former):
        if key.code == parts.provider and key.key_id.startswith(parts.key_id):
            return f"{key.kind} {key.key_id.hex()}"
    return describe(parts)


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums = Counter[str]()
    for name, count in pairs:
        sums[name] += count
    return dict(sorted(sums.items()))
