"""manifest.json: what is in the package, what is not, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from aureole.privacy.export.answer import workspace
from aureole.privacy.export.csv_form import NOTE
from aureole.privacy.export.ports import Receiver, Withheld
from aureole.privacy.vocabulary import purpose

SCHEMA_VERSION = 1


@dataclass(kw_only=True)
class Contents:
    """What went into a package so far. `decisions`: what people decided about others in it, for a request."""

    made_at: datetime
    pseudonym: str
    tables: list[dict[str, Any]] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    redacted: Counter[tuple[str, str]] = field(default_factory=Counter)
    held: dict[str, int] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)
    receivers: list[Receiver] = field(default_factory=list)
    letters: int = 0
    files: int = 0

    @property
    def records(self) -> int:
        return sum(self.held.values())

    @property
    def redactions(self) -> list[dict[str, Any]]:
        """Where words of or about others were covered, and where things of others were left out."""
        covered = [
            {"path": path, "reason": reason, "count": n}
            for (path, reason), n in sorted(self.redacted.items())
        ]
        left_out = [{"path": w.path, "reason": w.reason, "count": w.count} for w in self.withheld]
        return covered + left_out

    def note(self, path: str, notes: Counter[str]) -> None:
        for reason, count in notes.items():
            self.redacted[(path, reason)] += count


def manifest(contents: Contents, hashes: dict[str, str], sizes: dict[str, int]) -> dict[str, Any]:
    """The manifest's content; `hashes` and `sizes` by path of every other file of the package."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "aureole personal data export",
        "instance": {
            "workspace": workspace(),
            "address": str(getattr(settings, "AUREOLE_BASE_URL", "") or ""),
        },
        "made_at": contents.made_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "person": contents.pseudonym,
        "counts": {
            "records": contents.records,
            "files": contents.files,
            "letters": contents.letters,
            "redactions": sum(contents.redacted.values()),
        },
        "recipients": [_recipient(receiver) for receiver in contents.receivers],
        "tables": contents.tables,
        "redactions": contents.redactions,
        **({"decisions": contents.decisions} if contents.decisions else {}),
        "notes": [NOTE],
        "files": [
            {"path": path, "sha256": digest, "size": sizes[path]} for path, digest in sorted(hashes.items())
        ],
    }


def _recipient(found: Receiver) -> dict[str, str]:
    """Somebody outside who gets the data, by name (Art. 15(1)(c)); `at` for what went to them once."""
    if found.at is None:
        return {"name": found.name, "gets": found.gets, "why": found.why}
    by_kind = {"by_kind_only": found.unnamed, "reason": found.reason} if found.unnamed else {}
    at = found.at.astimezone(UTC)
    gets = found.gets.format(day=at.date().isoformat())
    return {
        "name": found.name, "gets": gets, "why": found.why, "at": at.isoformat().replace("+00:00", "Z"),
        **by_kind,
    }  # fmt: skip


def table_entry(declaration: Any, **facts: Any) -> dict[str, Any]:
    """One declared table in the manifest: its files and count, or why it is withheld."""
    why = purpose(declaration.purpose)
    return {
        "table": declaration.table,
        "label": declaration.label,
        "purpose": why.key,
        "legal_basis": why.article,
        "retention": declaration.retention,
        "source": declaration.source,
        **facts,
    }
