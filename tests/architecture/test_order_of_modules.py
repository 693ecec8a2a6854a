"""What import-linter cannot see: foreign keys by name and migrations run one way too."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.models.fields.related import ForeignKey, ManyToManyField

ROOT = Path(__file__).parents[2]


def _order() -> dict[str, int]:
    """Module name to height, read from the import contract: 0 is the lowest."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    layers = config["importlinter:contract:layers"]["layers"].split("\n")
    rows = [re.findall(r"\w+", row) for row in layers if row.strip()]
    return {name: height for height, row in enumerate(reversed(rows)) for name in row}


def _module(app_module: str) -> str | None:
    return app_module.split(".")[1] if app_module.startswith("aureole.") else None


def test_relations_between_models_point_down_only() -> None:
    order, wrong = _order(), []
    for model in apps.get_models(include_auto_created=True):
        here = _module(model.__module__)
        for field in (f for f in model._meta.get_fields() if isinstance(f, ForeignKey | ManyToManyField)):
            there = _module(field.related_model.__module__)
            if here and there and order[there] > order[here]:
                wrong.append(f"{model._meta.label}.{field.name}")
    assert wrong == []


def test_migrations_depend_downwards_only() -> None:
    order, wrong = _order(), []
    labels = {config.label: _module(config.name) for config in apps.get_app_configs()}
    for (label, name), migration in MigrationLoader(None).disk_migrations.items():
        for needed, _ in migration.dependencies:
            here, there = labels.get(label), labels.get(needed)
            if here and there and order[there] > order[here]:
                wrong.append(f"{label}.{name} needs {needed}")
    assert wrong == []


def test_migrations_are_named_by_purpose() -> None:
    names = [path.stem for path in (ROOT / "src").rglob("migrations/[0-9]*.py")]
    assert names
    assert [n for n in names if re.search(r"_auto_|_initial$|^\d+_[a-z]+_[a-z]+_and_more$", n)] == []


def test_no_file_hides_behind_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "manager", "managers", "service", "services", "misc", "common"}
    found = [p for p in (ROOT / "src").rglob("*.py") if p.stem in empty or p.parent.name in empty]
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    modules = [m for m in _order() if (ROOT / "src" / "aureole" / m / "__init__.py").exists()]
    for module in modules:
        if module != "testing":
            assert (ROOT / "src" / "aureole" / module / "README.md").exists(), f"{module} has no README.md"
