"""Reading a tree's subtrees from the database: what is stored, folded to what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection

from aureole.kernel.errors import Broken
from aureole.ledger.merkle import Place
from aureole.ledger.verifier import node_hash

STORED_LEVELS = 8  # every eighth level is stored, as in C2SP tlog-tiles
_PIECE = 8192
_LEAVES = (
    'SELECT hash FROM ledger_leaf WHERE shard_id = %s AND "index" >= %s AND "index" < %s ORDER BY "index"'
)
_NODES = (
    'SELECT hash FROM ledger_node WHERE shard_id = %s AND level = %s AND "index" >= %s AND "index" < %s '
    'ORDER BY "index"'
)


class StoredNodes:
    """The complete subtrees of one shard. At most one query for each eight levels of a proof."""

    def __init__(self, shard: str) -> None:
        self._shard = shard
        self._tiles: dict[Place, list[bytes]] = {}

    def __call__(self, place: Place) -> bytes:
        """Raises Broken when the tree has no such subtree."""
        level, index = place
        depth = level % STORED_LEVELS
        base, first, count = level - depth, index << depth, 1 << depth
        tile = self._tile((base, first >> STORED_LEVELS))
        offset = first % (1 << STORED_LEVELS)
        found = tile[offset : offset + count]
        if len(found) < count:  # it may have grown elsewhere since it was read
            tile = self._tiles[base, first >> STORED_LEVELS] = self._load(base, first >> STORED_LEVELS)
            found = tile[offset : offset + count]
        if len(found) < count:
            raise Broken(
                "ledger_tree_short", "The log's tree is shorter than it says; run 'aureole ledger verify'."
            )
        return fold_complete(found)

    def add(self, grown: Iterable[tuple[Place, bytes]]) -> None:
        """Subtrees that were just written, in their order."""
        for (level, index), found in grown:
            tile = self._tiles.get((level, index >> STORED_LEVELS))
            if tile is not None and level % STORED_LEVELS == 0 and len(tile) == index % (1 << STORED_LEVELS):
                tile.append(found)

    def _tile(self, tile: Place) -> list[bytes]:
        if tile not in self._tiles:
            self._tiles[tile] = self._load(*tile)
        return self._tiles[tile]

    def _load(self, level: int, tile: int) -> list[bytes]:
        start, end = tile << STORED_LEVELS, (tile + 1) << STORED_LEVELS
        with connection.cursor() as cursor:
            if level == 0:
                cursor.execute(_LEAVES, [self._shard, start, end])
            else:
                cursor.execute(_NODES, [self._shard, level, start, end])
            return [bytes(row[0]) for row in cursor.fetchall()]


def leaves_of(shard: str, start: int, end: int) -> Iterator[bytes]:
    """The leaf hashes of a month from one index to before another, read in pieces."""
    for first in range(start, end, _PIECE):
        with connection.cursor() as cursor:
            cursor.execute(_LEAVES, [shard, first, min(first + _PIECE, end)])
            rows = cursor.fetchall()
        yield from (bytes(row[0]) for row in rows)


class Trees(dict[str, StoredNodes]):
    """What was read of the trees of several months, by name."""

    def __missing__(self, shard: str) -> StoredNodes:
        return self.setdefault(shard, StoredNodes(shard))


def fold_complete(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree from hashes whose number is a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]
