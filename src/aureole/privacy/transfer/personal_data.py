"""What is held of packages that go to another controller, and that come from one."""

from __future__ import annotations

from aureole.privacy.declare import CODES, holds, holds_nothing, holds_outside, plain, sealed
from aureole.privacy.models import (
    ArrivedNotice,
    ArrivedPiece,
    ArrivedTransfer,
    Peer,
    SentNotice,
    SentTransfer,
)

_DOCUMENT = "a signed document of ids, hashes, times and counts; names nobody"
holds(
    SentTransfer,
    person="person_id",
    label="Transfers to other controllers",
    purpose="accountability",
    retention="ledger",
    source="made by the program",
    on_erase="detach",
    fields={
        "key": sealed(
            "user.authorization.credentials", withheld="opens what is on its way, until it is there"
        ),
        "state": plain("system.operations", label="State", because=CODES),
        "trouble": plain("system.operations", label="Why it waits or ended", because=CODES),
        "offer": plain("system.operations", label="Offer", because=_DOCUMENT),
        "receipt": plain("system.operations", label="Receipt", because=_DOCUMENT),
        "closing": plain("system.operations", label="Last receipt", because=_DOCUMENT),
    },
)
holds(
    ArrivedTransfer,
    person="person_id",
    label="Transfers from other controllers",
    purpose="accountability",
    retention="ledger",
    source="another controller, at the person's wish",
    on_erase="detach",
    fields={
        "state": plain("system.operations", label="State", because=CODES),
        "ground": plain("system.operations", label="Why it was refused", because=CODES),
        "offer": plain("system.operations", label="Offer", because=_DOCUMENT),
        "receipt": plain("system.operations", label="Receipt", because=_DOCUMENT),
        "closing": plain("system.operations", label="Last receipt", because=_DOCUMENT),
    },
)
holds_nothing(ArrivedPiece, because="numbers; what it points at is sealed under a key of the arrival")
_NOTICE = (
    "what was done at another time with the data a transfer was of: signed ids, hashes, times; names nobody"
)
holds_nothing(
    SentNotice,
    because=_NOTICE,
    columns=("event", "fields", "document", "answer", "trouble", "outcome", "closing"),
)
holds_nothing(
    ArrivedNotice,
    because=_NOTICE,
    columns=("event", "fields", "document", "answer", "outcome", "by_kind", "closing"),
)
holds_nothing(
    Peer,
    because="other instances: names of controllers, addresses of their servers, public keys",
    columns=("name", "address", "public_key", "fingerprint"),
)
holds_outside(
    "arrivals",
    label="Packages from other controllers",
    holds="what a sender offered, sealed under a key of its own, until somebody decides; 30 days at most",
    on_erase="those with an address of the person are refused and destroyed with their key",
)
