"""Answers that a browser keeps as a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse

from aureole.privacy.export.csv_form import csv_lines


def as_download(content: str | bytes, name: str, *, kind: str) -> HttpResponse:
    """`name` is ours, never somebody's words: letters, digits, dots and hyphens."""
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def as_csv_download(rows: Iterable[Iterable[Any]], name: str) -> HttpResponse:
    """A table as whole lines; the first row says what the columns are."""
    return as_download(csv_lines(rows), name, kind="text/csv; charset=utf-8")
