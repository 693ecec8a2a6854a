"""Everything Django offers around a sealed column: it works sealed, or refuses and names the right way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import transaction
from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, TextField, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Concat, Length, Lower, RowNumber

from aureole.desk.models import Message, Ticket
from aureole.vault.errors import SealedFieldMisuse
from aureole.vault.fields import Sealed
from aureole.vault.tests.conftest import raw

Ask = Callable[[QuerySet[Message]], object]


COMPUTED: dict[str, Ask] = {
    "order_by": lambda rows: list(rows.order_by("text")),
    "order_by descending": lambda rows: list(rows.order_by("-text")),
    "order_by expression": lambda rows: list(rows.order_by(F("text").asc(nulls_last=True))),
    "order_by function": lambda rows: list(rows.order_by(Lower("text"))),
    "order_by of what is selected": lambda rows: list(rows.values("text").order_by("text")),
    "order_by of a flat list": lambda rows: list(rows.values_list("text", flat=True).order_by("-text")),
    "order_by through a relation": lambda rows: list(rows.values("ticket__subject").order_by("ticket__subject")),
    "order_by an alias": lambda rows: list(rows.annotate(words=F("text")).order_by("words")),
    "order_by of a union": lambda rows: list(rows.union(rows.filter(kind="note"), all=True).order_by("text")),
    "earliest": lambda rows: rows.earliest("text"),
    "reverse": lambda rows: list(rows.order_by("text").reverse()),
    "distinct on": lambda rows: list(rows.order_by().distinct("text")),
    "distinct words": lambda rows: list(rows.values("text").distinct()),
    "group": lambda rows: list(rows.values("text").annotate(n=Count("id")).order_by()),
    "Max": lambda rows: rows.aggregate(last=Max("text")),
    "Min": lambda rows: rows.aggregate(first=Min("text")),
    "Count": lambda rows: rows.aggregate(n=Count("text")),
    "Count after a slice": lambda rows: rows[:1].aggregate(n=Count("text")),
    "Max after a slice": lambda rows: rows[:1].aggregate(n=Max("text")),
    "Length": lambda rows: list(rows.annotate(n=Length("text"))),
    "Coalesce": lambda rows: list(rows.annotate(w=Coalesce("text", Value(""), output_field=TextField()))),
    "Concat": lambda rows: list(rows.annotate(w=Concat("text", Value("!"), output_field=TextField()))),
    "Cast": lambda rows: list(rows.annotate(w=Cast("text", TextField()))),
    "Case": lambda rows: list(rows.annotate(w=Case(When(kind="note", then=F("text")), default=None))),
    "Window": lambda rows: list(rows.annotate(n=Window(RowNumber(), order_by="text"))),
    "compared column": lambda rows: list(rows.filter(kind=F("text"))),
    "delete by a comparison": lambda rows: rows.filter(kind=F("text")).delete(),
    "exact": lambda rows: rows.filter(text="canary words"),
    "exclude": lambda rows: rows.exclude(text__startswith="c"),
    "Q": lambda rows: rows.filter(Q(kind="note") | Q(text__icontains="c")),
    "in a subquery": lambda rows: rows.filter(text__in=rows.values("excerpt")),
    "transform": lambda rows: rows.filter(parties__from__name="Ada"),
    "through a relation": lambda rows: rows.filter(ticket__subject="canary subject"),
    "get_or_create": lambda rows: rows.get_or_create(text="canary words"),
    "update_or_create": lambda rows: rows.update_or_create(text="canary words", defaults={"kind": "note"}),
}  # fmt: skip


@pytest.mark.parametrize("ask", COMPUTED.values(), ids=COMPUTED)
def test_what_the_database_would_compute_is_refused(message: Message, ask: Ask) -> None:
    with pytest.raises(FieldError, match="is sealed: ") as refusal, transaction.atomic():
        ask(Message.objects.all())
    assert "canary" not in str(refusal.value)


WRITTEN: dict[str, Ask] = {
    "update": lambda rows: rows.update(text="plain"),
    "update to a constant": lambda rows: rows.update(text=Value("plain")),
    "update to a column": lambda rows: rows.update(text=F("excerpt")),
    "update to a computed value": lambda rows: rows.update(text=Concat("kind", Value("x"))),
    "update to a value of another row": lambda rows: rows.update(text=rows.values_list("text", flat=True)[0]),
    "bulk_update": lambda rows: rows.bulk_update(list(rows), ["text"]),
    "upsert by another column": lambda rows: rows.bulk_create(
        [Message(kind="note", text="x", person_id=rows[0].person_id)],
        update_conflicts=True, update_fields=["text"], unique_fields=["sent_at"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
def test_what_would_write_past_the_seal_is_refused(message: Message, write: Ask) -> None:
    before = raw(message)
    with pytest.raises(SealedFieldMisuse, match=r"save\(\)"), transaction.atomic():
        write(Message.objects.all())
    assert raw(message) == before


def test_a_copy_of_a_sealed_column_in_an_open_one_is_refused(message: Message) -> None:
    with pytest.raises(FieldError, match="sealed"), transaction.atomic():
        Message.objects.update(kind=F("text"))


READ: dict[str, Ask] = {
    "all": lambda rows: [row.text for row in rows],
    "only": lambda rows: [row.text for row in rows.only("text")],
    "defer": lambda rows: [row.text for row in rows.defer("text")],
    "iterator": lambda rows: [row.text for row in rows.iterator(chunk_size=10)],
    "in_bulk": lambda rows: [row.text for row in rows.in_bulk().values()],
    "raw": lambda rows: [row.text for row in Message.objects.raw("SELECT * FROM desk_message")],
    "distinct rows": lambda rows: [row.text for row in rows.distinct()],
    "a union of rows": lambda rows: [row.text for row in rows.union(rows)],
    "select_related": lambda rows: [row.text for row in rows.select_related("ticket")],
    "select_for_update": lambda rows: [row.text for row in rows.select_for_update(of=("self",))],
    "annotate beside it": lambda rows: [
        row.text
        for row in rows.annotate(n=Count("attachments"), there=Case(When(text__isnull=True, then=0), default=1))
    ],
    "isnull": lambda rows: [row.text for row in rows.filter(text__isnull=False, html__isnull=True)],
    "as a subquery": lambda rows: [row.text for row in Message.objects.filter(pk__in=rows.filter(text__isnull=False))],
    "order by another column": lambda rows: [row.text for row in rows.order_by("-created_at", "pk")],
    "by a key and defaults": lambda rows: [rows.get_or_create(pk=rows[0].pk, defaults={"text": "x"})[0].text],
}  # fmt: skip


@pytest.mark.parametrize("ask", READ.values(), ids=READ)
def test_rows_open_whatever_way_they_are_read(message: Message, ask: Ask) -> None:
    assert ask(Message.objects.order_by()) == ["canary words"]


VALUES: dict[str, Ask] = {
    "values": lambda rows: rows.values("pk", "text")[0]["text"],
    "values of all": lambda rows: rows.values()[0]["text"],
    "values_list": lambda rows: rows.values_list("text", flat=True)[0],
    "named tuples": lambda rows: rows.values_list("text", named=True)[0].text,
    "through a relation": lambda rows: rows.values_list("ticket__subject", flat=True)[0],
    "an alias": lambda rows: rows.annotate(words=F("text"))[0].words,
    "distinct with the key": lambda rows: rows.values_list("text", "pk").distinct()[0][0],
}


@pytest.mark.parametrize("ask", VALUES.values(), ids=VALUES)
def test_values_stay_sealed_and_show_nothing(message: Message, ask: Ask) -> None:
    value: Any = ask(Message.objects.all())
    assert isinstance(value, Sealed)
    assert f"{value}" == "[sealed]" and f"{value!r}" == "<Sealed>"


def test_a_value_opens_through_its_field_and_its_row(message: Message) -> None:
    key, value = Message.objects.values_list("pk", "text").get()
    field: Any = Message._meta.get_field("text")
    assert field.open_token(value.token, key) == b"canary words"


def test_update_may_empty_a_sealed_column(message: Message) -> None:
    Message.objects.update(text=None)
    assert Message.objects.get().text is None


def test_an_upsert_by_the_primary_key_is_sealed_for_its_row(message: Message) -> None:
    again = Message.objects.get()
    again.text = "canary two"
    Message.objects.bulk_create([again], update_conflicts=True, update_fields=["text"], unique_fields=["id"])
    assert Message.objects.get().text == "canary two"


def test_a_row_is_made_and_changed_by_update_or_create(message: Message) -> None:
    Message.objects.update_or_create(pk=message.pk, defaults={"text": "canary two"})
    assert Message.objects.get().text == "canary two" and b"canary" not in raw(message)


def test_the_default_order_of_a_relation_is_not_disturbed(message: Message) -> None:
    assert Ticket.objects.annotate(n=Count("messages")).order_by("number")[0].subject == "canary subject"
