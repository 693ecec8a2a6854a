"""What one may object to (GDPR Art. 21(1), (2)), read from the declarations: nobody is told of what is not done."""

from __future__ import annotations

from functools import cache

from aureole.privacy.declare import declarations
from aureole.privacy.vocabulary import Purpose, purposes

_BASES = ("legitimate_interest", "public_task")
_ABOUT_STAFF = "staff"  # the module whose rows are about agents alone


@cache
def objectable() -> tuple[Purpose, ...]:
    """Purposes that rest on a balance of interests and are pursued with data of customers, and direct marketing."""
    used = {d.purpose for d in declarations() if d.module != _ABOUT_STAFF}
    return tuple(p for p in purposes() if p.marketing or (p.basis in _BASES and p.key in used))


def may_object() -> bool:
    return bool(objectable())
