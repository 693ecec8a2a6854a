"""Gives every entry its place in the tree of its month. One at a time, in any process, as often as wanted.

Entries are written by many transactions at once and their numbers have gaps, so an entry gets its place only
once it is committed: a trigger notes it as unplaced in its own transaction, and this takes it from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction

from aureole.kernel.clock import now
from aureole.ledger.leaf import hash_of
from aureole.ledger.merkle import grow, peaks
from aureole.ledger.models import Entry, Leaf, Node, Shard, Unplaced
from aureole.ledger.nodes import STORED_LEVELS, StoredNodes

BATCH = 5000
_ONE_AT_A_TIME = 0x1ED6E5


def place_entries() -> int:
    """Place every entry committed so far; returns how many. Safe to interrupt: a batch is one transaction."""
    placed = 0
    while True:
        count = _place_batch()
        placed += count
        if count < BATCH:
            return placed


def _place_batch() -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        numbers = list(
            Unplaced.objects.order_by("entry_number").values_list("entry_number", flat=True)[:BATCH]
        )
        by_shard: dict[str, list[Entry]] = defaultdict(list)
        closed = set(Shard.objects.filter(closed_at__isnull=False).values_list("name", flat=True))
        for entry in Entry.objects.filter(number__in=numbers).order_by("number"):
            month = shard_name(entry)
            by_shard[this_month() if month in closed else month].append(entry)
        for name, entries in by_shard.items():
            _append(_shard(name), entries)
        Unplaced.objects.filter(entry_number__in=numbers).delete()
    return len(numbers)


def shard_name(entry: Entry) -> str:
    """The month an entry belongs to, in UTC."""
    return f"{entry.at:%Y-%m}"


def this_month() -> str:
    return f"{now():%Y-%m}"


def _shard(name: str) -> Shard:
    Shard.objects.bulk_create([Shard(name=name, origin=f"{log_name()}/{name}")], ignore_conflicts=True)
    return Shard.objects.select_for_update().get(pk=name)


def log_name() -> str:
    """What the log is called in its checkpoints: kept from its first month on, whatever the address becomes."""
    first = Shard.objects.order_by("name").values_list("origin", flat=True).first()
    if first is not None:
        return first.rpartition("/")[0]
    host = settings.AUREOLE_BASE_URL.partition("://")[2].strip("/")
    return f"{host}/ledger"


def _append(shard: Shard, entries: Iterable[Entry]) -> None:
    nodes = StoredNodes(shard.name)
    tops = [nodes(place) for place in peaks(shard.size)]
    placed = [(entry, hash_of(entry)) for entry in entries]
    stored = [
        Node(shard=shard, level=level, index=index, hash=found)
        for (level, index), found in grow(shard.size, tops, (found for _, found in placed))
        if level and level % STORED_LEVELS == 0
    ]
    Leaf.objects.bulk_create(
        Leaf(entry_number=entry.number, shard=shard, index=shard.size + offset, hash=found)
        for offset, (entry, found) in enumerate(placed)
    )
    Node.objects.bulk_create(stored)
    shard.size += len(placed)
    shard.save(update_fields=["size"])
