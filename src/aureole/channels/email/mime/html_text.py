"""HTML to readable text. nh3 parses; what it writes is well formed and needs no second parser."""

from __future__ import annotations

import html
import re

import nh3

from aureole.channels.email.mime.html_depth import flatten

_BLOCKS = {
    "p", "div", "table", "tr", "ul", "ol", "li", "blockquote", "pre", "hr", "br", "dl", "dt", "dd",
    "h1", "h2", "h3", "h4", "h5", "h6", "center", "article", "section", "header", "footer", "address",
}  # fmt: skip
_AIRY = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table", "pre"}
_HIDDEN = {"script", "style", "title", "noscript", "template", "select", "textarea", "object", "svg", "math"}
_TOKEN = re.compile(r"<(/?)([a-z0-9]+)([^<>]*)>|([^<]+)|<")
_HREF = re.compile(r'href="([^"]*)"')
_ALT = re.compile(r'alt="([^"]*)"')
_MARK = "\x02"


def text_of_html(source: str) -> str:
    """Paragraphs and line breaks kept, quotes marked with "> ", link targets shown where they differ."""
    clean = nh3.clean(
        flatten(source.replace(_MARK, "")),
        tags=_BLOCKS | {"a", "img", "td", "th"},
        clean_content_tags=_HIDDEN,
        attributes={"a": {"href"}, "img": {"alt"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return _Writer().write(clean)


class _Writer:
    """Collects lines; `depth` is how many quotes we are in."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.line: list[str] = []
        self.depth = 0
        self.pre = 0
        self.links: list[tuple[str, int]] = []

    def write(self, clean: str) -> str:
        for found in _TOKEN.finditer(clean):
            closing, tag, attributes, words = found.groups()
            if words is not None:
                self._words(html.unescape(words))
            elif tag is not None:
                self._tag(tag, attributes, bool(closing))
        self._end_line()
        return self._text()

    def _words(self, words: str) -> None:
        if self.pre:
            first, *rest = words.split("\n")
            self.line.append(first)
            for line in rest:
                self._end_line(keep=True)
                self.line.append(line)
        else:
            self.line.append(re.sub(r"[ \t\r\n\f]+", " ", words))

    def _tag(self, tag: str, attributes: str, closing: bool) -> None:
        if tag == "a":
            self._link(attributes, closing)
        elif tag == "img":
            alt = _ALT.search(attributes)
            self.line.append(html.unescape(alt.group(1)) if alt else "")
        elif tag in ("td", "th"):
            self.line.append("" if closing else " ")
        else:
            self._block(tag, closing)

    def _link(self, attributes: str, closing: bool) -> None:
        if not closing:
            href = _HREF.search(attributes)
            self.links.append((html.unescape(href.group(1)) if href else "", len(self.line)))
        elif self.links:
            href_text, start = self.links.pop()
            words = "".join(self.line[start:]).strip()
            bare = href_text.removeprefix("mailto:").rstrip("/")
            if href_text and words and bare not in words and words not in bare:
                self.line.append(f" <{href_text}>")

    def _block(self, tag: str, closing: bool) -> None:
        self._end_line(keep=tag == "br")
        self.links = []
        if tag in _AIRY:
            self.lines.append((self.depth, _MARK))
        if tag == "pre":
            self.pre = max(0, self.pre + (-1 if closing else 1))
        elif tag == "blockquote":
            self.depth = max(0, self.depth + (-1 if closing else 1))
            self.lines.append((self.depth, _MARK))
        elif tag == "li" and not closing:
            self.line.append("- ")
        elif tag == "hr":
            self.lines.append((self.depth, "________________________________"))

    def _end_line(self, *, keep: bool = False) -> None:
        line = "".join(self.line)
        line = line.rstrip() if self.pre else re.sub(r" {2,}", " ", line).strip()
        if line or keep:
            self.lines.append((self.depth, line))
        self.line = []

    def _text(self) -> str:
        while self.lines and self.lines[-1][1] in (_MARK, ""):
            self.lines.pop()
        out: list[str] = []
        gap = True
        for depth, line in self.lines:
            if line == _MARK and gap:
                continue
            gap = line in (_MARK, "")
            shown = "" if line == _MARK else line
            out.append((">" * min(depth, 20) + " " + shown).strip(" ") if depth else shown)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip("\n").replace("\xa0", " ")
