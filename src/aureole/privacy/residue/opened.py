"""Behind the seals: every sealed value and file is opened and searched."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

from aureole.kernel.reading_files.apart import read_words
from aureole.kernel.reading_files.kinds import PACKED, FileWords, kind_of
from aureole.ledger.models import EntryDetail
from aureole.ledger.ports import confidant
from aureole.privacy.residue.matcher import Matcher
from aureole.privacy.residue.namesakes import Namesakes
from aureole.privacy.residue.report import Finds, Gathering
from aureole.vault.erased import Erased
from aureole.vault.errors import CannotOpen, KeyMissing
from aureole.vault.fields import SealedField
from aureole.vault.files import open_file, read_file
from aureole.vault.models import SealedFile
from aureole.vault.unlock import unlock

LARGEST_FILE = 20 * 1024 * 1024
_BATCH = 500


def sealed_models() -> list[type[Model]]:
    """Every model with sealed columns."""
    return [model for model in apps.get_models() if _sealed_fields(model)]


def _sealed_fields(model: type[Model]) -> list[SealedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def search_sealed_columns(
    model: type[Model], matcher: Matcher, namesakes: Namesakes, gathering: Gathering
) -> None:
    """Open every sealed column of a model, a page of keys at a time."""
    fields = _sealed_fields(model)
    unopened = 0
    for row in _rows(model):
        for field in fields:
            try:
                value = getattr(row, field.attname)
            except (CannotOpen, KeyMissing):
                unopened += 1
                continue
            if value is not None and not isinstance(value, Erased):
                finds = matcher.find(_as_bytes(value))
                place = f"{model._meta.db_table}.{field.column}"
                sort(place, finds, getattr(row, field.person_field), namesakes, gathering)
    if unopened:
        gathering.not_searched.append(f"{unopened} sealed values of {model._meta.db_table} that do not open")


def sort(
    place: str, finds: Finds, person_id: uuid.UUID | None, namesakes: Namesakes, gathering: Gathering
) -> None:
    """Put what was found where it belongs: to the places, or apart as a living namesake's."""
    for (text, encoding), count in finds.items():
        kept = gathering.places
        if namesakes.explain(text, person_id):
            kept = gathering.namesakes
        elif namesakes.is_plain_word(text, person_id):
            kept = gathering.same_words
        kept[(place, text, "sealed" if encoding == "plain" else f"sealed, {encoding}")] += count


def _as_bytes(value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _rows(model: type[Model]) -> Iterator[Model]:
    """All rows in pages by primary key: memory stays flat and no cursor is held open."""
    fields = _sealed_fields(model)
    wanted = {"pk", *(field.attname for field in fields), *_person_columns(model, fields)}
    rows = model._base_manager.order_by("pk").only(*wanted)
    last: Any = None
    while True:
        page = unlock((rows if last is None else rows.filter(pk__gt=last))[:_BATCH])
        yield from page
        if len(page) < _BATCH:
            return
        last = page[-1].pk


def _person_columns(model: type[Model], fields: list[SealedField]) -> set[str]:
    columns = {field.attname for field in model._meta.concrete_fields}
    return {field.person_field for field in fields} & columns


def search_sealed_files(matcher: Matcher, namesakes: Namesakes, gathering: Gathering) -> None:
    """Open every sealed file of up to 20 MB, in pieces, and read the words in it where a program can."""
    large = unopened = unread = 0
    for file in SealedFile.objects.order_by("pk").iterator(chunk_size=50):
        if file.size > LARGEST_FILE:
            large += 1
            continue
        try:
            finds = matcher.find_stream(open_file(file))
            words = _words_of(file)
        except (CannotOpen, KeyMissing):
            unopened += 1
            continue
        unread += bool(words.unread)
        finds |= matcher.find(words.text.encode("utf-8", "replace"))
        sort("sealed files", finds, file.person_id, namesakes, gathering)
    if large:
        gathering.not_searched.append(f"{large} sealed files larger than 20 MB")
    if unopened:
        gathering.not_searched.append(f"{unopened} sealed files that do not open")
    if unread:
        gathering.not_searched.append(f"what is in {unread} sealed files no program could read to their end")


def _words_of(file: SealedFile) -> FileWords:
    """What the bytes themselves do not show: words inside documents. A text shows its own."""
    start = next(open_file(file), b"")
    is_opaque = start.startswith(PACKED) or kind_of("", start) not in ("text", "unknown")
    return read_words("", read_file(file)) if is_opaque else FileWords()


def search_log_details(matcher: Matcher, namesakes: Namesakes, gathering: Gathering) -> None:
    """Open the reasons people gave for what the log tells."""
    unopened = 0
    details = EntryDetail.objects.select_related("entry").order_by("pk")
    for detail in details.iterator(chunk_size=_BATCH):
        try:
            plain = confidant().open_detail(detail.person_id, detail.entry.uid, bytes(detail.sealed))
        except (CannotOpen, KeyMissing):
            unopened += 1
            continue
        if plain is not None:
            sort("ledger_entry_detail.sealed", matcher.find(plain), detail.person_id, namesakes, gathering)
    if unopened:
        gathering.not_searched.append(f"{unopened} reasons in the log that do not open")
