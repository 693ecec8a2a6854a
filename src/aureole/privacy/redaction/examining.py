"""The answer to a request, text by text: what of others is in it, what was decided, what is covered in the end.

The same examiner reads an answer (to find what is to be decided) and writes it, so nothing can be in a package that
was not put before somebody. What nobody decided is covered: that can be mended, a disclosure cannot.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aureole.kernel.reading_files.kinds import WHY, FileWords
from aureole.kernel.text import fold, one_line
from aureole.privacy.export.spans import Span
from aureole.privacy.models import Decision, HitStanding
from aureole.privacy.models.answer_hit import FILES
from aureole.privacy.redaction.forms import Forms
from aureole.privacy.redaction.reasons import OTHERS_REASON, REASONS, default_for

Place = tuple[str, uuid.UUID]
Key = tuple[str, uuid.UUID, bytes]
_LINKS = r"[\s>]+"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What somebody decided about one hit, who and when. `text`: digest of the text it was decided for."""

    decision: str
    reason: str
    text: bytes
    everywhere: bool = False
    by_kind: str = ""
    by_agent: uuid.UUID | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One value in one row, as it was met. `ruling` is None where nobody decided, or for another text.

    unread  of a file: why a program could not read it, or not to its end
    """

    key: Key
    kind: str
    standing: HitStanding
    spans: tuple[tuple[int, int], ...]
    text: bytes
    ruling: Ruling | None
    asked_again: bool = False
    unread: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.ruling is None or self.ruling.decision == Decision.HIDE

    @property
    def reason(self) -> str:
        """A code of the list."""
        if self.ruling is not None:
            return self.ruling.reason
        return default_for(self.kind)

    @property
    def count(self) -> int:
        return 1 if self.kind in FILES else max(len(self.spans), 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """All that was decided for a request so far.

    everywhere  rulings for a value wherever it is met, by its digest
    marks       passages that somebody marked by hand: looked for in every text, the person's own too
    changed     rows in which a marked passage cannot be told any more, because the text has changed
    """

    rulings: dict[Key, Ruling]
    everywhere: dict[bytes, Ruling]
    marks: tuple[re.Pattern[str], ...] = ()
    changed: frozenset[Place] = frozenset()


class Digests:
    """Keyed with the salt of one request: without it they say nothing."""

    def __init__(self, salt: str) -> None:
        self._key = bytes.fromhex(salt)

    def value(self, written: str) -> bytes:
        """The same for every spelling that reads alike."""
        return self._of("value", fold(one_line(written)))

    def text(self, text: str) -> bytes:
        return self._of("text", text)

    def file(self, name: str) -> bytes:
        return self._of("file", name)

    def _of(self, what: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{what}\0{text}".encode("utf-8", "replace"), "sha256")


class Examination:
    """Fulfils `export.spans.Examiner`."""

    def __init__(self, digests: Digests, forms: Forms, decided: Decided) -> None:
        self.digests = digests
        self._forms = forms
        self._decided = decided
        self._at: Place = ("", uuid.UUID(int=0))
        self._marked: set[Place] = set()
        self._first: dict[Place, str] = {}  # of a row that changed: the text the others are parts of
        self._texts: set[bytes] = set()
        self._told: set[bytes] = set()
        self.is_telling = False
        self.hits: dict[Key, Hit] = {}

    @property
    def texts(self) -> int:
        """How many different texts and files were read."""
        return len(self._texts)

    @property
    def told_hash(self) -> bytes:
        """Of every text and file met while conversations were told, whatever their order."""
        return hashlib.sha256(b"".join(sorted(self._told))).digest()

    @property
    def told_texts(self) -> int:
        return len(self._told)

    def at(self, table: str, row_id: uuid.UUID) -> None:
        self._at = (table, row_id)

    def has_marks(self) -> bool:
        return self._at in self._marked

    def has_marks_anywhere(self) -> bool:
        return bool(self._decided.marks)

    def judge(self, text: str, found: Sequence[Span], *, own: bool) -> list[Span]:
        digest = self.digests.text(text)
        self._met(digest)
        spans = self._candidates(text, found, own=own)
        by_value: dict[bytes, list[Span]] = {}
        for span in spans:
            by_value.setdefault(self.digests.value(text[span.start : span.end]), []).append(span)
        covered: list[Span] = []
        for value, same in by_value.items():
            hit = self._hit(value, same, digest)
            if hit.is_hidden:
                covered += [_as_ruled(span, hit) for span in same]
                self._marked |= {self._at} if hit.kind in ("marked", "changed") else set()
        return covered

    def hides_party(self, known: str) -> bool:
        span = Span(start=0, end=len(known), shown="", reason=OTHERS_REASON, kind="party")
        digest = self.digests.text(known)
        self._met(digest)
        return self._hit(self.digests.value(known), [span], digest).is_hidden

    def withholds(self, name: str, words: FileWords, found: Sequence[Span], *, own: bool) -> str:
        spans = self._candidates(words.text, found, own=own) if words.text else []
        digest = self.digests.file(name)
        self._met(digest)
        unread = "" if own else words.unread
        if not spans and not unread:
            return ""
        about = {span.kind for span in spans if span.is_sure}
        kind = "unread" if unread else "file"
        first = Span(
            start=0, end=0, shown="", reason=REASONS[default_for(kind)].words, kind=kind,
            is_sure=bool(about) and not unread,
        )  # fmt: skip
        rule = HitStanding.RULE if about == {"staff"} and not unread else None
        hit = self._hit(digest, [first, *spans], digest, standing=rule, unread=unread)
        if not hit.is_hidden:
            return ""
        return REASONS[hit.reason].words if hit.ruling is not None else first.reason

    def told(self) -> dict[str, Any]:
        return decisions_of(self.hits.values())

    def _candidates(self, text: str, found: Sequence[Span], *, own: bool) -> list[Span]:
        """What is sure, then what is so by its form and not sure already, then what was marked by hand."""
        spans = list(found)
        if self._at in self._decided.changed and self._first.setdefault(self._at, text) == text:
            spans.append(_span(0, len(text), "changed"))
        if not own:
            for doubtful in self._forms.find(text):
                if not any(_overlap(doubtful, span) for span in spans if span.kind != "changed"):
                    spans.append(doubtful)
        known = {(span.start, span.end) for span in spans}
        marked = (match.span() for pattern in self._decided.marks for match in pattern.finditer(text))
        return spans + [_span(*one, "marked") for one in dict.fromkeys(marked) if one not in known]

    def _met(self, digest: bytes) -> None:
        """A text or file of the current row."""
        self._texts.add(digest)
        if self.is_telling:
            self._told.add(self._at[1].bytes + digest)

    def _hit(
        self,
        value: bytes,
        spans: Sequence[Span],
        text: bytes,
        *,
        standing: HitStanding | None = None,
        unread: str = "",
    ) -> Hit:
        key = (*self._at, value)
        known = self.hits.get(key)
        if known is None:
            first = spans[0]
            ruling = self._decided.rulings.get(key)
            is_stale = ruling is not None and ruling.text != text
            if ruling is None or is_stale:
                ruling = self._decided.everywhere.get(value)
            known = self.hits[key] = Hit(
                key=key, kind=first.kind, standing=standing or _standing(first), text=text, ruling=ruling,
                asked_again=is_stale and ruling is None,
                spans=tuple(sorted({(s.start, s.end) for s in spans if s.end})), unread=unread,
            )  # fmt: skip
        return known


def decisions_of(hits: Collection[Hit]) -> dict[str, Any]:
    """Reasons with how many places each, then row by row. Ids of the person's own rows and codes, never words."""
    hidden = [hit for hit in hits if hit.is_hidden]
    counts = Counter(hit.reason for hit in hidden for _ in range(hit.count))
    return {
        "reasons": [
            {"code": code, "reason": REASONS[code].words, "count": count} for code, count in sorted(counts.items())
        ],
        "hidden": [
            {
                "file": f"data/{hit.key[0]}.jsonl", "row": str(hit.key[1]), "what": hit.kind, "code": hit.reason,
                "count": hit.count, "decided_by": "a person" if hit.ruling else "a rule",
            }
            for hit in hidden
        ],
        "kept": sum(hit.count for hit in hits if not hit.is_hidden),
        "not_searched": [
            {
                "file": f"data/{hit.key[0]}.jsonl", "row": str(hit.key[1]), "why": WHY[hit.unread],
                "handed_out": not hit.is_hidden,
            }
            for hit in hits if hit.unread
        ],
    }  # fmt: skip


