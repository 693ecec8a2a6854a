"""The build's gate: what nobody declared stops it, with a line ready to paste."""

from __future__ import annotations

from django.core.checks import run_checks
from django.db import models
from django.test.utils import isolate_apps

from aureole.people.models import Person
from aureole.privacy import checks
from aureole.privacy.declare import declaration_of, given, goes, holds, holds_nothing, stays
from aureole.staff.models import Team


def test_the_map_of_this_program_is_complete() -> None:
    assert [e for e in run_checks(tags=["privacy"]) if e.is_serious()] == []


@isolate_apps("aureole.desk")
def test_a_model_nobody_declared_is_named_with_what_to_paste() -> None:
    class Guest(models.Model):  # noqa: DJ008
        nickname = models.TextField()

        class Meta:
            app_label = "desk"

    (error,) = checks._check_model(Guest)
    assert error.id == "privacy.E001"
    assert "holds(Guest" in str(error.hint)
    assert "'nickname'" in str(error.hint)


@isolate_apps("aureole.desk")
def test_a_row_that_is_somebodys_is_not_left_out_for_want_of_words() -> None:
    class Visit(models.Model):  # noqa: DJ008
        person = models.ForeignKey("people.Person", on_delete=models.CASCADE)
        at = models.DateTimeField()

        class Meta:
            app_label = "desk"

    Visit._meta.get_field("person").remote_field.model = Person
    (undeclared,) = checks._check_model(Visit)
    assert undeclared.id == "privacy.E001"
    holds_nothing(Visit, because="no words")
    try:
        (error,) = checks._check_model(Visit)
    finally:
        _forget(Visit)
    assert error.id == "privacy.E010"


@isolate_apps("aureole.desk")
def test_a_column_added_to_a_declared_model_is_named_with_the_line_to_paste() -> None:
    class Visitor(models.Model):  # noqa: DJ008
        person_id = models.UUIDField()
        nickname = models.TextField()
        badge = models.JSONField()

        class Meta:
            app_label = "desk"

    holds(
        Visitor, person="person_id", label="Visitors", purpose="security", retention="session",
        source="the door", fields={},
    )  # fmt: skip
    try:
        errors = list(checks._check_model(Visitor))
    finally:
        _forget(Visitor)
    assert {e.id for e in errors} == {"privacy.E002"}
    assert '"nickname": plain("user.…", because="…"),' in str(errors[0].hint)
    assert any("badge" in e.msg for e in errors)


@isolate_apps("aureole.desk")
def test_a_column_whose_fate_in_an_anonymisation_nobody_said_is_named_with_the_line_to_paste() -> None:
    class Stay(models.Model):  # noqa: DJ008
        person_id = models.UUIDField()
        arrived_at = models.DateTimeField()
        room = models.IntegerField(null=True)

        class Meta:
            app_label = "desk"

    holds(
        Stay, person="person_id", label="Stays", purpose="security", retention="session", source="the door",
        fields={}, anonymous={"person_id": given(), "arrived_at": goes(), "cat": stays()},
    )  # fmt: skip
    try:
        found = [e for e in checks._check_model(Stay) if e.id in ("privacy.E008", "privacy.E009")]
    finally:
        _forget(Stay)
    missing, impossible, strange = found
    assert (missing.id, impossible.id, strange.id) == ("privacy.E008", "privacy.E009", "privacy.E009")
    assert '"room": goes(),' in str(missing.hint)
    assert "cannot be empty" in impossible.msg
    assert "no such column" in strange.msg


@isolate_apps("aureole.desk")
def test_a_text_column_added_where_nothing_was_held_is_named_too() -> None:
    class Shelf(models.Model):  # noqa: DJ008
        label = models.CharField(max_length=10)
        remark = models.TextField()

        class Meta:
            app_label = "desk"

    holds_nothing(Shelf, because="shelves", columns=("label",))
    try:
        errors = list(checks._check_model(Shelf))
    finally:
        _forget(Shelf)
    assert [e.id for e in errors] == ["privacy.E002"]
    assert "remark" in errors[0].msg


def test_what_is_declared_as_holding_nothing_is_not_declared_twice() -> None:
    assert declaration_of(Team) is None


def _forget(model: type[models.Model]) -> None:
    from aureole.privacy import declare

    declare._declarations.pop(model, None)
    declare._nothing.pop(model, None)
