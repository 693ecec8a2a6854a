"""Our own drawings: mark, wordmark, seals, shapes, the engraved ring. Icons come from the lucide package."""

from __future__ import annotations

from functools import cache, lru_cache
from math import cos, pi, sin
from typing import Final

from lucide.templatetags.lucide import lucide

RING: Final = "M1 8a7 7 0 1 0 14 0a7 7 0 1 0-14 0zM2.4 7.2a4.8 4.8 0 1 1 9.6 0a4.8 4.8 0 1 1-9.6 0z"

SEALS: Final[dict[str, str]] = {
    "open": f'<path d="{RING}"/>',
    "closed": f'<path d="{RING}"/><circle cx="8.35" cy="8.35" r="4.1"/>',
    "restricted": (
        f'<path d="{RING}"/><path d="m3.6 9.4 5.7-5.7M4.9 10.6l5.7-5.7M3.1 7.4l4-4" '
        'fill="none" stroke="currentColor" stroke-width="1"/>'
    ),
    "held": f'<path d="{RING}"/><path d="M3 6.3h8.4v1.9H3z"/>',
    "erased": (
        '<circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" '
        'stroke-width="1.4" stroke-dasharray="2.6 2.35"/>'
    ),
    "proven": (
        f'<path d="{RING}"/><path d="m4.6 7.3 2 2 3.5-4" '
        'fill="none" stroke="currentColor" stroke-width="1.5"/>'
    ),
}

SHAPES: Final[dict[str, str]] = {
    "open": '<path d="M1 1h8v8H1zM2.5 2.5v5h5v-5z" fill-rule="evenodd"/>',
    "wait": '<path d="M1.5 1h2v8h-2zM6.5 1h2v8h-2z"/>',
    "soon": '<path d="M5 .4 9.6 5 5 9.6.4 5z"/>',
    "late": '<path d="M5 .6 9.8 9.4H.2z"/>',
    "done": '<path d="M8.2 1.6 4 7 1.7 4.8.6 6l3.6 3.4L9.6 2.6z"/>',
}

LETTERS: Final = (
    '<path d="M0 20 6.2 3h2l6.2 17h-2.1l-1.6-4.5h-7L2.1 20zm4.3-6.2h5.8L7.2 5.5z"/>'
    '<path d="M18.2 8v7a4.5 4.5 0 0 0 9 0V8m0 0v12M32.6 8v12m0-6.6a4.5 4.5 0 0 1 4.5-4.5h.7M40.1 14h10.2'
    'a5.1 5.1 0 1 0-1.6 3.7M71.2 2.4V20m4.7-6h10.2a5.1 5.1 0 1 0-1.6 3.7" '
    'fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M54.5 14a6.2 6.2 0 1 0 12.4 0a6.2 6.2 0 1 0-12.4 0z'
    'M55.68 13.28a4.3 4.3 0 1 1 8.6 0a4.3 4.3 0 1 1-8.6 0z"/>'
)


@lru_cache(maxsize=512)
def draw_icon(name: str, extra_class: str = "") -> str:
    """A lucide icon by its name, hidden from screen readers. Raises IconDoesNotExist for an unknown name."""
    return str(lucide(name, size=None, **{"class": f"i {extra_class}".strip(), "aria-hidden": "true"}))


def draw_seal(kind: str, extra_class: str = "") -> str:
    """One of SEALS; raises KeyError for an unknown kind."""
    attribute = f' class="{extra_class}"' if extra_class else ""
    return f'<svg{attribute} viewBox="0 0 16 16" aria-hidden="true">{SEALS[kind]}</svg>'


def draw_shape(kind: str) -> str:
    """One of SHAPES; raises KeyError for an unknown kind."""
    return f'<svg viewBox="0 0 10 10" aria-hidden="true">{SHAPES[kind]}</svg>'


@cache
def draw_rosette() -> str:
    """The engraved ring: 64 circles that touch the outer and the inner edge of the mark; 800 square."""
    circles = "".join(_rosette_circle(2 * pi * (n / 64 + 5 / 8)) for n in range(64))
    return (
        '<svg class="rosette" viewBox="0 0 800 800" aria-hidden="true">'
        f'<g fill="none" stroke="currentColor" stroke-width=".6">{circles}</g></svg>'
    )


def _rosette_circle(angle: float) -> str:
    # The centre of a circle touching an outer circle (R about the origin, from inside) and an inner one
    # (r about d, around it) lies on an ellipse with these two centres as foci: |c| + |c - d| = R - r.
    outer, inner, shift = 378.0, 259.2, -43.2
    dx, dy = cos(angle), sin(angle)
    total = outer - inner
    along = dx * shift + dy * shift
    distance = (total**2 - 2 * shift**2) / (2 * (total - along))
    x, y = 400 + dx * distance, 400 + dy * distance
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{outer - distance:.1f}"/>'
