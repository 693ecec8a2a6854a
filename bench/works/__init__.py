"""The works that are measured, in the order they run: erasing comes last, for it takes rows away."""

from __future__ import annotations

from collections.abc import Callable

from bench.company import Company
from bench.table import Measured
from bench.works.breach import measure_breach
from bench.works.erasure import measure_erasure
from bench.works.export import measure_export
from bench.works.mail import measure_mail
from bench.works.pages import measure_pages
from bench.works.redaction import measure_redaction
from bench.works.search import measure_search

Work = Callable[[Company], list[Measured]]

WORKS: dict[str, Work] = {
    "pages": measure_pages,
    "search": measure_search,
    "mail": measure_mail,
    "export": measure_export,
    "redaction": measure_redaction,
    "breach": measure_breach,
    "erasure": measure_erasure,
}
