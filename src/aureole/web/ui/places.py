"""Where settings find the files of the pages. Imports nothing, so settings may import it."""

from __future__ import annotations

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent
"""A template folder: components are ``ui/components/<name>/<name>.html``."""

DIST = Path(__file__).resolve().parent / "dist"
"""The bundle, served under the prefix ``ui``: ``{% static "ui/main.css" %}``."""
