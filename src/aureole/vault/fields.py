"""Model fields that rest sealed under the key of the person they concern."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from aureole.vault.erased import ERASED
from aureole.vault.errors import SealedFieldMisuse
from aureole.vault.groups import KeyGroup
from aureole.vault.sealing import context, may_stay, open_sealed, seal

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field

_UNOPENED = object()


class Sealed:
    """A value as it rests. Shows nothing of itself; opens through its field only."""

    __slots__ = ("plain", "token")

    def __init__(self, token: bytes, plain: Any = _UNOPENED) -> None:
        self.token = token
        self.plain = plain

    def __repr__(self) -> str:
        return "<Sealed>"

    def __str__(self) -> str:
        return "[sealed]"


class SealedAttribute(DeferredAttribute):
    """Opens on access and remembers; assignment puts plain words there until the next save."""

    field: SealedField

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, _UNOPENED)
        if value is _UNOPENED:
            value = super().__get__(instance, cls)
        return self.field.open_value(instance, value) if isinstance(value, Sealed) else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(_Field):
    """Base of the sealed fields; bytea in the database.

    group         which of the person's keys ("identity", "correspondence", "commerce", "evidence")
    person_field  attribute of the row that gives the id of the person concerned
    """

    descriptor_class = SealedAttribute

    def __init__(
        self, *args: Any, group: str = "correspondence", person_field: str = "person_id", **kwargs: Any
    ) -> None:
        self.group = KeyGroup.of(group)
        self.person_field = person_field
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["group"] = self.group.word
        if self.person_field != "person_id":
            kwargs["person_field"] = self.person_field
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    # -- opening

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def open_value(self, instance: models.Model, value: Sealed) -> Any:
        if value.plain is _UNOPENED:
            plain = open_sealed(value.token, place=self.place(instance))
            value.plain = ERASED if plain is None else self.decode(plain)
        return value.plain

    def place(self, instance: models.Model) -> bytes:
        return context(self.model._meta.db_table, self.column or self.attname, instance.pk)

    # -- sealing

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        value = model_instance.__dict__.get(self.attname, _UNOPENED)
        if value is _UNOPENED:
            value = getattr(model_instance, self.attname)
        person_id: uuid.UUID | None = getattr(model_instance, self.person_field)
        if isinstance(value, Sealed) and may_stay(value.token, person_id):
            return value
        if isinstance(value, Sealed):
            value = self.open_value(model_instance, value)
        sealed = None if value is None else self._seal(model_instance, person_id, value)
        model_instance.__dict__[self.attname] = sealed
        return sealed

    def _seal(self, row: models.Model, person_id: uuid.UUID | None, value: Any) -> Sealed:
        if person_id is None:
            raise SealedFieldMisuse(
                f"{self.model.__name__}.{self.name} needs {self.person_field} before it can be sealed."
            )
        if value is ERASED:
            raise SealedFieldMisuse(
                f"{self.model.__name__}.{self.name} was erased and cannot be saved again."
            )
        token = seal(self.encode(value), person_id=person_id, group=self.group, place=self.place(row))
        return Sealed(token, value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, Sealed):
            return value.token
        raise SealedFieldMisuse(
            f"{self.model.__name__}.{self.name} is sealed under a person's key, which update(), bulk_update() "
            f"and expressions do not know. Set it on each row and save(), or bulk_create() new rows."
        )

    # -- looking up

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise self._no_lookup()

    def get_transform(self, lookup_name: str) -> NoReturn:
        raise self._no_lookup()

    def _no_lookup(self) -> FieldError:
        return FieldError(
            f"{self.model.__name__}.{self.name} is sealed: the database cannot compare it. Use "
            f"vault.blind_index for exact identifiers, search.find for words, or __isnull."
        )

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


class SealedJSONField(SealedField):
    """JSON with declared keys: an undeclared key is refused when it is sealed.

    keys  names an object (or each object of a list) may have. Assign a new value to change it;
          changes inside the old one are not seen.
    """

    description = "JSON sealed under the key of the person it concerns"

    def __init__(self, *args: Any, keys: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.keys = tuple(keys)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["keys"] = self.keys
        return name, path, args, kwargs

    def encode(self, value: Any) -> bytes:
        for item in value if isinstance(value, list) else [value]:
            strange = set(item) - set(self.keys) if isinstance(item, dict) else set()
            if strange:
                raise SealedFieldMisuse(
                    f"{self.model.__name__}.{self.name} got undeclared keys: {', '.join(sorted(strange))}. "
                    f"Add them to keys=(…) of the field and to its declaration in personal_data.py."
                )
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    def decode(self, plain: bytes) -> Any:
        return json.loads(plain.decode("utf-8", "surrogatepass"))
