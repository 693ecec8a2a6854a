"""The data map: every column that holds something about persons, and what follows from it."""

from __future__ import annotations

from aureole.privacy.data_map.explain import Item, explain
from aureole.privacy.data_map.gaps import Gap, gaps
from aureole.privacy.data_map.rows import MapRow, rows

__all__ = ["Gap", "Item", "MapRow", "explain", "gaps", "rows"]
