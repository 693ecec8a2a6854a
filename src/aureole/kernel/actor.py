"""Who does something: every action takes one, every ledger entry names one by pseudonym."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["agent", "customer", "operator", "system"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """A person or the program itself, as far as rules need to know.

    kind       agent (staff account), customer, operator (at the command line), system (the program)
    person_id  the natural person behind it, None for operator and system
    agent_id   the staff account, for agents
    role       the staff role ("admin", "agent", "privacy_officer", "read_only"), for agents
    is_named   the operator named this account at the command line: their word, nobody signed in
    """

    kind: ActorKind
    person_id: uuid.UUID | None = None
    agent_id: uuid.UUID | None = None
    role: str | None = None
    is_named: bool = False

    @property
    def noted_kind(self) -> str:
        """What a record of what was done says: "named" where nobody signed in."""
        return "named" if self.is_named else self.kind

    @classmethod
    def system(cls) -> Actor:
        """The program acting by rule: ingestion, retention, the worker."""
        return cls(kind="system")

    @classmethod
    def operator(cls) -> Actor:
        """Whoever may run commands on the machine; the operating system decided that."""
        return cls(kind="operator")
