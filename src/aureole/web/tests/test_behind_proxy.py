"""Whom limits count, with and without a proxy in front."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from aureole.web.behind_proxy import BehindProxyMiddleware, unmistakable
from config.addresses import parse_networks

PROXIES = "10.0.0.0/8 127.0.0.1 ::1"


@pytest.mark.parametrize(
    ("proxies", "peer", "said", "visitor", "scheme"),
    [
        (PROXIES, "127.0.0.1", "192.0.2.7", "192.0.2.7", "https"),
        (PROXIES, "127.0.0.1", "203.0.113.9, 192.0.2.7, 10.1.2.3", "192.0.2.7", "https"),
        (PROXIES, "::ffff:127.0.0.1", "2001:db8::7", "2001:db8::7", "https"),
        (PROXIES, "127.0.0.1", "203.0.113.9, 192.0.2.7:5678,10.1.2.3:443", "192.0.2.7", "https"),
        (PROXIES, "127.0.0.1", "[2001:db8::7]:443", "2001:db8::7", "https"),
        (PROXIES, "127.0.0.1", "[2001:db8::7], [::1]:99", "2001:db8::7", "https"),
        (PROXIES, "127.0.0.1", "192.0.2.7, 203.0.113.9:x", "127.0.0.1", "https"),
        (PROXIES, "127.0.0.1", "192.0.2.7, []:1", "127.0.0.1", "https"),
        (PROXIES, "127.0.0.1", "192.0.2.7, unknown", "127.0.0.1", "https"),
        (PROXIES, "192.0.2.7", "203.0.113.9", "192.0.2.7", "http"),
        ("", "127.0.0.1", "192.0.2.7", "127.0.0.1", "http"),
    ],
)
def test_the_visitor_is_whom_a_proxy_of_ours_names(
    proxies: str, peer: str, said: str, visitor: str, scheme: str, settings: Any
) -> None:
    settings.AUREOLE_PROXIES = parse_networks(proxies)
    seen: list[HttpRequest] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    forwarded = {"HTTP_X_FORWARDED_FOR": said, "HTTP_X_FORWARDED_PROTO": "https"}
    BehindProxyMiddleware(page)(RequestFactory().get("/", REMOTE_ADDR=peer, **forwarded))
    assert (seen[0].META["REMOTE_ADDR"], seen[0].scheme) == (visitor, scheme)


def test_a_visitor_cannot_add_to_what_the_proxy_says_by_writing_its_header_otherwise() -> None:
    said = (b"x-forwarded-for", b"192.0.2.7")
    assert unmistakable([said, (b"x_forwarded_for", b"203.0.113.9"), (b"x-forwarded_for", b"::1")]) == [said]
