"""Where a page of rows ends: a time and a row id, no personal data, so it may stand in an address."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from aureole.kernel.errors import Refused
from aureole.kernel.ids import number_in

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BYTES = 24


def write_cursor(moment: datetime, row_id: uuid.UUID) -> str:
    """Microseconds since 1970 and the id, in the alphabet of addresses."""
    micros = (moment - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(micros.to_bytes(8, "big", signed=True) + row_id.bytes).decode()


def read_cursor(cursor: str) -> tuple[datetime, uuid.UUID]:
    """Raises Refused for one we did not make."""
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
        if len(raw) != _BYTES:
            raise ValueError
        moment = _EPOCH + timedelta(microseconds=int.from_bytes(raw[:8], "big", signed=True))
        return moment, uuid.UUID(bytes=raw[8:])
    except (binascii.Error, ValueError, OverflowError):
        raise _not_ours() from None


def read_number(cursor: str) -> int | None:
    """Where a list by number ends; None at its top. Raises Refused for one we did not make."""
    number = number_in(cursor)
    if cursor and number is None:
        raise _not_ours()
    return number


def _not_ours() -> Refused:
    return Refused("list_cursor", "This page mark is not one of ours; start again at the top of the list.")


def before(cursor: str | None, time_field: str) -> Q:
    """Rows that come after the cursor in a list with the newest first; all of them without one."""
    if not cursor:
        return Q()
    moment, row_id = read_cursor(cursor)
    return Q(**{f"{time_field}__lt": moment}) | Q(**{time_field: moment, "id__lt": row_id})
