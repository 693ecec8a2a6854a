from __future__ import annotations

from pathlib import Path

import pytest

from aureole.web.ui import build_assets


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project whose bundle is up to date."""
    web = tmp_path / "web"
    (web / "ui").mkdir(parents=True)
    for path in (tmp_path / "package.json", tmp_path / "package-lock.json", web / "page.css"):
        path.write_text("{}")
    dist = web / "ui" / "dist"
    dist.mkdir()
    program, mark = web / "ui" / "build_assets.py", web / "ui" / "mark.svg"
    program.write_text("")
    mark.write_text("")
    monkeypatch.setattr(build_assets, "WEB", web)
    monkeypatch.setattr(build_assets, "DIST", dist)
    monkeypatch.setattr(build_assets, "COPIED", (mark,))
    monkeypatch.setattr(build_assets, "__file__", str(program))
    (dist / build_assets.STAMP).write_text(build_assets.fingerprint(tmp_path))
    return tmp_path


def test_nothing_is_done_when_nothing_changed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert build_assets.build(project) is False


@pytest.mark.parametrize("changed", ["web/page.css", "package-lock.json", "web/ui/mark.svg"])
def test_any_changed_input_makes_the_bundle_stale(project: Path, changed: str) -> None:
    (project / changed).write_text("changed")
    assert not build_assets.is_fresh(project)


def test_what_was_built_is_not_an_input(project: Path) -> None:
    (project / "web" / "ui" / "dist" / "main.css").write_text("built")
    assert build_assets.is_fresh(project)


def test_a_machine_with_an_old_node_counts_as_having_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.19.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert build_assets.find_node() is None


def test_a_failed_command_says_what_failed_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(build_assets.CannotBuild, match="SKIP_FRONTEND=1") as refusal:
        build_assets._run(["sh", "-c", "echo no such package >&2; exit 1"], tmp_path)
    assert "no such package" in str(refusal.value)


def test_an_installed_package_without_its_bundle_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_assets, "DIST", tmp_path / "dist")
    with pytest.raises(build_assets.CannotBuild, match="Install the package again"):
        build_assets.build(tmp_path)
