from __future__ import annotations

import re

_NAME = re.compile(r"[0-9a-f]{32}\Z")


def is_name(text: str) -> bool:
    return bool(_NAME.match(text))


def refuse_other_names(name: str) -> None:
    """Nothing but our own random names ever becomes part of a path or key."""
    if not is_name(name):
        raise ValueError("names in the file store are 32 hexadecimal digits")
