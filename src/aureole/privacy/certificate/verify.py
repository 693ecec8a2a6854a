"""Check a certificate without the instance, the network or anything but its file.

The judging is in `ledger/verifier.py`, the one file that goes out with every certificate; its names here.
"""

from __future__ import annotations

from aureole.ledger.verifier import CERTIFICATE as KIND
from aureole.ledger.verifier import CERTIFICATE_VERSION as VERSION
from aureole.ledger.verifier import Verdict, canonical, fingerprint, statement_digest
from aureole.ledger.verifier import verify_certificate as verify

__all__ = ("KIND", "VERSION", "Verdict", "canonical", "fingerprint", "statement_digest", "verify")
