from __future__ import annotations

from aureole.ledger.types import EntryType, register

SOURCES = ("email", "mentioned", "staff", "import")
FIELDS = ("name", "pronouns", "postal_address", "language", "organisation", "identifier")

register(
    EntryType(name="people.created", words="recorded a new person", enums={"source": SOURCES}),
    EntryType(name="people.corrected", words="corrected a person's data", enums={"field": FIELDS}),
    EntryType(name="people.read", words="looked at a person's record", counts=("fields",)),
)
