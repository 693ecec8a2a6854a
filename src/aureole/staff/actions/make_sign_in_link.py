from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.record import record
from aureole.staff.models import Agent, SignInLink
from aureole.staff.permissions import require
from aureole.vault.system_keys import system_key

LIFE = timedelta(hours=1)


def link_digest(token: str) -> bytes:
    return hmac.digest(system_key("sign-in link"), token.encode(), hashlib.sha256)


def make_sign_in_link(*, agent: Agent, by: Actor, life: timedelta = LIFE) -> str:
    """A one-time token for `/sign-in/link/`; shown once, kept as a keyed digest only."""
    require(by, "staff.manage")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SignInLink(agent=agent, digest=link_digest(token), expires_at=now() + life).save(force_insert=True)
        record("staff.link_made", by=by, person=agent.person_id)
    return token
