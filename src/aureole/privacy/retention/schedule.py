"""The periods in force: the declared ones, and the rules somebody set instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aureole.privacy.models import RetentionRule
from aureole.privacy.vocabulary import retention


@dataclass(frozen=True, slots=True)
class Schedule:
    """`rules` by class, scope and value; the narrowest wins: type, then channel, then the class, then as declared."""

    rules: Mapping[tuple[str, str, str], int]

    @classmethod
    def now(cls) -> Schedule:
        rows = RetentionRule.objects.values_list("class_key", "scope", "value", "months")
        return cls({(key, scope, value): months for key, scope, value, months in rows})

    def months(self, class_key: str, *, type: str = "", channel: str = "") -> int:
        for scope, value in (("type", type), ("channel", channel), ("", "")):
            if (class_key, scope, value) in self.rules:
                return self.rules[class_key, scope, value]
        declared = retention(class_key).months
        assert declared is not None, "classes without a period are not run out by retention"
        return declared
