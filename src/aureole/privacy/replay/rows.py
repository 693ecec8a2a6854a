"""Rows of others that named an erased person: put back as they rested after she was blacked out."""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.db.models.fields.related import ForeignKey

from aureole.privacy.erasure.deleting import delete_keys
from aureole.vault.erased import Erased
from aureole.vault.errors import CannotOpen, KeyMissing
from aureole.vault.fences.journal import image_in_store, listed
from aureole.vault.fences.lines import Line
from aureole.vault.fences.models import LineKind
from aureole.vault.fields import Sealed, SealedField, SealedTextField
from aureole.vault.files import delete_files, read_file, seal_file
from aureole.vault.models import SealedFile

# A change is noted before it is committed, and the data's last log entry tells its age only roughly.
MARGIN = timedelta(hours=1)
WITHHELD = "[withheld: it named a person who was erased]"
_FILE_NOTICE = (
    b"This file named a person who was erased. The backup held it as it was before, so it was removed.\n"
)


def lines_newer_than(as_of: datetime | None) -> Iterator[Line]:
    """What was done to rows of others since the data was as it is. None: all of it."""
    for line in listed():
        if line.kind in (LineKind.CHANGED, LineKind.DELETED) and is_newer(line, as_of):
            yield line


def is_newer(line: Line, as_of: datetime | None) -> bool:
    """Whether it was noted since, or perhaps was."""
    return as_of is None or line.at > as_of - MARGIN


def put_back(line: Line) -> Counter[str]:
    """Do to the row what was done to it then: "texts" put back, "rows" deleted, "withheld" what could not be.

    A row that is not there, or rests that way already, counts nothing. Repeatable.
    """
    model = model_of(line.detail["table"])
    if model is None:
        return Counter()
    with transaction.atomic():
        row = model._base_manager.select_for_update().filter(pk=line.detail["row"]).first()
        if row is None:
            return Counter()
        if line.kind == LineKind.DELETED:
            delete_keys(model, [row.pk])
            return Counter(rows=1)
        image = image_in_store(line) if line.has_image else None
        return _withhold(row) if image is None else _apply(row, image)


def model_of(table: str) -> type[Model] | None:
    return next((m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table), None)


def _apply(row: Model, image: dict[str, Any]) -> Counter[str]:
    done: Counter[str] = Counter()
    changed = []
    for field in _sealed(row):
        text = image.get("columns", {}).get(field.attname, "")
        if text == "" or _rests_so(row, field, text):
            continue
        done["texts" if set_sealed(row, field, text) else "withheld"] = 1
        changed.append(field.attname)
    noted = image.get("files", {})
    changes = [_replace_file(row, f, noted[f.attname]) for f in _files(row) if f.attname in noted]
    replaced = [old for old in changes if old is not None]
    if changed or replaced:
        row.save()
        delete_files(replaced)
    if replaced:
        done["withheld"] = 1
    return done


def _sealed(row: Model) -> Iterator[SealedField]:
    for field in row._meta.concrete_fields:
        if isinstance(field, SealedField):
            yield field


def _rests_so(row: Model, field: SealedField, text: str | None) -> bool:
    value = row.__dict__.get(field.attname)
    return (
        value is None if text is None else isinstance(value, Sealed) and value.token == base64.b64decode(text)
    )


def set_sealed(row: Model, field: SealedField, text: str | None) -> bool:
    """False when the image does not open any more: then nothing is shown rather than too much."""
    if text is None:
        setattr(row, field.attname, None)
        return True
    sealed = Sealed(base64.b64decode(text))
    try:
        if not isinstance(field.open_value(row, sealed), Erased):
            setattr(row, field.attname, sealed)
            return True
    except (CannotOpen, KeyMissing):
        pass
    setattr(row, field.attname, _nothing(row, field))
    return False


def _nothing(row: Model, field: SealedField) -> str | None:
    """Words where there were words: a row may have to have some."""
    is_empty = row.__dict__.get(field.attname) is None and field.null
    return WITHHELD if isinstance(field, SealedTextField) and not is_empty else None


def _withhold(row: Model) -> Counter[str]:
    """The image was taken away, because whoever the row belonged to was erased; yet the row is here."""
    for field in _sealed(row):
        setattr(row, field.attname, _nothing(row, field))
    replaced = [old for field in _files(row) if (old := _replace_file(row, field, None)) is not None]
    row.save()
    delete_files(replaced)
    return Counter(withheld=1)


def _files(row: Model) -> Iterator[ForeignKey[Any, Any]]:
    for field in row._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.related_model is SealedFile:
            yield field


def _replace_file(row: Model, field: ForeignKey[Any, Any], file_id: str | None) -> SealedFile | None:
    """Point at the blacked-out file where it is there, else at a notice; returns the file it takes the place of."""
    current: SealedFile | None = getattr(row, field.name)
    if current is None or str(current.pk) == file_id:
        return None
    kept = SealedFile.objects.filter(pk=file_id).first() if file_id else None
    if kept is None and _reads(current, _FILE_NOTICE):
        return None
    setattr(row, field.name, kept or seal_file(io.BytesIO(_FILE_NOTICE), person_id=current.person_id))
    return current


def _reads(file: SealedFile, content: bytes) -> bool:
    """A repeat finds the notice in place."""
    return file.size == len(content) and read_file(file) == content
