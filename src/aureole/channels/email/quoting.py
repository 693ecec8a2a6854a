"""What of a mail is new: its author's own words, apart from the history and the signature."""

from __future__ import annotations

from dataclasses import dataclass

from aureole.channels.email.mime.attribution import attribution_length, header_block_length, is_separator
from aureole.channels.email.mime.signature import is_device_line, signature_start

_RULES = set("_-=—– \t")
_LONG_LINE = 45
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of one text; nothing of it is lost. `quoted` is what is folded away."""

    new_text: str
    quoted: str
    signature: str


def split(text: str) -> Split:
    """Find the new words. When in doubt, text counts as new: folding away an answer is the worse mistake.

    Answers written between the lines of a quotation keep the quotation around them.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > _MOST_LINES:
        return Split(text.strip("\n"), "", "")
    before, quoted, after = _parts(lines)
    own = before + after if not _empty(after) else before
    start = signature_start(own)
    if _empty(own[:start]):
        start = len(own)
    return Split(_joined(own[:start]), _joined(quoted), _joined(own[start:]))


def _parts(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Words before the history, the history, words below it."""
    at, length = _history(lines)
    if at == len(lines):
        return _trailing_quotes(lines)
    start = _with_rule_above(lines, at)
    body = at + length
    if not _next_is_quoted(lines, body):
        # A quoted attribution line: what follows it unquoted is history as well.
        return (lines, [], []) if _empty(lines[:start]) else (lines[:start], lines[start:], [])
    end = _quoted_end(lines, body)
    rest = lines[end:]
    if _has_quotes(rest) and not _empty(_unquoted(rest)):
        return lines, [], []  # answers between the lines
    return lines[:start], lines[start:end], rest


def _history(lines: list[str]) -> tuple[int, int]:
    """First line that introduces history and how many lines the introduction takes."""
    for at in range(len(lines)):
        if not lines[at].strip():
            continue
        length = attribution_length(lines, at) or header_block_length(lines, at)
        if not length and (is_separator(lines, at) or (is_device_line(lines, at) and _text_below(lines, at))):
            length = 1
        if length:
            return at, length
    return len(lines), 0


def _text_below(lines: list[str], at: int) -> bool:
    """Below "Sent from my phone" stands the signature's rest, or the mail that is answered."""
    return not _empty(lines[at + 1 :]) and not _empty(lines[:at])


def _with_rule_above(lines: list[str], at: int) -> int:
    """A drawn line right above the introduction belongs to it."""
    above = at
    while above > 0 and set(lines[above - 1]) <= _RULES | set(">*"):
        above -= 1
    ruled = any(len(line.strip()) > 2 for line in lines[above:at])
    return above if ruled else at


def _next_is_quoted(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at:] if line.strip()), "")
    return following.lstrip().startswith(">")


def _quoted_end(lines: list[str], at: int) -> int:
    """End of the quoted block: ">" lines, empty ones between, and ends of long lines that were wrapped."""
    end = at
    for position in range(at, len(lines)):
        line = lines[position]
        if line.lstrip().startswith(">"):
            end = position + 1
        elif line.strip() and not (position and end == position and len(lines[position - 1]) > _LONG_LINE):
            break
        elif line.strip():
            end = position + 1
    return end


def _trailing_quotes(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """No introduction, but the mail ends in quoted lines."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    if _has_quotes(lines[end:]) and end:
        return lines[:end], lines[end:], []
    return lines, [], []


def _has_quotes(lines: list[str]) -> bool:
    return any(line.lstrip().startswith(">") for line in lines)


def _unquoted(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.lstrip().startswith(">")]


def _empty(lines: list[str]) -> bool:
    return not any(line.strip() for line in lines)


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n")
