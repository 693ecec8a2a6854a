"""Who a visitor is when a proxy stands in front, which has to be so wherever pages are served by HTTPS.

Guessing is slowed down by network address (sign-in, codes, requests from the portal). Were all visitors one address,
the twentieth request of a day would make everybody after it wait. Only what a proxy of AUREOLE_PROXIES says is
believed: anybody may send these headers.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Header = tuple[bytes, bytes]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_WITH_PORT = re.compile(r"(?:\[([^\]]*)\]|([0-9.]+))(?::[0-9]{1,5})?")
"""Some proxies say the visitor's port, too; brackets keep it apart from the groups of an IPv6 address."""


def unmistakable(headers: Iterable[Header]) -> list[Header]:
    """Those that are taken for no other: WSGI calls X_Forwarded_For what it calls X-Forwarded-For, and a proxy that
    sets the one may let a visitor's other through, behind its own."""
    return [(name, value) for name, value in headers if b"_" not in name]


class BehindProxyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        proxies: Sequence[Network] = settings.AUREOLE_PROXIES
        meta = request.META
        if _is_one(meta.get("REMOTE_ADDR", ""), proxies):
            meta["REMOTE_ADDR"] = _visitor(meta, proxies)
            if meta.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip() == "https":
                meta["wsgi.url_scheme"] = "https"
        return self._get_response(request)


def _visitor(meta: dict[str, str], proxies: Sequence[Network]) -> str:
    """The last address that none of our proxies has: each adds whom it got the request from at the end."""
    nearest = meta["REMOTE_ADDR"]
    for said in reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = _address(said)
        if address is None:
            break
        nearest = str(address)
        if not _is_one(nearest, proxies):
            break
    return nearest


def _is_one(text: str, proxies: Sequence[Network]) -> bool:
    address = _address(text) if proxies else None
    return address is not None and any(address in network for network in proxies)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    text = text.strip()
    apart = _WITH_PORT.fullmatch(text)
    try:
        found = ipaddress.ip_address((apart[1] or apart[2]) if apart else text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found
