"""Sealed columns under real use: what works, works sealed; what cannot, says what to do instead."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction

from aureole.desk.models import Message, Ticket
from aureole.kernel.ids import new_id
from aureole.testing.personas import Personas
from aureole.vault.errors import CannotOpen, SealedFieldMisuse
from aureole.vault.fields import Sealed
from aureole.vault.unlock import unlock


def _raw(row: Message, column: str = "text") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM desk_message WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


def test_the_database_holds_no_word_and_the_row_opens(personas: Personas) -> None:
    message = personas.ticket(text="canary words").messages.get()
    assert b"canary" not in _raw(message)
    assert Message.objects.get(pk=message.pk).text == "canary words"


def test_update_and_comparison_are_refused_with_the_right_way(personas: Personas) -> None:
    personas.ticket()
    with pytest.raises(SealedFieldMisuse, match=r"save\(\)"), transaction.atomic():
        Message.objects.update(text="plain")
    with pytest.raises(FieldError, match="blind_index"):
        Message.objects.filter(text="plain")
    with pytest.raises(FieldError, match="sealed"):
        Message.objects.filter(text__contains="plain")
    assert Message.objects.filter(text__isnull=False).count() == 1


def test_values_hand_out_sealed_values_that_show_nothing(personas: Personas) -> None:
    personas.ticket(text="canary")
    (value,) = Message.objects.values_list("text", flat=True)
    assert isinstance(value, Sealed)
    assert "canary" not in f"{value} {value!r}"


def test_rows_made_in_bulk_are_sealed(personas: Personas) -> None:
    first = personas.ticket(text="one").messages.get()
    copies = [
        Message(
            id=new_id(), ticket=first.ticket, person_id=first.person_id, direction="in", text=f"canary {n}",
            sent_at=first.sent_at, created_at=first.created_at,
        )
        for n in range(3)
    ]  # fmt: skip
    Message.objects.bulk_create(copies)
    assert all(b"canary" not in _raw(copy) for copy in copies)
    assert [Message.objects.get(pk=c.pk).text for c in copies] == ["canary 0", "canary 1", "canary 2"]


def test_a_ciphertext_moved_to_another_row_or_column_does_not_open(personas: Personas) -> None:
    ada = personas.person()
    one = personas.ticket(ada, text="one").messages.get()
    two = personas.ticket(ada, text="two").messages.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE desk_message SET text = %s WHERE id = %s", [_raw(one), two.pk])
        cursor.execute("UPDATE desk_message SET excerpt = text WHERE id = %s", [one.pk])
    with pytest.raises(CannotOpen):
        _ = Message.objects.get(pk=two.pk).text
    with pytest.raises(CannotOpen):
        _ = Message.objects.get(pk=one.pk).excerpt


def test_saving_an_untouched_row_keeps_its_ciphertext(personas: Personas) -> None:
    message = personas.ticket(text="one").messages.get()
    before = _raw(message)
    message.save()
    assert _raw(message) == before
    message.text = "two"
    message.save()
    assert _raw(message) != before


def test_an_undeclared_json_key_is_refused(personas: Personas) -> None:
    message = personas.ticket().messages.get()
    message.parties = {"from": None, "shoe_size": [{"eu": 39}]}
    with pytest.raises(SealedFieldMisuse, match="shoe_size"):
        message.save()


def test_the_keys_of_a_page_come_in_one_query(personas: Personas, django_assert_num_queries: object) -> None:
    from aureole.vault.keyring import keyring

    for n in range(5):
        personas.ticket(personas.person(f"Person {n}"), subject=f"Subject {n}")
    keyring.evict()
    with django_assert_num_queries(1, using="keys"):  # type: ignore[operator]
        tickets = unlock(Ticket.objects.order_by("number"))
        assert [t.subject for t in tickets] == [f"Subject {n}" for n in range(5)]
