"""What people read, in their language: a short paragraph in a first message, or a letter."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from aureole.privacy.export.answer import Told
from aureole.privacy.export.sheet import Counted
from aureole.privacy.informing.objecting import objectable
from aureole.privacy.informing.owing import Owed
from aureole.privacy.retention.schedule import Schedule

LANGUAGES = ("en", "de", "fr", "es")
_FOLDER = Path(__file__).parent / "words"


@cache
def words(language: str) -> dict[str, Any]:
    """Texts of that language; English where there is none."""
    code = language.lower()[:2]
    return tomllib.loads((_FOLDER / f"{code if code in LANGUAGES else 'en'}.toml").read_text("utf-8"))


def paragraphs(owed: Owed, language: str) -> list[tuple[str, str]]:
    """(heading, words) of what goes below a message, apart from it: where from, then the right to object."""
    told = [_source(owed.source, language)] if owed.source else []
    return [*told, *([_objection(language)] if owed.objection else [])]


def _source(source: str, language: str) -> tuple[str, str]:
    texts = words(language)
    return texts["short"]["heading"], texts["short"]["text"].format(**_filled(source, language))


def _objection(language: str) -> tuple[str, str]:
    """Apart from all else (Art. 21(4)): what rests on a balance of interests, and marketing without a reason."""
    texts, told = words(language)["objection"], Told(language)
    said = []
    for is_marketing, key in ((False, "interests"), (True, "marketing")):
        named = "; ".join(told.said(p.words) for p in objectable() if p.marketing == is_marketing)
        said += [texts[key].format(purposes=named)] if named else []
    said.append(texts["way"].format(home=_home()))
    return texts["heading"], " ".join(said)


def information_letter(
    source: str, language: str, *, went_to: Sequence[tuple[str, str]] = (), disclosed_to: str = ""
) -> tuple[str, list[str]]:
    """Heading and paragraphs of a letter of its own that says where the data came from, and to whom it went.

    went_to       (kind, name) of each; "" for one whose name is not known
    disclosed_to  what kind it was, where nothing else is noted of it
    """
    texts = words(language)
    filled = _filled(source, language)
    filled |= {
        "recipients": _recipients(went_to, disclosed_to, texts["recipients"]),
        "controller": _controller(),
    }
    return (
        texts["letter"]["heading"].format(**filled),
        [texts["letter"]["greeting"], texts["letter"]["text"].format(**filled), texts["letter"]["ending"]],
    )


def _filled(source: str, language: str) -> dict[str, str | Counted]:
    workspace, texts = settings.AUREOLE_WORKSPACE, words(language)
    return {
        "workspace": workspace,
        "source": texts["sources"][source].format(workspace=workspace),
        "months": Counted(Schedule.now().months("customer"), language),
        "home": _home(),
    }


def _recipients(went_to: Sequence[tuple[str, str]], disclosed_to: str, kinds: dict[str, str]) -> str:
    """By name; by kind alone only where no name was ever noted."""
    named = [f"{name} ({kinds[to]})" if name else kinds[to] for to, name in went_to]
    named = named or ([kinds[disclosed_to]] if disclosed_to else [])
    return kinds["others"].format(to=", ".join(named)) if named else kinds["nobody"]


def _controller() -> str:
    """By name, and where to write on paper if that was set (GDPR Art. 14(1)(a))."""
    return ", ".join(filter(None, (settings.AUREOLE_WORKSPACE, settings.AUREOLE_POSTAL_ADDRESS)))


def _home() -> str:
    return f"{settings.AUREOLE_BASE_URL}/portal/privacy/"


def as_text(told: list[tuple[str, str]]) -> str:
    """Below a line of its own, apart from whatever stands above; "" for nothing."""
    return "".join(f"\n\n———\n{heading}\n{said}" for heading, said in told)
