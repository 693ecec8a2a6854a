"""The suite makes its hashes quick (aureole.testing.light_hashes); this is what the product makes them with."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.module_loading import import_string

from aureole.testing import light_hashes

LEAST_KIB = 19 * 1024  # OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB and two rounds, one lane
LEAST_ROUNDS = 2


def test_a_password_and_a_code_cost_what_owasp_asks_for() -> None:
    (name,) = light_hashes.REAL_PASSWORD_HASHERS
    passwords = import_string(name)
    assert issubclass(passwords, Argon2PasswordHasher)
    for hasher in (passwords, light_hashes.REAL_CODES):
        assert hasher.memory_cost >= LEAST_KIB
        assert hasher.time_cost >= LEAST_ROUNDS


def test_a_tried_address_costs_sixteen_megabytes() -> None:
    cost = light_hashes.REAL_SUPPRESSION
    assert 128 * cost.r * cost.n * cost.p >= 16 * 1024 * 1024
