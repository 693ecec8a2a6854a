"""How often somebody unknown may ask. Counted alike whether an address is known or not."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from aureole.kernel.errors import Refused
from aureole.people.normalise import counted_as
from aureole.staff import throttle

_FREE_ASKED, _FREE_NETWORK, _FREE_CODES, _FREE_LOOKS = 5, 20, 10, 10


class Blocked(Refused):
    """Too often. `minutes` is how long to wait."""

    def __init__(self, minutes: int) -> None:
        super().__init__("blocked", f"Too many tries. Nothing was stored. Wait {minutes} min and try again.")
        self.minutes = minutes


def count_request(request: HttpRequest, address: str) -> None:
    """One more request for this address, from this network. Raises Blocked."""
    keys, network = (f"portal address {counted_as(address)}",), (f"portal network {_network(request)}",)
    _refuse_blocked((*keys, *network))
    throttle.failed(keys, free=_FREE_ASKED)
    throttle.failed(network, free=_FREE_NETWORK)


def count_code_sent(request: HttpRequest) -> None:
    """One more code asked for from this network. How many a request gets a day is limited besides. Raises Blocked."""
    key = (f"portal codes {_network(request)}",)
    _refuse_blocked(key)
    throttle.failed(key, free=_FREE_CODES)


def count_look(request_id: uuid.UUID) -> None:
    """One more look at what is held, through this request. Raises Blocked."""
    key = (f"portal looks {request_id}",)
    _refuse_blocked(key)
    throttle.failed(key, free=_FREE_LOOKS)


def refuse_guessing(request: HttpRequest) -> None:
    """Raises Blocked after too many wrong codes from this network."""
    _refuse_blocked((f"portal guesses {_network(request)}",))


def count_wrong_code(request: HttpRequest) -> None:
    throttle.failed((f"portal guesses {_network(request)}",), free=_FREE_CODES)


def _refuse_blocked(keys: tuple[str, ...]) -> None:
    minutes = throttle.minutes_blocked(keys)
    if minutes:
        raise Blocked(minutes)


def _network(request: HttpRequest) -> str:
    return throttle.network_of(str(request.META.get("REMOTE_ADDR", "")))
