from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from aureole.channels.email.sanitise import clean_html
from aureole.channels.email.tests.corpus import outside_json

_FORBIDDEN = {
    "script", "style", "link", "meta", "base", "iframe", "frame", "object", "embed", "form", "input", "button",
    "textarea", "select", "svg", "math", "template", "audio", "video", "source", "noscript", "html", "body", "title",
}  # fmt: skip
_ALLOWED = {
    "href", "src", "alt", "title", "rel", "target", "dir", "lang", "align", "valign", "width", "height", "border",
    "colspan", "rowspan", "cellpadding", "cellspacing", "span", "start", "type",
}  # fmt: skip
_CIDS = {"logo@x": "/files/1"}


class _Inspector(HTMLParser):
    """Reads what was left, with a parser that is not the sanitiser's."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _FORBIDDEN or ":" in tag:
            self.found.append(tag)
        for name, value in attrs:
            if name not in _ALLOWED:
                self.found.append(f"{tag} {name}")
            if name == "href" and urlsplit((value or "").strip()).scheme not in ("http", "https", "mailto"):
                self.found.append(f"{tag} {name}={value}")
            if name == "src" and value not in _CIDS.values() and not (value or "").startswith("data:image/"):
                self.found.append(f"{tag} {name}={value}")


def _active(html: str) -> list[str]:
    inspector = _Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.found


def test_nothing_active_survives_of_the_larger_set() -> None:
    payloads = outside_json("html-sanitising/payloads.json")
    assert len(payloads) > 200
    left = {}
    for payload in payloads:
        clean = clean_html(payload["payload"], _CIDS).html
        if _active(clean):
            left[payload["title"]] = _active(clean)
        assert clean_html(clean, _CIDS).html == clean
    assert left == {}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='java&#10;script:alert(1)'>x</a>",
        "<a href='//evil.example'>x</a>",
        "<a href='/tickets/1/close'>x</a>",
        "<div hx-get='/x' data-hx-post='/y' data-controller='undo' class=button id=main name=x style='position:fixed'>",
        "<form action=/x><input name=csrf></form>",
        "<style>input[value^=a]{background:url(http://evil)}</style>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<img src='/tickets/1/close'>",
        "<img src='data:image/svg+xml;base64,AAAA'>",
        "<iframe srcdoc='<script>x</script>'></iframe>",
        "<base href='https://evil.example/'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<td background='http://evil/x.png'>",
    ],
)
def test_nothing_active_survives(hostile: str) -> None:
    assert _active(clean_html(hostile, _CIDS).html) == []


def test_words_and_shape_stay() -> None:
    source = '<p align="center">Hi <b>Ada</b></p><table border="1"><tr><td colspan="2">x</td></tr></table>'
    clean = clean_html(source, {}).html
    assert '<p align="center">Hi <b>Ada</b></p>' in clean
    assert '<td colspan="2">x</td>' in clean


def test_remote_images_are_taken_out_and_counted() -> None:
    clean = clean_html("<img src='https://t.example/p.gif' alt='Logo' width=20><img src=//t.example/q>", {})
    assert clean.html == '<img alt="Logo" width="20"><img>'
    assert clean.remote_images == 2


def test_inline_images_point_at_our_own_addresses() -> None:
    clean = clean_html("<img src='cid:logo@x'><img src='cid:unknown'>", _CIDS)
    assert clean.html == '<img src="/files/1"><img>'
    assert clean.remote_images == 0


def test_links_leave_no_trace_of_us() -> None:
    assert clean_html("<a href='https://x.example/?a=1&b=2'>x</a>", {}).html == (
        '<a href="https://x.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow" target="_blank">x</a>'
    )