def _standing(span: Span) -> HitStanding:
    if span.kind == "staff":
        return HitStanding.RULE
    return HitStanding.SURE if span.is_sure else HitStanding.DOUBTFUL


def _as_ruled(span: Span, hit: Hit) -> Span:
    if hit.ruling is None:
        return span
    ruled = REASONS[hit.ruling.reason]
    return replace(span, shown=span.shown if hit.ruling.reason == "staff" and span.kind == "staff" else ruled.shown,
                   reason=ruled.words)  # fmt: skip


def _span(start: int, end: int, kind: str) -> Span:
    words = REASONS["third_party"]
    return Span(start=start, end=end, shown=words.shown, reason=words.words, kind=kind, is_sure=False)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def pattern_of(text: str, start: int, end: int) -> re.Pattern[str] | None:
    """What was marked, however lines are broken or quoted around its words; whole words where those were marked."""
    words = re.split(_LINKS, text[start:end].strip())
    if not "".join(words):
        return None
    before = r"(?<!\w)" if _begins_word(text, start) else ""
    after = r"(?!\w)" if _ends_word(text, end) else ""
    return re.compile(before + _LINKS.join(map(re.escape, filter(None, words))) + after, re.IGNORECASE)


def _begins_word(text: str, at: int) -> bool:
    return bool(re.match(r"\w", text[at : at + 1])) and not re.match(r"\w", text[max(at - 1, 0) : at])


def _ends_word(text: str, at: int) -> bool:
    return bool(re.match(r"\w", text[max(at - 1, 0) : at])) and not re.match(r"\w", text[at : at + 1])


def frozen_hash(
    request_id: uuid.UUID,
    told: bytes,
    hits: Iterable[tuple[str, uuid.UUID, bytes, bytes, str, str, str]],
) -> str:
    """What a release of the answer with these decisions stands for, hexadecimal.

    told  digest of the texts and files of the conversations in it
    Each hit is table, row, value, text, standing, decision, reason. What is hidden by rule and was left at that is
    no part of it: it is hidden wherever it comes.
    """
    seen = hashlib.sha256(f"answer to {request_id}\n{told.hex()}\n".encode())
    lines = (
        f"{table} {row} {value.hex()} {text.hex()} {decision} {reason}\n"
        for table, row, value, text, standing, decision, reason in hits
        if decision or standing == HitStanding.DOUBTFUL
    )
    for line in sorted(lines):
        seen.update(line.encode())
    return seen.hexdigest()
