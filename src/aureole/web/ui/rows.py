"""Rows of a list, drawn without templates: a page has fifty, and each costs a tenth of what an include costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from aureole.web.ui import ages
from aureole.web.ui.conversation import Row
from aureole.web.ui.drawings import draw_icon, draw_seal

FORMS: Mapping[str, Callable[[datetime], str]] = {
    "clock": ages.say_clock,
    "age": ages.say_age,
    "day": ages.say_day,
    "left": ages.say_left,
    "date": ages.say_date,
}


def draw_time(moment: datetime, form: str) -> SafeString:
    """A ``<time>`` in one of FORMS."""
    here = localtime(moment)
    exact, title = here.isoformat("T", "minutes"), here.strftime("%Y-%m-%d %H:%M %Z")
    words = escape(FORMS[form](moment))
    return mark_safe(f'<time datetime="{exact}" title="{title}">{words}</time>')  # noqa: S308  words are escaped, the rest is numbers


def draw_row(row: Row) -> SafeString:
    """One conversation of a list. Everything a person wrote goes through ``escape``."""
    words = escape(row.channel_words)
    drawing = draw_icon(row.icon) if row.icon else draw_seal("open", "seal-glyph")
    lang = f' lang="{escape(row.lang)}"' if row.lang else ""
    unread = " unread" if row.is_unread else ""
    name = f' id="row-{escape(row.key)}"' if row.key else ""
    current = ' aria-current="true"' if row.is_current else ""
    pieces = (
        f'<li class="row{unread}"><a href="{escape(row.href)}"{name}{current}>',
        f'<span class="glyph" title="{words}">{drawing}<span class="vh">{words}</span></span>',
        f'<span class="who clip" dir="auto">{escape(row.who)}</span>',
        f'<span class="age">{draw_time(row.when, "age")}</span>',
        f'<span class="what clip" dir="auto"{lang}>{escape(row.what)}</span>',
        f'<span class="bit clip" dir="auto"{lang}>{escape(row.bit)}</span>',
        f"{_margin(row)}</a></li>",
    )
    return mark_safe("\n".join(pieces))  # noqa: S308  every piece is ours or escaped


def _margin(row: Row) -> str:
    """Who is writing there, else the time to what was promised."""
    if row.typing:
        face = render_to_string("ui/components/face/face.html", {"who": row.typing, "size": ""})
        return f'<span class="due">{face}</span>'
    if row.due:
        return f'<span class="due warn-t">{draw_icon("clock", "i-s")}{draw_time(row.due, "left")}</span>'
    return ""
