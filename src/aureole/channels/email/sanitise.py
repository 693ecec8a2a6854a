"""Mail HTML is hostile: what leaves here is shape and words, nothing that acts, loads or names itself.

An allowlist over a real parser (nh3). No script, style, form, class, id, name, data-* or hx-* survives,
so nothing in a mail can be picked up by our own pages' scripts or styles either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import nh3

from aureole.channels.email.mime.html_depth import flatten

_TAGS = {
    "a", "abbr", "address", "article", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li",
    "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var",
    "wbr",
}  # fmt: skip
# Removed with everything inside; of any other unknown element the words stay.
_WITH_CONTENT = {
    "script", "style", "title", "noscript", "template", "select", "option", "textarea", "button", "object",
    "embed", "applet", "svg", "math", "iframe", "frame", "frameset", "noframes", "noembed", "audio", "video",
    "canvas", "map", "xmp", "plaintext", "listing",
}  # fmt: skip
_SIZES = {"width", "height"}
_CELL = {"align", "valign", "colspan", "rowspan", *_SIZES}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", *_SIZES},
    "table": {"align", "border", "cellpadding", "cellspacing", *_SIZES},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "valign"},
    "col": {"span", "width"},
    "colgroup": {"span"},
    "div": {"align"},
    "p": {"align"},
    "ol": {"start", "type"},
}
_NUMERIC = {"width", "height", "colspan", "rowspan", "border", "cellpadding", "cellspacing", "span", "start"}
_WORDS = {"align", "valign", "dir", "type"}
_PICTURES = (
    "data:image/png;base64,",
    "data:image/jpeg;base64,",
    "data:image/gif;base64,",
    "data:image/webp;base64,",
)
_LARGEST = 4000
# What nh3 writes is well formed: a "<" outside tags and a quote inside values are always escaped.
_START = re.compile(r'<([a-z0-9]+)((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r'[a-z]+="[^"]*"')


@dataclass(frozen=True, slots=True)
class CleanHtml:
    """HTML that is safe to put into a sandboxed frame, and how many remote images it was kept from loading."""

    html: str
    remote_images: int


def clean_html(html: str, cid_urls: Mapping[str, str]) -> CleanHtml:
    """Clean one message's HTML. Cleaning it again with the same `cid_urls` changes nothing.

    cid_urls  where the message's inline images are served, by Content-ID. An image without such an address is
              shown by its description only; a remote one is counted.
    """
    ours = frozenset(cid_urls.values())
    remote = 0

    def keep(tag: str, attribute: str, value: str) -> str | None:
        nonlocal remote
        if tag == "img" and attribute == "src":
            source = _image(value, cid_urls, ours)
            remote += source is None and value.lower().lstrip().startswith(("http:", "https:", "//"))
            return source
        return _value(tag, attribute, value)

    clean = nh3.clean(
        flatten(html),
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "cid", "data"},
        link_rel=None,
        strip_comments=True,
    )
    return CleanHtml(_START.sub(_in_order, clean), remote)


def _in_order(tag: re.Match[str]) -> str:
    """nh3 writes attributes in any order; one order makes results comparable. Links say what they may not pass on."""
    attributes = sorted(_ATTRIBUTE.findall(tag.group(2)))
    if tag.group(1) == "a" and any(a.startswith("href=") for a in attributes):
        attributes += ['rel="noopener noreferrer nofollow"', 'target="_blank"']
    return f"<{' '.join([tag.group(1), *attributes])}>"


def _image(value: str, cid_urls: Mapping[str, str], ours: frozenset[str]) -> str | None:
    address = value.strip()
    if address[:4].lower() == "cid:":
        return cid_urls.get(address[4:].strip("<> ")) or None
    if address in ours or address.startswith(_PICTURES):
        return address
    return None


def _value(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if value.strip().lower().startswith(("http://", "https://", "mailto:")) else None
    if attribute in _NUMERIC:
        number = value.strip().rstrip("%px")
        fits = number.isascii() and number.isdigit() and int(number[:9]) <= _LARGEST
        return value.strip() if fits and len(number) <= 9 else None
    if attribute in _WORDS:
        return value if value.isascii() and value.isalnum() and len(value) <= 20 else None
    return value
