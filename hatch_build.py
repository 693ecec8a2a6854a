"""Build hook: wheels and source archives carry the bundled front end; installing a release needs no node."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _load_build_assets(root: Path) -> ModuleType:
    # By path: importing it as aureole.web.ui would need the package that is being built.
    path = root / "src" / "aureole" / "web" / "ui" / "build_assets.py"
    spec = importlib.util.spec_from_file_location("build_assets", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FrontEndHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        assets = _load_build_assets(Path(self.root))
        if _is_skipped() or assets.is_fresh() or assets.find_node():
            return []
        return [str(assets.NODE_PACKAGE)]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable install is built by `make run` instead, so that a sync stays quick.
        if version != "editable" and not _is_skipped():
            _load_build_assets(Path(self.root)).build()


def _is_skipped() -> bool:
    return os.environ.get("SKIP_FRONTEND") == "1"
