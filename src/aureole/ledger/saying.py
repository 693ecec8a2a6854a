"""What an entry says besides its type, in words: for officers, agents, and the person it is about."""

from __future__ import annotations

from collections.abc import Mapping

from aureole.ledger.types import NAMED_BY

_ONE = {"tags": "label", "addresses": "address", "entries": "entry"}  # of all others the s goes
_BEFORE = {
    "channel": "by ",
    "how": "by ",
    "to": "to ",
    "source": "from ",
    "role": "as ",
    "approval": "approval: ",
}


def say_facts(facts: Mapping[str, int | str]) -> str:
    """ "3 messages, to solved": counts and codes; what is none is not worth a word."""
    return ", ".join(words for key, value in facts.items() if (words := _fact(key, value)))


def _fact(key: str, value: int | str) -> str:
    if key == NAMED_BY:
        return "named by the operator on the command line, not signed in"
    if isinstance(value, str):
        return "" if key == "kind" else f"{_BEFORE.get(key, '')}{value.replace('_', ' ')}"
    if key == "request":
        return f"no. {value}"
    if not value:
        return ""
    many = key.replace("_", " ")
    return f"1 {_ONE.get(key, many.removesuffix('s'))}" if value == 1 else f"{value:,} {many}"
