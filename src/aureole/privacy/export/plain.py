"""JSON for people and programs alike: the files of a package that somebody may open in an editor."""

from __future__ import annotations

import json
from typing import Any


def pretty(content: dict[str, Any]) -> str:
    """A key on each line, and an item of a list; what lies deeper stays on its line. (The encoder's own indentation
    is not written in C and took longer than the files it lists.)"""
    lines = [f"  {_encode(key)}: {_spread(value)}" for key, value in content.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _spread(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n    " + ",\n    ".join(map(_encode, value)) + "\n  ]"
    if isinstance(value, dict) and value:
        lines = (f"    {_encode(key)}: {_encode(item)}" for key, item in value.items())
        return "{\n" + ",\n".join(lines) + "\n  }"
    return _encode(value)


_encode = json.JSONEncoder(ensure_ascii=False).encode
