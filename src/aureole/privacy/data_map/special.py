"""Which declared categories are special ones (GDPR Art. 9(1)) or about offences (Art. 10), by their Fideslang names."""

from __future__ import annotations

SPECIAL = (
    "user.health_and_medical",
    "user.biometric",
    "user.genetic",
    "user.criminal_history",
    "user.demographic.ethnicity",
    "user.demographic.race_ethnicity",
    "user.demographic.political_opinion",
    "user.demographic.religious_belief",
    "user.demographic.sexual_orientation",
    "user.demographic.trade_union",
)


def is_special(category: str) -> bool:
    """A category or one below it."""
    return any(category == name or category.startswith(f"{name}.") for name in SPECIAL)
