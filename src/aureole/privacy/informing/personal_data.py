"""What is kept about telling people where their data came from: codes and days."""

from __future__ import annotations

from aureole.privacy.declare import holds, plain
from aureole.privacy.models import Informing

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
