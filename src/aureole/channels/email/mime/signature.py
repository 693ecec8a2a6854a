"""Where a signature begins."""

from __future__ import annotations

import re

_DASHES = re.compile(r"\s*(?:--|__|—|–—|—{2,}|–{2,})\s*$")
_RULE = re.compile(r"\s*[_=*~-]{4,}\s*$")
# "Sent from my iPhone" and what other programs and languages make of it.
_DEVICE = re.compile(
    r"\s*(?:[*_>\[(]\s*)?(?:sent (?:from|with|via|using)|get outlook|gesendet (?:von|mit)|von meinem .{2,30} gesendet"
    r"|diese nachricht wurde von mein|hol dir outlook|outlook (?:für|for) (?:android|ios)"
    r"|envoyé (?:de|depuis|à partir|avec)|obtenir outlook|télécharger outlook|obtener outlook"
    r"|enviado desde|enviado (?:de|do) (?:meu|mi)|enviado (?:a partir|con)"
    r"|inviato da|verzonden (?:vanaf|met|vanuit)|verstuurd (?:vanaf|met)|sendt fra|skickat från|skickat med|lähetetty"
    r"|wysłane z|wysłano z|odesláno z|отправлено с|надіслано з|发自我的|iphoneから送信|나의 iphone에서 보냄)\b.{0,80}$",
    re.I,
)
_MOST_WORDS = 9
_MOST_LINES = 15


def is_device_line(lines: list[str], at: int) -> bool:
    """A line of its own, short, after an empty one: not a sentence about sending."""
    line = lines[at]
    if (
        not _DEVICE.match(line[:200])
        or len(line.split()) > _MOST_WORDS
        or line.rstrip().endswith((".", "?", "!"))
    ):
        return False
    alone_above = at == 0 or not lines[at - 1].strip() or bool(_DASHES.match(lines[at - 1]))
    alone_below = at + 1 >= len(lines) or not lines[at + 1].strip() or bool(_RULE.match(lines[at + 1]))
    return alone_above and (
        alone_below or at + 1 == len(lines) or lines[at + 1].lstrip().startswith((">", "-", "_"))
    )


def signature_start(lines: list[str]) -> int:
    """Index of the first line of the signature; len(lines) where there is none."""
    for at, line in enumerate(lines):
        if _DASHES.match(line) and _fits(lines[at + 1 :]):
            return at
    for at in range(len(lines)):
        if is_device_line(lines, at) and _fits(lines[at + 1 :]):
            return at
    return _ruled(lines)


def _fits(rest: list[str]) -> bool:
    return len([line for line in rest if line.strip()]) <= _MOST_LINES


def _ruled(lines: list[str]) -> int:
    """A drawn line near the end, with a few short lines below it."""
    for at in range(len(lines) - 1, max(-1, len(lines) - _MOST_LINES), -1):
        below = [line for line in lines[at + 1 :] if line.strip()]
        if _RULE.match(lines[at]) and len(below) <= 8 and not any(map(_is_sentence, below)):
            return at
    return len(lines)


def _is_sentence(line: str) -> bool:
    return len(line) >= 100 or (len(line.split()) > 4 and line.rstrip().endswith((".", "?", "!", ":")))
