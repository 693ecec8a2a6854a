"""The bundle of the pages' styles and scripts. In a checkout its sources change; an installed release brings it."""

from __future__ import annotations

import os

from aureole.web.ui import build_assets


def rebuild_pages() -> str:
    """Make the bundle anew where its sources changed. Returns why that could not be done; then the last one serves."""
    if os.environ.get("SKIP_FRONTEND") == "1":
        return ""
    try:
        build_assets.build()
    except (build_assets.CannotBuild, OSError) as trouble:
        return str(trouble)
    return ""


def are_pages_stale() -> bool:
    """Whether a checkout's sources changed since its bundle was made."""
    return (build_assets.ROOT / "package.json").exists() and not build_assets.is_fresh()
