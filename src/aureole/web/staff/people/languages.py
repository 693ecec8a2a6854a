"""Names of languages."""

from __future__ import annotations

from django.utils.translation import get_language_info


def say_language(code: str) -> str:
    """The language's name, the code itself when it is not one we know, empty for none."""
    try:
        return str(get_language_info(code)["name"]) if code else ""
    except KeyError:
        return code
