"""System checks: a model or column nobody declared stops the build, with the line to paste."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db import models

from aureole.privacy.declare import (
    Declaration,
    Fate,
    NothingHeld,
    declaration_of,
    declarations,
    is_declared,
    nothing_held,
)
from aureole.privacy.vocabulary import is_purpose, is_retention
from aureole.vault.fields import SealedField, SealedJSONField, SealedTextField

# Columns of these kinds cannot hold words about a person; all others must be declared.
_WORDLESS = (
    models.AutoField,
    models.BigAutoField,
    models.SmallAutoField,
    models.UUIDField,
    models.BooleanField,
    models.IntegerField,
    models.DateField,
    models.DateTimeField,
    models.TimeField,
    models.DurationField,
    models.FloatField,
    models.DecimalField,
    models.ForeignKey,
)


def needs_declaration(field: models.Field[Any, Any]) -> bool:
    """Whether a column could hold words, bytes or JSON about a person."""
    return not isinstance(field, _WORDLESS)


@register("privacy")
def check_data_map(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every concrete model of every installed app, third-party ones too, is declared, column by column."""
    found: list[CheckMessage] = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed is False and model._meta.proxy:
            continue
        found.extend(_check_model(model))
    return found


def _check_model(model: type[models.Model]) -> Iterator[CheckMessage]:
    if model._meta.proxy:
        return
    if not is_declared(model):
        if _word_columns(model) or _person_columns(model):
            yield _undeclared_model(model)
        return
    declaration = declaration_of(model)
    if declaration is None:
        yield from _check_nothing(next(n for n in nothing_held() if n.model is model))
    else:
        yield from _check_columns(declaration)
        yield from _check_fates(declaration)
        yield from _check_words(declaration)


def _word_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [f for f in model._meta.concrete_fields if needs_declaration(f)]


