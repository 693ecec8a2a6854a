"""Model fields that rest sealed under the key of the person they concern."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from django import forms
from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from aureole.vault import one_person
from aureole.vault.erased import ERASED
from aureole.vault.errors import CannotOpen, SealedFieldMisuse
from aureole.vault.field_checks import trouble_with
from aureole.vault.groups import KeyGroup
from aureole.vault.resting import UNOPENED, Dumped, InPlace, Sealed, Unsealed
from aureole.vault.sealed_column import SealedCol, SealedIsNull
from aureole.vault.sealing import context, may_stay, open_sealed, seal

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field

_ABSENT = object()
_IN_FIXTURES = "sealed:"


class SealedAttribute(DeferredAttribute):
    """Opens on access and remembers; assignment puts plain words there until the next save."""

    field: SealedField

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        if instance is None:
            return self
        value = self.field.resting(instance)
        if isinstance(value, Sealed):
            return self.field.open_value(instance, value)
        if isinstance(value, Unsealed):
            return value.plain
        return self.field.check_dumped(instance, value) if isinstance(value, Dumped) else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        held, name = instance.__dict__, self.field.attname
        if isinstance(value, Sealed):
            if value.row_id is None:
                value.row_id = held.get(self.field.row_key)
        elif value is ERASED and isinstance(held.get(name), Sealed):
            return  # read and put back, as refresh_from_db() does: the ciphertext stays what it is
        elif value is not None and not isinstance(value, Dumped):
            value = Unsealed(value)
        held[name] = value


class SealedField(_Field):
    """Base of the sealed fields; bytea in the database.

    group         which of the person's keys ("identity", "correspondence", "commerce", "evidence")
    person_field  attribute of the row that gives the id of the person concerned
    formerly      "table.column" of earlier names: values sealed there still open, until migrating.ResealColumn
                  has moved them
    """

    descriptor_class = SealedAttribute

    def __init__(
        self,
        *args: Any,
        group: str = "correspondence",
        person_field: str = "person_id",
        formerly: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        self.group = KeyGroup.of(group)
        self.person_field = person_field
        self.formerly = tuple(formerly)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["group"] = self.group.word
        if self.person_field != "person_id":
            kwargs["person_field"] = self.person_field
        if self.formerly:
            kwargs["formerly"] = self.formerly
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        one_person.watch(cls)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *trouble_with(self)]

    @property
    def row_key(self) -> str:
        """The attribute that names the row a value is bound to."""
        return self.model._meta.pk.attname

    # -- opening

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def resting(self, instance: models.Model) -> Any:
        """What the row holds, unopened; fetched when the column was deferred."""
        value = instance.__dict__.get(self.attname, _ABSENT)
        if value is _ABSENT:
            rows = type(instance)._base_manager.db_manager(instance._state.db, hints={"instance": instance})
            value = rows.values_list(self.attname, flat=True).get(pk=instance.pk)
            setattr(instance, self.attname, value)
        return value

    def open_value(self, instance: models.Model, value: Sealed) -> Any:
        """The words, or ERASED. Raises CannotOpen for a value that belongs elsewhere."""
        if value.plain is UNOPENED:
            row_id = instance.pk if value.row_id is None else value.row_id
            plain = self.open_token(value.token, row_id)
            value.plain = ERASED if plain is None else self.decode(plain)
        return value.plain

    def open_token(self, token: bytes, row_id: object) -> bytes | None:
        """The bytes of one ciphertext of this column, None when the key is destroyed. Raises CannotOpen."""
        for place in self.places(row_id):
            try:
                return open_sealed(token, place=place)
            except CannotOpen:
                continue
        raise CannotOpen

    def places(self, row_id: object) -> Iterator[bytes]:
        """Where a value of this row may be bound to: its place, then the places of earlier names."""
        yield context(self.model._meta.db_table, self.column or self.attname, row_id)
        for earlier in self.formerly:
            table, _, column = earlier.rpartition(".")
            yield context(table, column, row_id)

    def place(self, instance: models.Model) -> bytes:
        return next(self.places(instance.pk))

    # -- sealing

    def pre_save(self, model_instance: models.Model, add: bool) -> InPlace | None:
        """The ciphertext for this row: kept when it is bound to it already, made anew when the row, its person
        or the column's group is another one."""
        value = self.resting(model_instance)
        if value is None:
            return None
        person_id: uuid.UUID | None = getattr(model_instance, self.person_field)
        if isinstance(value, Dumped):
            value = Sealed(value.token)
        if isinstance(value, Sealed):
            if self._rests_here(model_instance, value, person_id):
                return InPlace(value.token)
            plain = self.open_value(model_instance, value)
        else:
            plain = value.plain if isinstance(value, Unsealed) else value
        sealed = self.seal_value(plain, person_id=person_id, row_id=model_instance.pk)
        model_instance.__dict__[self.attname] = sealed
        return InPlace(sealed.token)

    def _rests_here(self, row: models.Model, value: Sealed, person_id: uuid.UUID | None) -> bool:
        """Whether the ciphertext is bound to this row, person and group. Raises CannotOpen when it is to none."""
        if value.row_id is None:
            self.open_value(row, value)
            value.row_id = row.pk
        return value.row_id == row.pk and may_stay(value.token, person_id, self.group)

    def seal_value(self, plain: Any, *, person_id: uuid.UUID | None, row_id: object) -> Sealed:
        """`plain` sealed for one row. Raises Fenced, or SealedFieldMisuse for what cannot be sealed."""
        if person_id is None:
            raise self._misuse(f"needs {self.person_field} before it can be sealed.")
        if plain is ERASED:
            raise self._misuse("was erased and cannot be saved again.")
        if hasattr(plain, "resolve_expression"):
            raise self._misuse("cannot be set to an expression: the database has no key. Assign the words.")
        place = next(self.places(row_id))
        token = seal(self.encode(plain), person_id=person_id, group=self.group, place=place)
        return Sealed(token, plain, row_id)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, InPlace):
            return value.token
        raise self._misuse(
            "is sealed under a person's key, which update(), bulk_update(), plain fixtures and expressions do not "
            "know. Set it on each row and save(), or bulk_create() new rows."
        )

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """An upsert that finds its row by anything but the primary key would put the ciphertext of a new row
        into an old one."""
        query = compiler.query
        if self in (getattr(query, "update_fields", None) or ()) and not all(
            field.primary_key for field in query.unique_fields
        ):
            raise self._misuse(
                "cannot be updated by bulk_create(update_conflicts=True) unless unique_fields is the primary key: "
                "its ciphertext is bound to the row. Leave it out of update_fields and save() the rows."
            )
        return "%s"

    def _misuse(self, sentence: str) -> SealedFieldMisuse:
        return SealedFieldMisuse(f"{self.model.__name__}.{self.name} {sentence}")

    # -- in queries

    def get_col(self, alias: Any, output_field: Any = None) -> SealedCol:
        return SealedCol(alias, self, output_field)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return SealedIsNull
        raise self._no_lookup()

    def get_transform(self, lookup_name: str) -> NoReturn:
        raise self._no_lookup()

    def _no_lookup(self) -> FieldError:
        return FieldError(
            f"{self.model.__name__}.{self.name} is sealed: the database cannot compare it. Use "
            f"vault.blind_index for exact identifiers, search.find for words, or __isnull."
        )

    # -- in forms and fixtures

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Validates words as they are; `to_python` is for fixtures."""
        self.validate(value, model_instance)
        self.run_validators(value)
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """For fixtures: the ciphertext as it rests, in base64. Raises SealedFieldMisuse for words not saved yet."""
        value = self.resting(obj)
        if not isinstance(value, Sealed):
            raise self._misuse("holds words that are not saved yet; save() the row before it is dumped.")
        return _IN_FIXTURES + base64.b64encode(value.token).decode()

    def to_python(self, value: Any) -> Any:
        """What a fixture holds. Plain words in one are refused when the row is written."""
        if isinstance(value, str) and value.startswith(_IN_FIXTURES):
            return Dumped(base64.b64decode(value.removeprefix(_IN_FIXTURES), validate=True))
        return value

    def check_dumped(self, instance: models.Model, value: Dumped) -> InPlace:
        """Raises CannotOpen for a ciphertext of another row, KeyMissing without the key store of the dump."""
        self.open_token(value.token, instance.pk)
        return InPlace(value.token)

    # -- to and from bytes

    def encode(self, value: Any) -> bytes:
        raise NotImplementedError

    def decode(self, plain: bytes) -> Any:
        raise NotImplementedError


class SealedTextField(SealedField):
    """Text of any length."""

    description = "Text sealed under the key of the person it concerns"

    def encode(self, value: Any) -> bytes:
        return str(value).encode("utf-8", "surrogatepass")

    def decode(self, plain: bytes) -> str:
        return plain.decode("utf-8", "surrogatepass")

    def formfield(self, **kwargs: Any) -> Any:
        given = {"form_class": forms.CharField, "widget": forms.Textarea, **kwargs}
        if self.null:
            given.setdefault("empty_value", None)
        return super().formfield(**given)


class SealedJSONField(SealedField):
    """An object or a list as JSON with declared keys: an undeclared key is refused when it is sealed.

    keys  names an object (or each object of a list) may have. Assign a new value to change it;
          changes inside the old one are not seen.
    """

    description = "JSON sealed under the key of the person it concerns"
    empty_strings_allowed = False

    def __init__(self, *args: Any, keys: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.keys = tuple(keys)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["keys"] = self.keys
        return name, path, args, kwargs

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, dict | list):
            raise self._misuse("takes an object or a list; nothing declares what a bare value means.")
        for item in value if isinstance(value, list) else [value]:
            strange = set(item) - set(self.keys) if isinstance(item, dict) else set()
            if strange:
                raise self._misuse(
                    f"got undeclared keys: {', '.join(sorted(strange))}. "
                    f"Add them to keys=(…) of the field and to its declaration in personal_data.py."
                )
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    def decode(self, plain: bytes) -> Any:
        return json.loads(plain.decode("utf-8", "surrogatepass"))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.JSONField, **kwargs})


__all__ = ["Sealed", "SealedField", "SealedJSONField", "SealedTextField"]
