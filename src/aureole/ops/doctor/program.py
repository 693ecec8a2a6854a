"""The program itself: built pages, Django's own checks, the data map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.core.checks import ERROR, run_checks

import aureole
from aureole.ops.doctor.finding import Finding, amber, green, red
from aureole.ops.pages import are_pages_stale

BUNDLE = Path(aureole.__file__).parent / "web" / "ui" / "dist"


def checks() -> Iterator[Finding]:
    yield examine_bundle()
    yield _visitors()
    try:
        troubles = [trouble for trouble in run_checks() if trouble.level >= ERROR]
    except Exception as trouble:  # noqa: BLE001  a page that cannot even be imported is a finding too
        sentence = f"It cannot be loaded ({type(trouble).__name__})."
        yield red("program", sentence, "Run `aureole manage check` to see where.")
        return
    about_map = [trouble for trouble in troubles if (trouble.id or "").startswith("privacy.")]
    yield _none("data map", about_map, "every table and column is declared")
    yield _none(
        "program", [trouble for trouble in troubles if trouble not in about_map], "Django finds no fault"
    )


def _visitors() -> Finding:
    """Pages come by HTTPS through something in front, since we speak none."""
    if settings.AUREOLE_BASE_URL.startswith("https://") and not settings.AUREOLE_PROXIES:
        return amber(
            "visitors",
            "All who come through the proxy in front count as one visitor, and wait together once one of them guessed "
            "or asked too often.",
            "Name it in AUREOLE_PROXIES (127.0.0.1 on the same machine); it has to set X-Forwarded-For and "
            "X-Forwarded-Proto itself.",
        )
    return green("visitors", "each is counted by their own address")


def _none(check: str, troubles: Sequence[object], well: str) -> Finding:
    if not troubles:
        return green(check, well)
    return red(
        check,
        f"{len(troubles)} faults, the first: {troubles[0]}",
        "Run `aureole manage check` for all of them.",
    )


def examine_bundle() -> Finding:
    """Whether what browsers load is there, and is that of these sources."""
    if not (BUNDLE / "main.css").exists() or not (BUNDLE / "main.js").exists():
        return red("pages", "The pages' styles and scripts are not built.", "In a checkout run `make setup`.")
    if are_pages_stale():
        return amber(
            "pages",
            "Their styles or scripts changed since they were built, so pages look as they did before.",
            "Start again with `aureole up`, which builds them, or run `make setup`.",
        )
    return green("pages", "styles and scripts are built")
