"""What the register of breaches holds: words that name nobody, and who was affected."""

from __future__ import annotations

from aureole.privacy.declare import holds, holds_nothing, plain
from aureole.privacy.models import Breach, BreachPerson, BreachStep

_WORDS = (
    "what happened and was done, in words that are refused when they name anybody; codes, moments and counts"
)
holds_nothing(
    Breach,
    because=_WORDS,
    columns=(
        "title", "role", "law", "facts", "effects", "measures", "contact", "scope", "scope_mark", "finding", "records",
        "categories", "risk", "risk_reason", "delay_reason", "telling", "telling_reason", "telling_words", "remedy",
    ),
)  # fmt: skip
holds_nothing(BreachStep, because=_WORDS, columns=("what", "by_kind", "said"))
holds(
    BreachPerson,
    person="person_id",
    label="Breaches of their data",
    purpose="accountability",
    retention="ledger",
    source="the log, or an officer",
    fields={"letters": plain("system.operations", label="Letters about it", because="a count; names nobody")},
)
