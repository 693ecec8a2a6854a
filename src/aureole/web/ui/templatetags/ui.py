"""``{% load ui %}``: icons, seals, states, times, fields. README.md shows each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, Form, RadioSelect
from django.template import Context
from django.utils.html import escape, format_html, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import normalize_newlines

from aureole.web.ui import ages, drawings
from aureole.web.ui.conversation import Row
from aureole.web.ui.rows import draw_row, draw_time
from aureole.web.ui.shell import Face
from aureole.web.ui.strip import Strip, draw_strip

register = template.Library()


def _drawn(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308  only our own drawings and what templates have escaped come here


LOOKS: Mapping[str, frozenset[str]] = {
    "theme": frozenset({"light", "dark"}),
    "density": frozenset({"compact", "roomy"}),
}

# Without one of these nothing in a line becomes a link (django.utils.html.Urlizer).
_LINKABLE = re.compile(r"https?://|www\.|@|\.(?:com|edu|gov|int|mil|net|org)", re.IGNORECASE)

NOTICE_SHAPES: Mapping[str, str] = {
    "info": "info",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-alert",
}
NOTICE_SEALS: Mapping[str, str] = {"sealed": "proven", "restricted": "restricted", "held": "held"}
MESSAGE_KINDS: Mapping[str, str] = {"success": "ok", "warning": "warn", "error": "bad"}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """``{% icon "mail" %}`` at 16 px, ``{% icon "mail" "s" %}`` at 14. Always beside a word or in a label."""
    return _drawn(drawings.draw_icon(str(name), "i-s" if size == "s" else ""))


@register.simple_tag
def mark() -> SafeString:
    return _drawn(drawings.draw_seal("open", "mark"))


@register.simple_tag
def wordmark(extra_class: str = "") -> SafeString:
    return format_html(
        '<svg class="wordmark {}" viewBox="-.5 0 88 23" role="img" aria-label="Aureole">{}</svg>',
        extra_class,
        _drawn(drawings.LETTERS),
    )


@register.simple_tag
def rosette() -> SafeString:
    return _drawn(drawings.draw_rosette())


@register.simple_tag
def seal_glyph(kind: str) -> SafeString:
    """A seal that is only looked at; the word stands beside it."""
    return _drawn(drawings.draw_seal(kind, "seal-glyph"))


@register.simple_tag
def sealed_word(kind: str, words: str) -> SafeString:
    """``{% sealed_word "erased" "Erased 4 March 2026" %}``"""
    return format_html('<span class="sealed-word">{}{}</span>', seal_glyph(kind), words)


@register.inclusion_tag("ui/components/seal/seal.html")
def seal(
    kind: str, label: str, opens: str = "", href: str = "", url: str = "", is_open: bool = False
) -> dict[str, Any]:
    """The seal to press: ``opens`` is the id of what it opens in place, ``url`` where to fetch that from
    when empty, ``href`` the same as a page, for readers without script."""
    drawing = _drawn(drawings.draw_seal(kind))
    return {"drawing": drawing, "label": label, "opens": opens, "href": href, "url": url, "is_open": is_open}


@register.simple_tag
def state(kind: str, words: str) -> SafeString:
    """A word with its shape: open, wait, soon, late, done."""
    drawing = _drawn(drawings.draw_shape(kind))
    return format_html('<span class="state {}">{}{}</span>', kind, drawing, words)


@register.inclusion_tag("ui/components/face/face.html")
def face(who: Face, size: str = "") -> dict[str, Any]:
    return {"who": who, "size": size}


@register.simple_tag
def figure_time(moment: datetime, form: str = "clock") -> SafeString:
    """A ``<time>``. Forms: clock ``14:14``, age ``6 min``, day ``Mon``, left ``1 h 40``, date ``9 Mar``."""
    return draw_time(moment, form)


@register.simple_tag
def ticket_row(row: Row) -> SafeString:
    """One conversation in a list."""
    return draw_row(row)


@register.filter
def date_in_words(moment: datetime) -> str:
    return ages.say_date_in_words(moment)


@register.simple_tag
def day_strip(strip: Strip) -> SafeString:
    return _drawn(draw_strip(strip))


@register.simple_block_tag(end_name="endnotice")
def notice(content: str, kind: str = "info") -> SafeString:
    """``{% notice "warn" %}<p>…</p>{% endnotice %}``; kinds: info, ok, warn, bad, sealed, restricted, held."""
    seal = NOTICE_SEALS.get(kind)
    shape = _drawn(drawings.draw_seal(seal, "i")) if seal else icon(NOTICE_SHAPES[kind])
    return format_html('<div class="notice {}">{}<div>{}</div></div>', kind, shape, _drawn(content))


@register.filter
def as_paragraphs(text: str) -> SafeString:
    """Plain words as paragraphs, addresses in them as links: what ``urlize|linebreaks`` makes of them.

    Django's ``urlize`` takes apart every word that ends in a full stop, which was a third of a ticket's page;
    here it only gets the lines in which there is something to link.
    """
    lines = [
        urlize(line, nofollow=True, autoescape=True) if _LINKABLE.search(line) else escape(line)
        for line in normalize_newlines(text).split("\n")
    ]
    return _drawn(linebreaks("\n".join(lines), autoescape=False))


@register.filter
def figure(number: int) -> str:
    """A whole number with its thousands apart: ``1,404``."""
    return f"{number:,}"


@register.filter
def notice_kind(level_tag: str) -> str:
    """The kind of notice for a level of Django's messages."""
    return MESSAGE_KINDS.get(level_tag, "info")


@register.inclusion_tag("ui/components/field/field.html")
def field(bound: BoundField, tall: str = "") -> dict[str, Any]:
    """``{% field form.email %}``: label, hint, error and input, tied together for screen readers."""
    described = [f"{bound.id_for_label}-hint"] if bound.help_text else []
    described += [f"{bound.id_for_label}-error"] if bound.errors else []
    attributes: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    attributes |= {"aria-invalid": "true"} if bound.errors else {}
    is_pick = isinstance(bound.field.widget, CheckboxInput)
    is_group = isinstance(bound.field.widget, RadioSelect)
    if not is_pick and not is_group:
        attributes["class"] = f"input {'tall' if tall else ''}".strip()
    widget = bound.as_widget(attrs=attributes)
    return {"bound": bound, "widget": widget, "is_pick": is_pick, "is_group": is_group}


@register.inclusion_tag("ui/components/error_summary/error_summary.html")
def error_summary(form: Form) -> dict[str, Any]:
    """All errors of a form, each linking to its field. Begin the page's title with ``Error:`` then."""
    return {"form": form, "bad_fields": [bound for bound in form if bound.errors]}


@register.simple_tag(takes_context=True)
def look_attributes(context: Context) -> SafeString:
    """The reader's chosen theme and row height, from cookies, as attributes of ``<html>``."""
    request = context.get("request")
    chosen = {} if request is None else {name: request.COOKIES.get(name, "") for name in LOOKS}
    parts = [
        format_html(' data-{}="{}"', name, value) for name, value in chosen.items() if value in LOOKS[name]
    ]
    return _drawn("".join(parts))


@register.simple_tag(takes_context=True)
def chosen_look(context: Context, name: str) -> str:
    """``light``, ``dark`` or ``system``; ``compact``, ``normal`` or ``roomy``."""
    request = context.get("request")
    value = "" if request is None else request.COOKIES.get(name, "")
    return value if value in LOOKS[name] else {"theme": "system", "density": "normal"}[name]
