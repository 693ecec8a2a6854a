"""The frame of the package's pages: one file each, nothing fetched, no script, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'"
MARK = (
    '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M1 8a7 7 0 1 0 14 0a7 7 0 1 0-14 0z'
    'M2.4 7.2a4.8 4.8 0 1 1 9.6 0a4.8 4.8 0 1 1-9.6 0z"/></svg>'
)


@lru_cache(maxsize=1)
def _style() -> str:
    return Path(__file__).with_name("look.css").read_text(encoding="utf-8")


def head(title: str, language: str = "en") -> str:
    """Everything up to the body's first child."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_style()}</style></head>\n<body>\n"
    )


def foot() -> str:
    return "</body></html>\n"


def page(title: str, parts: Iterable[str], *, language: str = "en") -> str:
    """A whole page from parts that are HTML already."""
    return head(title, language) + "\n".join(parts) + "\n" + foot()
