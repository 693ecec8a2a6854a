"""What is kept about telling people where their data came from, and who got it: codes, days, sealed names."""

from __future__ import annotations

from aureole.privacy.declare import holds, plain, sealed
from aureole.privacy.models import Disclosure, Informing, RecipientNotice

_CODE = "a code of a short list; names nobody"
holds(
    Informing,
    person="person_id",
    label="What they were told of their data",
    purpose="accountability",
    retention="customer",
    source="made by the program",
    fields={
        "source": plain("system.operations", label="Came from", because=_CODE),
        "disclosed_to": plain("system.operations", label="Went to", because=_CODE),
        "how": plain("system.operations", label="Told", because=_CODE),
    },
)
holds(
    Disclosure,
    person="person_id",
    label="Who else got their data",
    purpose="accountability",
    retention="customer",
    source="an agent",
    fields={
        "to": plain("system.operations", label="Kind of recipient", because=_CODE),
        "name": sealed("user.content.private", label="Recipient"),
        "unnamed": plain("system.operations", label="Why by kind only", because=_CODE),
        "why": sealed("user.content.private", label="What shows that"),
    },
)
holds(
    RecipientNotice,
    person="person_id",
    label="Whether who got their data heard of a change",
    purpose="accountability",
    retention="customer",
    source="made by the program",
    fields={
        "event": plain("system.operations", label="What was done", because=_CODE),
        "hearing": plain("system.operations", label="Heard", because=_CODE),
        "reason": sealed("user.content.private", label="How, or why not"),
    },
)
