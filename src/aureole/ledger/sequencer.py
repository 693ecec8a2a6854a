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
from aureole.kernel.inserting import insert_rows
from aureole.ledger.leaf import hash_of
from aureole.ledger.merkle import grow, peaks
from aureole.ledger.models import Entry, Leaf, Node, Shard, Unplaced
from aureole.ledger.nodes import STORED_LEVELS, StoredNodes, Trees

BATCH = 5000
_ONE_AT_A_TIME = 0x1ED6E5


def place_entries(trees: Trees | None = None) -> int:
    """Place every entry committed so far; returns how many. Safe to interrupt: a batch is one transaction.

    Inside a transaction, entries of its own are placed too, and nobody else places any until it ends.

    trees  keeps what was read of the trees, for whoever signs and proves right after
    """
    placed = 0
    while True:
        with transaction.atomic(savepoint=False):
            count = _place_batch(Trees() if trees is None else trees)
        placed += count
        if count < BATCH:
            return placed


_TAKE = f"""
WITH taken AS (
    DELETE FROM {Unplaced._meta.db_table} WHERE entry_number IN (
        SELECT entry_number FROM {Unplaced._meta.db_table} ORDER BY entry_number LIMIT {BATCH}
    ) RETURNING entry_number
)
SELECT entry.* FROM {Entry._meta.db_table} entry JOIN taken ON entry_number = number ORDER BY number
"""


def _place_batch(trees: Trees) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    entries = list(Entry.objects.raw(_TAKE))
    if not entries:
        return 0
    # NO KEY: checkpoints that refer to a month need not wait.
    shards = {shard.name: shard for shard in Shard.objects.select_for_update(no_key=True)}
    by_shard: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        month = shards.get(shard_name(entry))
        by_shard[this_month() if month and month.closed_at else shard_name(entry)].append(entry)
    for name, of_month in by_shard.items():
        _append(shards.get(name) or _begun(name), of_month, trees[name])
    return len(entries)


def shard_name(entry: Entry) -> str:
    """The month an entry belongs to, in UTC."""
    return f"{entry.at:%Y-%m}"


def this_month() -> str:
    return f"{now():%Y-%m}"


def _begun(name: str) -> Shard:
    return Shard.objects.create(name=name, origin=f"{log_name()}/{name}")


def log_name() -> str:
    """What the log is called in its checkpoints: kept from its first month on, whatever the address becomes."""
    first = Shard.objects.order_by("name").values_list("origin", flat=True).first()
    if first is not None:
        return log_of(first)
    host = settings.AUREOLE_BASE_URL.partition("://")[2].strip("/")
    return f"{host}/ledger"


def log_of(origin: str) -> str:
    """The log's name, from the origin of any of its months."""
    return origin.rpartition("/")[0]


def _append(shard: Shard, entries: Iterable[Entry], nodes: StoredNodes) -> None:
    tops = [nodes(place) for place in peaks(shard.size)]
    placed = [(entry, hash_of(entry)) for entry in entries]
    grown = list(grow(shard.size, tops, (found for _, found in placed)))
    stored = [
        Node(shard=shard, level=level, index=index, hash=found)
        for (level, index), found in grown
        if level and level % STORED_LEVELS == 0
    ]
    insert_rows(
        [
            Leaf(entry_number=entry.number, shard=shard, index=shard.size + offset, hash=found)
            for offset, (entry, found) in enumerate(placed)
        ]
    )
    Node.objects.bulk_create(stored)
    nodes.add(grown)
    shard.size += len(placed)
    shard.save(update_fields=["size"])
