"""Entry types are registered before they can be written: the log has a closed vocabulary."""

from __future__ import annotations

from dataclasses import dataclass, field

from aureole.kernel.errors import Broken


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryType:
    """One kind of entry.

    name    "module.past_tense", the stable key
    words   plain sentence for people, in the third person ("answered a ticket")
    counts  names of facts that are whole numbers
    enums   names of facts that are lower-case codes from a closed list, with that list
    """

    name: str
    words: str
    counts: tuple[str, ...] = ()
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def check(self, facts: dict[str, int | str]) -> None:
        """Raise Broken when a fact is not part of the declared vocabulary."""
        for key, value in facts.items():
            if key in self.counts and isinstance(value, int):
                continue
            if value in (*self.enums.get(key, ()), *_OF_ANY.get(key, ())):
                continue
            raise Broken("ledger_fact_undeclared", f"{self.name} does not declare the fact {key!r}.")


NAMED_BY = "named_by"
"""A fact of any entry: an agent did it by the word of the operator at the command line; nobody signed in."""
_OF_ANY = {NAMED_BY: ("operator",)}
_registry: dict[str, EntryType] = {}


def register(*types: EntryType) -> None:
    """Add entry types; called from a module's entry_types.py."""
    for entry_type in types:
        _registry[entry_type.name] = entry_type


def entry_type(name: str) -> EntryType:
    """The registered type of that name; Broken when there is none."""
    try:
        return _registry[name]
    except KeyError:
        raise Broken("ledger_type_unknown", f"No entry type {name!r} is registered.") from None


def entry_types() -> dict[str, EntryType]:
    """All of them by name."""
    return dict(_registry)
