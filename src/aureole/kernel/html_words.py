"""Words of a message's HTML form, for the index and for finding people in it; never for showing."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

# What a reader may see or a link may carry: values of these attributes, then everything between tags.
_VALUES = re.compile(r"""\b(?:href|alt|title|cite)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_HIDDEN = re.compile(r"<(style|script)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
MOST = 300_000


def html_words(source: str | None) -> str:
    """The text between tags and in links, entities decoded; "" for none. Looks at the first 300 000 characters."""
    if not source:
        return ""
    seen = source[:MOST]
    values = " ".join(unquote(next(filter(None, found), "")) for found in _VALUES.findall(seen))
    return html.unescape(f"{_TAG.sub(' ', _HIDDEN.sub(' ', seen))} {values}")
