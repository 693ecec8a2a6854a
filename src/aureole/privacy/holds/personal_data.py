"""What is held of legal holds."""

from __future__ import annotations

from aureole.privacy.declare import holds, plain, sealed
from aureole.privacy.models import Hold

holds(
    Hold,
    person="person_id",
    label="Legal holds",
    purpose="accountability",
    retention="ledger",
    source="an agent",
    fields={
        "reason": sealed("user.content.private", label="Reason"),
        "release_reason": sealed("user.content.private", label="Why it was released"),
        "ground": plain("system.operations", label="Ground", because="one of five codes"),
        "table": plain("system.operations", label="What is held", because="the name of a table"),
    },
)
