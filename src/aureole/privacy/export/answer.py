"""The letter that goes with the copy: what GDPR Art. 15(1) and (2) ask to be told, read from the data map.

Its words are in `words/<language>.toml`; what the data map says in English has its translation there under "said".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from aureole.privacy.declare import Declaration, declarations, outside_places
from aureole.privacy.export.ports import Receiver, named_in
from aureole.privacy.export.sheet import Chapter, Counted, letter_words, written_day
from aureole.privacy.rights.place import authority
from aureole.privacy.vocabulary import purpose, retention


def chapters(
    held: dict[str, int], redacted: Counter[str], receivers: Sequence[Receiver], language: str = "en"
) -> list[Chapter]:
    """`held`: rows by table. `redacted`: in how many places words of others were covered, by reason.

    receivers  everyone outside who gets or got the person's data (`ports.receivers_of`)
    """
    present = [d for d in declarations() if held.get(d.table)]
    told = Told(language)
    return [
        told.confirmation(present, held),
        told.lines("purposes", told.purposes(present)),
        told.lines("categories", told.categories(present)),
        told.recipients(receivers),
        told.lines("retention", told.retentions(present)),
        told.lines("sources", ((told.said(d.label), told.said(d.source)) for d in present)),
        told.rights(),
        told.complaint(),
        told.sentence("machines"),
        told.transfers(receivers),
        told.searched(redacted),
    ]


class Told:
    """The chapters in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words = letter_words(language)

    def said(self, english: str) -> str:
        """What a declaration says, in the language of the letter; as declared where it is not translated."""
        return str(self._words.get("said", {}).get(english, english))

    def left_out(self, why: str) -> str:
        """What stands in the place of a file that is not handed out."""
        return str(self._words["left_out"]["sentence"]).format(why=self.said(why))

    def lines(self, name: str, lines: Iterable[tuple[str, str]]) -> Chapter:
        return Chapter(heading=self._words[name]["heading"], lines=tuple(lines))

    def sentence(self, name: str) -> Chapter:
        return Chapter(heading=self._words[name]["heading"], sentences=(self._words[name]["sentence"],))

    def complaint(self) -> Chapter:
        """With the authority of the controller's place by name, where one is on file."""
        said, found = self.sentence("complaint"), authority()
        named = (f"{found.name}: https://{found.web}",) if found else ()
        return Chapter(heading=said.heading, sentences=(*said.sentences, *named))

    def confirmation(self, present: list[Declaration], held: dict[str, int]) -> Chapter:
        words = self._words["confirmation"]
        if not present:
            return Chapter(heading=words["heading"], sentences=(words["no"],))
        log = ((words["log"], str(held["ledger_entry"])),) if held.get("ledger_entry") else ()
        named = ((self.said(n.label), str(held[n.table])) for n in named_in() if held.get(n.table))
        return Chapter(
            heading=words["heading"],
            sentences=(words["yes"].format(count=Counted(sum(held.values()), self._language)),),
            lines=(*((self.said(d.label), str(held[d.table])) for d in present), *named, *log),
        )

    def purposes(self, present: Iterable[Declaration]) -> Iterable[tuple[str, str]]:
        line = self._words["purposes"]["line"]
        for key in dict.fromkeys(d.purpose for d in present):
            found = purpose(key)
            basis = self._words["bases"][found.basis]
            yield (
                self.said(found.label),
                line.format(words=self.said(found.words), basis=basis, article=self.said(found.article)),
            )

    def categories(self, present: Iterable[Declaration]) -> Iterable[tuple[str, str]]:
        kinds: dict[str, Any] = self._words["kinds"]
        for declaration in present:
            found = [f.category for f in declaration.fields.values() if f.category.startswith("user.")]
            named = dict.fromkeys(str(kinds.get(category, category)) for category in found)
            yield self.said(declaration.label), ", ".join(named) or self._words["categories"]["only_part"]

    def receiver(self, found: Receiver) -> tuple[str, str]:
        """By name, with what it gets and why; "noted:carrier" is of the kind "noted", with the words of that code."""
        kind, _, code = found.kind.partition(":")
        sort = self._words["noted_to"].get(code, "")
        gets, why = self._words["receivers"].get(kind, (found.gets, found.why))
        if found.at is not None:
            gets = gets.format(day=written_day(found.at, self._language))
        if found.unnamed:
            name, why_not = sort or found.name, str(self._words["unnamed"][found.unnamed])
            why = "; ".join([why, f"{why_not}: {found.reason}" if found.reason else why_not])
        else:
            name = f"{found.name} ({sort})" if sort else found.name
        return name, self._words["recipients"]["line"].format(gets=gets, why=why)

    def retentions(self, present: Iterable[Declaration]) -> Iterable[tuple[str, str]]:
        line = self._words["retention"]["line"]
        for declaration in present:
            found = retention(declaration.retention)
            yield (
                self.said(declaration.label),
                line.format(label=self.said(found.label), start=self.said(found.start)),
            )

    def recipients(self, found: Sequence[Receiver]) -> Chapter:
        words = self._words["recipients"]
        if not found:
            return Chapter(heading=words["heading"], sentences=(words["nobody"],))
        lines = tuple(map(self.receiver, found))
        return Chapter(heading=words["heading"], sentences=(words["besides"],), lines=lines)

    def rights(self) -> Chapter:
        words = self._words["rights"]
        return Chapter(
            heading=words["heading"],
            sentences=(words["sentence"].format(reach=self._reach()),),
            lines=tuple((right, means) for right, means in words["lines"]),
        )

    def _reach(self) -> str:
        return str(getattr(settings, "AUREOLE_MAILBOX", "") or "") or str(self._words["rights"]["reach"])

    def transfers(self, found: Sequence[Receiver]) -> Chapter:
        words = self._words["transfers"]
        region = str(getattr(settings, "AUREOLE_REGION", "") or "")
        where = (words["region"].format(region=region),) if region else ()
        return Chapter(
            heading=words["heading"],
            sentences=(*where, words["with_recipients" if found else "none"], words["sealed"]),
        )

    def searched(self, redacted: Counter[str]) -> Chapter:
        words, total = self._words["searched"], sum(redacted.values())
        covered = (
            words["covered"].format(count=Counted(total, self._language))
            if total
            else words["nothing_covered"]
        )
        reasons = ((f"{count} ×", self.said(reason)) for reason, count in sorted(redacted.items()))
        places = ((self.said(place.label), self.said(place.holds)) for place in outside_places())
        doubt = (words["doubt"].format(reach=self._reach()),) if total else ()
        return Chapter(
            heading=words["heading"],
            sentences=(words["sentence"], covered, *doubt),
            lines=(*reasons, *places),
        )


def workspace() -> str:
    return str(getattr(settings, "AUREOLE_WORKSPACE", "") or "") or "this workspace"