def _person_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Columns that say whose row it is, words or not: who was where and when is told by two ids and a date."""
    persons = {d.model for d in declarations() if d.person in ("id", "pk")}
    return [f for f in model._meta.concrete_fields if not f.primary_key and _names_somebody(f, persons)]


def _names_somebody(field: models.Field[Any, Any], persons: set[type[models.Model]]) -> bool:
    if isinstance(field, models.ForeignKey):
        return field.related_model in persons
    return isinstance(field, models.UUIDField) and field.attname in ("person_id", "subject_id")


def _undeclared_model(model: type[models.Model]) -> Error:
    columns = ", ".join(repr(f.name) for f in (*_word_columns(model), *_person_columns(model)))
    return Error(
        f"{model._meta.label} is not declared: nobody said whose data it holds.",
        hint=(
            f"Paste into the personal_data.py of its module, then fill in:\n"
            f'    holds({model.__name__}, person="person_id", label="…", purpose="…", retention="…", '
            f'source="…", fields={{…}})\n'
            f"or, when no person can appear in it:\n"
            f'    holds_nothing({model.__name__}, because="…", columns=({columns},))'
        ),
        obj=model,
        id="privacy.E001",
    )


def _check_nothing(nothing: NothingHeld) -> Iterator[CheckMessage]:
    for field in _word_columns(nothing.model):
        if field.name not in nothing.columns:
            yield Error(
                f"{nothing.model._meta.label}.{field.name} is not declared.",
                hint=(
                    f"{nothing.declared} says this model holds no personal data. If that is still true, add "
                    f'"{field.name}" to its columns; if not, declare the model with holds(…).'
                ),
                obj=nothing.model,
                id="privacy.E002",
            )
    for field in _person_columns(nothing.model):
        if field.name not in nothing.columns:
            yield Error(
                f"{nothing.model._meta.label}.{field.name} says whose row it is.",
                hint=(
                    f"{nothing.declared} says this model holds no personal data, so nothing exports or erases it. "
                    f'Declare it with holds(…); where the row has to outlive its person, add "{field.name}" to its '
                    "columns and say why."
                ),
                obj=nothing.model,
                id="privacy.E010",
            )


def _check_columns(declaration: Declaration) -> Iterator[CheckMessage]:
    names = {f.name for f in declaration.model._meta.concrete_fields}
    for field in _word_columns(declaration.model):
        if field.name not in declaration.fields:
            yield _undeclared_column(declaration, field)
        elif isinstance(field, SealedField) != (declaration.fields[field.name].at_rest == "sealed") and (
            not isinstance(field, models.BinaryField)
        ):
            yield Error(
                f"{declaration.model._meta.label}.{field.name} rests otherwise than declared.",
                hint=f"{declaration.declared}: 'sealed' goes with a Sealed…Field and with nothing else.",
                obj=declaration.model,
                id="privacy.E003",
            )
        elif isinstance(field, SealedJSONField | models.JSONField):
            yield from _check_json_keys(declaration, field)
    for name in declaration.fields:
        if name not in names:
            yield Error(
                f"{declaration.model._meta.label} has no column {name!r}.",
                hint=f"{declaration.declared} declares it; take the line out.",
                obj=declaration.model,
                id="privacy.E004",
            )


def _undeclared_column(declaration: Declaration, field: models.Field[Any, Any]) -> Error:
    line = (
        f'"{field.name}": sealed("user.…"),'
        if isinstance(field, SealedField)
        else f'"{field.name}": plain("user.…", because="…"),'
    )
    return Error(
        f"{declaration.model._meta.label}.{field.name} is not declared.",
        hint=f"Paste into the fields of {declaration.declared}:\n    {line}",
        obj=declaration.model,
        id="privacy.E002",
    )


def _check_json_keys(declaration: Declaration, field: models.Field[Any, Any]) -> Iterator[CheckMessage]:
    declared = set(declaration.fields[field.name].keys)
    actual = set(field.keys) if isinstance(field, SealedJSONField) else declared
    if not declared or declared != actual:
        missing = ", ".join(f'"{key}": "user.…"' for key in sorted(actual - declared) or ["…"])
        yield Error(
            f"{declaration.model._meta.label}.{field.name}: its JSON keys are not the declared ones.",
            hint=f"{declaration.declared}: keys={{{missing}}}; take out {sorted(declared - actual)}.",
            obj=declaration.model,
            id="privacy.E005",
        )


def _check_fates(declaration: Declaration) -> Iterator[CheckMessage]:
    """A column added to a model whose rows outlive an anonymisation is not carried along unseen."""
    if not declaration.anonymous:
        return
    label, columns = (
        declaration.model._meta.label,
        {f.name: f for f in declaration.model._meta.concrete_fields},
    )
    for name, field in columns.items():
        if name not in declaration.anonymous and not field.primary_key:
            yield Error(
                f"{label}.{name}: nobody said what becomes of it when its person is anonymised.",
                hint=(
                    f"Paste into anonymous={{…}} of {declaration.declared}:\n    {_fate_line(field)}\n"
                    "and say instead stays(), month() or redacted() where it tells nothing of the person; "
                    "indirect=True where somebody who knows it might find them by it."
                ),
                obj=declaration.model,
                id="privacy.E008",
            )
    for name, fate in declaration.anonymous.items():
        unfit = _unfit(columns.get(name), fate, columns)
        if unfit:
            yield Error(
                f"{label}.{name}: {unfit}",
                hint=f"{declaration.declared} says so in anonymous={{…}}; correct the line.",
                obj=declaration.model,
                id="privacy.E009",
            )


def _fate_line(field: models.Field[Any, Any]) -> str:
    return f'"{field.name}": {"goes()" if can_go(field) else "given()"},'


def can_go(field: models.Field[Any, Any]) -> bool:
    """Whether a row may do without a value of the column."""
    return (
        field.null
        or field.has_default()
        or (
            field.empty_strings_allowed
            and not isinstance(field, SealedField | models.ForeignKey | models.DateField)
        )
    )


def _unfit(field: models.Field[Any, Any] | None, fate: Fate, columns: dict[str, Any]) -> str:
    """Why a column cannot become what is said of it; empty when it can."""
    if field is None:
        return "there is no such column."
    if fate.how == "goes" and not can_go(field):
        return "it cannot be empty, so it cannot go."
    if fate.how in ("month", "hours") and not isinstance(field, models.DateField):
        return "only a date or a time can be made coarser."
    if fate.how == "hours" and fate.after not in columns:
        return f"there is no column {fate.after!r} to count the hours from."
    if fate.how == "redacted" and not isinstance(field, SealedTextField):
        return "only sealed text can be redacted."
    return ""


def _check_words(declaration: Declaration) -> Iterator[CheckMessage]:
    if not is_purpose(declaration.purpose):
        yield Error(
            f"{declaration.model._meta.label}: no purpose {declaration.purpose!r}.",
            hint="Declare it with declare_purpose(Purpose(…)) in the module's personal_data.py.",
            obj=declaration.model,
            id="privacy.E006",
        )
    if not is_retention(declaration.retention):
        yield Error(
            f"{declaration.model._meta.label}: no retention class {declaration.retention!r}.",
            hint="Declare it with declare_retention(Retention(…)) in the module's personal_data.py.",
            obj=declaration.model,
            id="privacy.E007",
        )
    for name, column in declaration.fields.items():
        if column.at_rest == "plain" and not column.because:
            yield Error(
                f"{declaration.model._meta.label}.{name} rests in plain without a reason.",
                hint='plain("…", because="why this names nobody")',
                obj=declaration.model,
                id="privacy.E008",
            )
