"""Hashes that are slow on purpose, made quick: a suite makes thousands of passwords, codes and suppression entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from argon2 import PasswordHasher
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test.utils import override_settings

from aureole.privacy.rights import codes
from aureole.vault import suppression

_LIGHTEST = PasswordHasher(
    time_cost=1, memory_cost=8, parallelism=1
)  # what Argon2 takes at least; memory in KiB


class LightArgon2(Argon2PasswordHasher):
    """The product's own algorithm, so that what is stored looks the same."""

    time_cost = _LIGHTEST.time_cost
    memory_cost = _LIGHTEST.memory_cost
    parallelism = _LIGHTEST.parallelism


@contextmanager
def light_hashes() -> Iterator[None]:
    """Passwords, one-time codes and the suppression list, for as long as the block lasts; in this process only."""
    with (
        override_settings(PASSWORD_HASHERS=[f"{__name__}.{LightArgon2.__name__}"]),
        patch.object(codes, "HASHER", _LIGHTEST),
        patch.object(suppression, "COST", suppression.Cost(n=2, r=8, p=1)),
    ):
        yield


REAL_PASSWORD_HASHERS = tuple(settings.PASSWORD_HASHERS)
REAL_CODES = codes.HASHER
REAL_SUPPRESSION = suppression.COST
