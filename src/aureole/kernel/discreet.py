"""Log lines that tell where it broke and never what it broke on.

The text of an exception may hold what a person wrote: a driver quotes the value it could not read, `int()` does,
so does a KeyError. Types, files, lines and functions are enough to find the place. The path of a request may hold
it as well, since anything can be typed into an address; the route it led to, if any, holds nothing.
"""

from __future__ import annotations

import copy
import logging
import traceback
from types import TracebackType

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_NO_ROUTE = "an address that leads nowhere"


class DiscreetFormatter(logging.Formatter):
    """As logging.Formatter, without the texts of exceptions and without the paths of requests."""

    def format(self, record: logging.LogRecord) -> str:
        """Django gives the request along with what it has to say of it, the path being among the arguments."""
        path = getattr(getattr(record, "request", None), "path", None)
        if path is None or not isinstance(record.args, tuple):
            return super().format(record)
        shown = copy.copy(record)
        match = getattr(record, "request").resolver_match  # noqa: B009  not an attribute of every record
        route = f"/{match.route}" if match else _NO_ROUTE
        shown.args = tuple(route if argument == path else argument for argument in record.args)
        return super().format(shown)

    def formatException(self, ei: _ExcInfo) -> str:
        return "\n".join(_tell(ei[1])) if ei[1] is not None else ""


def _tell(trouble: BaseException) -> list[str]:
    """What it came from first, as Python prints it."""
    before = trouble.__cause__ or (None if trouble.__suppress_context__ else trouble.__context__)
    lines = [*_tell(before), "which led to"] if before is not None else []
    frames = traceback.extract_tb(trouble.__traceback__)
    kind = type(trouble)
    return [
        *lines,
        *(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames),
        f"{kind.__module__}.{kind.__qualname__}",
    ]
