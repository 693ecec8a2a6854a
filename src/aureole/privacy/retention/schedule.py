"""The periods in force: the declared ones, and the rules somebody set instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aureole.privacy.models import RetentionRule
from aureole.privacy.vocabulary import retention

# Narrower ones first. Of several labels of one ticket, the longest period counts: nothing is lost too early.
ORDER = ("label", "organisation", "brand", "type", "channel", "")


@dataclass(frozen=True, slots=True)
class Schedule:
    """`rules` by class, scope and value; the narrowest wins (`ORDER`), then what is declared."""

    rules: Mapping[tuple[str, str, str], int]

    @classmethod
    def now(cls) -> Schedule:
        rows = RetentionRule.objects.filter(ended_at=None)
        return cls({(r.class_key, r.scope, r.value): r.months for r in rows.only(*_READ)})

    def months(self, class_key: str, *, organisation: str = "", type: str = "", channel: str = "") -> int:
        """Of one without a label that has a period of its own."""
        for scope, value in (("organisation", organisation), ("type", type), ("channel", channel), ("", "")):
            if (class_key, scope, value) in self.rules:
                return self.rules[class_key, scope, value]
        declared = retention(class_key).months
        assert declared is not None, "classes without a period are not run out by retention"
        return declared

    def own(self, class_key: str, scope: str) -> dict[str, int]:
        """Months by value, of the rules of that scope."""
        return {
            v: months for (key, name, v), months in self.rules.items() if (key, name) == (class_key, scope)
        }

    def shortest(self, class_keys: Collection[str]) -> int:
        """No rule of these classes lets anything go earlier than this."""
        own = (months for (key, _, _), months in self.rules.items() if key in class_keys)
        return min(*own, *(retention(key).months or 0 for key in class_keys))


_READ = ("class_key", "scope", "value", "months")
