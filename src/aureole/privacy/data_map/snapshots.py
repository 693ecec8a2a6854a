"""What the map declared and when: kept whenever it changed, so that two dates can be compared."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from aureole.kernel.clock import now
from aureole.privacy.data_map.rows import rows
from aureole.privacy.models import MapSnapshot

Rows = list[dict[str, str]]
_IN_CODE = ("declared",)  # a file and line: moves with every edit and says nothing about data


def declared_rows() -> Rows:
    """The map as it is declared now."""
    return [{k: v for k, v in row.as_json().items() if k not in _IN_CODE} for row in rows()]


def keep_map() -> MapSnapshot | None:
    """Keep the map if it is not the one kept last; called once the database is up to date. None when it is."""
    content = declared_rows()
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    last = MapSnapshot.objects.order_by("-at", "-id").values_list("digest", flat=True).first()
    if last == digest:
        return None
    return MapSnapshot.objects.create(at=now(), digest=digest, rows=content)


def snapshots() -> list[MapSnapshot]:
    """Newest first, without their rows."""
    return list(MapSnapshot.objects.defer("rows").order_by("-at", "-id"))


def map_on(moment: datetime) -> MapSnapshot | None:
    """What was declared then: the last one kept until that moment. None before the first."""
    return MapSnapshot.objects.filter(at__lte=moment).order_by("-at", "-id").first()


def rows_in(snapshot: MapSnapshot) -> Rows:
    found: Any = snapshot.rows
    return [{str(k): str(v) for k, v in row.items()} for row in found]
