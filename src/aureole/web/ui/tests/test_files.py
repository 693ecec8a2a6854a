"""The files themselves: icons that exist, style that keeps the rules, a lock npm accepts everywhere."""

from __future__ import annotations

import json
import re

import pytest

from aureole.web.ui import build_assets
from aureole.web.ui.drawings import draw_icon
from aureole.web.ui.places import TEMPLATES

UI = TEMPLATES / "ui"
SHEETS = sorted([*UI.glob("css/*.css"), *UI.glob("components/*/*.css")])
PAGES = sorted(TEMPLATES.glob("**/*.html"))


def names_of_icons() -> set[str]:
    in_templates = {name for page in PAGES for name in re.findall(r'{% icon "([\w-]+)"', page.read_text())}
    given_on = {name for page in PAGES for name in re.findall(r'icon_name="([\w-]+)"', page.read_text())}
    return in_templates | given_on


@pytest.mark.parametrize("name", sorted(names_of_icons()))
def test_every_icon_used_exists(name: str) -> None:
    assert draw_icon(name).startswith("<svg")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_template_holds_inline_style_or_script(page: object) -> None:
    text = page.read_text()  # type: ignore[attr-defined]
    assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=|<script(?![^>]*\ssrc=)|javascript:", text)


def test_no_style_shouts() -> None:
    assert [sheet.name for sheet in SHEETS if "!important" in sheet.read_text()] == []


def test_style_is_written_for_both_directions() -> None:
    physical = re.compile(
        r"^\s*(margin|padding|border|inset)?-?(left|right)(-\w+)?\s*:|text-align:\s*(left|right)", re.M
    )
    assert [sheet.name for sheet in SHEETS if physical.search(sheet.read_text())] == []


def test_colours_are_named_once_in_the_tokens() -> None:
    others = [sheet for sheet in SHEETS if sheet.name != "tokens.css"]
    assert [
        sheet.name
        for sheet in others
        if re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])|rgba?\(", sheet.read_text())
    ] == []


def test_every_token_used_is_defined() -> None:
    text = "".join(sheet.read_text() for sheet in SHEETS)
    used = set(re.findall(r"var\((--[\w-]+)[,)]", text))
    defined = set(re.findall(r"^\s*(--[\w-]+):", text, re.M)) | set(re.findall(r"{\s*(--[\w-]+):", text))
    defined |= set(re.findall(r";\s*(--[\w-]+):", text))
    assert used - defined == set()


def test_every_component_style_is_bundled() -> None:
    bundled = (UI / "css" / "main.css").read_text()
    assert [
        sheet.name for sheet in SHEETS if sheet.name != "main.css" and f"{sheet.name}" not in bundled
    ] == []


def test_every_controller_a_template_names_is_registered() -> None:
    script = (UI / "js" / "main.js").read_text()
    registered = set(re.findall(r'register\("([\w-]+)"', script))
    groups = [group for page in PAGES for group in re.findall(r'data-controller="([^"]*)"', page.read_text())]
    named = {name for group in groups for name in re.sub(r"{%.*?%}", " ", group).split()}
    assert named - registered == set()


def test_the_lock_names_every_optional_package_of_every_platform() -> None:
    if not (build_assets.ROOT / "package-lock.json").exists():
        pytest.skip("no package-lock.json here: an installed package has only the bundle")
    lock = json.loads((build_assets.ROOT / "package-lock.json").read_text())["packages"]
    wanted = {name for entry in lock.values() for name in entry.get("optionalDependencies", {})}
    assert {name for name in wanted if f"node_modules/{name}" not in lock} == set()


def test_versions_of_packages_are_exact() -> None:
    if not (build_assets.ROOT / "package.json").exists():
        pytest.skip("no package.json here: an installed package has only the bundle")
    manifest = json.loads((build_assets.ROOT / "package.json").read_text())
    versions = [*manifest["dependencies"].values(), *manifest["devDependencies"].values()]
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
