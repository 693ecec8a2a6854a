"""Slows guessing: after five failures each further one doubles the wait, up to an hour."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.staff.models import SignInAttempt
from aureole.vault.system_keys import system_key

FREE_FAILURES = 5
_FORGET = timedelta(hours=12)
_LONGEST = timedelta(hours=1)


def _digest(what: str) -> bytes:
    return hmac.digest(system_key("sign-in throttle"), what.encode(), hashlib.sha256)[:16]


def network_of(address: str) -> str:
    """What of a network address is counted: of IPv6 the first 64 bits, because whoever has one address has those beside
    it (RFC 6177); of anything else all of it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ipaddress.ip_network((found.packed[:8] + bytes(8), 64)))


def check(keys: Iterable[str]) -> None:
    """Raises Refused while any of the keys (typed address, network address) is blocked."""
    minutes = minutes_blocked(keys)
    if minutes:
        raise Refused(
            "sign_in_blocked",
            f"Too many tries that did not work. Wait {minutes} min and try again; your account is safe.",
        )


def minutes_blocked(keys: Iterable[str]) -> int:
    """How long the longest blocked of the keys still is; 0 when none is."""
    digests = [_digest(key) for key in keys]
    blocked = SignInAttempt.objects.filter(digest__in=digests, blocked_until__gt=now())
    until = max((row.blocked_until for row in blocked if row.blocked_until), default=None)
    return max(1, round((until - now()).total_seconds() / 60)) if until else 0


def failed(keys: Iterable[str], *, free: int = FREE_FAILURES) -> None:
    """Count one failure (or whatever is to be slowed down) for each key; `free` of them cost nothing."""
    for key in keys:
        with transaction.atomic():
            row, _ = SignInAttempt.objects.select_for_update().get_or_create(
                digest=_digest(key), defaults={"updated_at": now()}
            )
            row.failures = row.failures + 1 if row.updated_at > now() - _FORGET else 1
            over = row.failures - free
            row.blocked_until = (
                now() + min(_LONGEST, timedelta(seconds=15 * 2 ** min(over, 10))) if over >= 0 else None
            )
            row.updated_at = now()
            row.save()


def forget_old() -> int:
    """Delete what is older than twelve hours; returns how many."""
    return SignInAttempt.objects.filter(updated_at__lt=now() - _FORGET).delete()[0]


def succeeded(keys: Iterable[str]) -> None:
    SignInAttempt.objects.filter(digest__in=[_digest(key) for key in keys]).delete()
