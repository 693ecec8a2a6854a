"""HTML nested deeper than any real mail is made flat: parsers take quadratic time over it."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})[^>]*>?")
# Elements without an end, and those whose end the next one implies: they do not nest by being left open.
_FLAT = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p",
    "li", "dd", "dt", "td", "th", "tr", "tbody", "thead", "tfoot", "option",
}  # fmt: skip
MOST = 200


def flatten(source: str, most: int = MOST) -> str:
    """The same HTML; tags that would open an element below `most` levels are taken out. Linear time."""
    if source.count("<") <= most:
        return source
    depth = 0
    too_deep = 0

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth, too_deep
        if tag.group(2).lower() in _FLAT:
            return tag.group(0)
        if tag.group(1):
            if too_deep:
                too_deep -= 1
                return ""
            depth = max(0, depth - 1)
            return tag.group(0)
        if depth >= most:
            too_deep += 1
            return ""
        depth += 1
        return tag.group(0)

    return _TAG.sub(keep, source)
