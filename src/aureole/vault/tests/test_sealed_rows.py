"""Rows with sealed columns under everyday use: saved, copied, moved, pickled, dumped, edited in a form."""

from __future__ import annotations

import copy
import io
import json
import pickle
import uuid
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import connection, models, transaction
from django.forms import modelform_factory
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aureole.desk.models import Draft, Message
from aureole.kernel.ids import new_id
from aureole.testing.personas import Personas
from aureole.vault.erased import ERASED
from aureole.vault.errors import CannotOpen, Fenced, KeyMissing, SealedFieldMisuse
from aureole.vault.fields import SealedField, SealedJSONField, SealedTextField
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys
from aureole.vault.sealing import key_name
from aureole.vault.tests.conftest import raw

FIXTURE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
TEXT: Any = Message._meta.get_field("text")
KEYS = ("from", "to", "cc", "reply_to", "named")
words = st.text(st.characters(codec=None), max_size=200)  # lone surrogates and NUL included
documents = st.dictionaries(
    st.sampled_from(KEYS),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=8,
    ),
) | st.lists(words, max_size=3)  # fmt: skip


# -- saving


@given(text=words, parties=documents)
@FIXTURE
def test_any_words_and_any_document_come_back(message: Message, text: str, parties: Any) -> None:
    message.text, message.parties = text, parties
    message.save()
    again = Message.objects.get(pk=message.pk)
    assert again.text == text and again.parties == parties
    assert len(text.encode("utf-8", "surrogatepass")) < 6 or text.encode("utf-8", "surrogatepass") not in raw(
        message
    )


@given(data=st.data())
@FIXTURE
def test_a_ciphertext_changed_cut_or_lengthened_never_opens(message: Message, data: st.DataObject) -> None:
    token = raw(message)
    start = data.draw(st.integers(0, len(token) - 1))
    flipped = bytearray(token)
    flipped[start] ^= data.draw(st.integers(1, 255))
    forged = data.draw(
        st.sampled_from([bytes(flipped), token[:start], token + b"\0", token[start:] + token[:start]])
    )
    if forged != token:
        with pytest.raises((CannotOpen, KeyMissing)):
            TEXT.open_token(forged, message.pk)


def test_a_ciphertext_moved_between_rows_columns_persons_and_groups_never_opens(
    message: Message, personas: Personas
) -> None:
    token, other = raw(message), personas.person()
    excerpt: Any = Message._meta.get_field("excerpt")
    for move in (lambda: TEXT.open_token(token, uuid.uuid4()), lambda: excerpt.open_token(token, message.pk)):
        with pytest.raises(CannotOpen):
            move()
    person = message.person_id.bytes
    assert token.count(person) == 1
    moved_person = token.replace(person, other.pk.bytes)
    moved_group = token[:1] + bytes([KeyGroup.IDENTITY]) + token[2:]
    for forged in (moved_person, moved_group):
        with pytest.raises((CannotOpen, KeyMissing)):
            TEXT.open_token(forged, message.pk)


def test_a_copied_row_is_sealed_for_itself(message: Message) -> None:
    before = raw(message)
    twin = Message.objects.get()
    twin.pk, twin._state.adding = new_id(), True
    twin.save()
    assert raw(twin) != before
    assert [row.text for row in Message.objects.filter(pk__in=(message.pk, twin.pk))] == ["canary words"] * 2


def test_a_row_given_to_another_person_is_sealed_under_their_key(
    message: Message, personas: Personas
) -> None:
    other = personas.person()
    row = Message.objects.get()
    row.person_id = other.pk
    row.save()
    assert key_name(raw(row))[0] == other.pk
    assert key_name(raw(row, "parties"))[0] == other.pk
    erase_keys(message.person_id, list(KeyGroup))
    assert Message.objects.get().text == "canary words"


@pytest.mark.parametrize("loaded", [(), ("person",)], ids=["whole", "deferred"])
def test_a_row_is_not_given_to_another_person_by_halves(
    message: Message, personas: Personas, loaded: tuple[str, ...]
) -> None:
    other = personas.person()
    row = Message.objects.only(*loaded).get() if loaded else Message.objects.get()
    row.person_id = other.pk
    with pytest.raises(SealedFieldMisuse, match="update_fields"), transaction.atomic():
        row.save(update_fields=["person_id"])
    sealed = [field.name for field in Message._meta.concrete_fields if isinstance(field, SealedField)]
    row.save(update_fields=["person", *sealed])
    assert key_name(raw(row))[0] == other.pk and Message.objects.get().text == "canary words"


def test_saving_chosen_columns_leaves_the_others_as_they_rest(message: Message) -> None:
    row, before = Message.objects.get(), raw(message, "excerpt")
    row.text, row.excerpt = "two", "two"
    row.save(update_fields=["text"])
    assert Message.objects.get().text == "two" and raw(message, "excerpt") == before


def test_an_expression_is_not_taken_for_words(message: Message) -> None:
    message.text = models.F("excerpt")  # type: ignore[assignment]
    with pytest.raises(SealedFieldMisuse, match="Assign the words"):
        message.save()


def test_a_row_without_a_person_cannot_be_sealed() -> None:
    with pytest.raises(SealedFieldMisuse, match="person_id"):
        TEXT.pre_save(Message(text="x"), True)


def test_an_erased_row_is_saved_and_refreshed_and_stays_as_it_is(message: Message) -> None:
    before = raw(message)
    erase_keys(message.person_id, list(KeyGroup))
    row = Message.objects.get()
    assert row.text is ERASED and not row.text
    row.refresh_from_db()
    row.full_clean(exclude=["ticket", "author", "html", "new_text"])
    row.save()
    assert raw(row) == before
    row.text = "new"
    with pytest.raises(Fenced), transaction.atomic():
        row.save()


def test_an_erased_value_is_not_copied_to_another_row(message: Message) -> None:
    erase_keys(message.person_id, list(KeyGroup))
    twin = Message.objects.get()
    twin.pk, twin._state.adding = new_id(), True
    with pytest.raises(SealedFieldMisuse, match="erased"), transaction.atomic():
        twin.save()


def test_a_refreshed_and_a_deferred_row_read_what_the_database_holds(message: Message) -> None:
    stale, deferred = Message.objects.get(), Message.objects.defer("text").get()
    message.text = "two"
    message.save()
    assert stale.text == "canary words"
    stale.refresh_from_db()
    assert stale.text == "two" and deferred.text == "two"
    stale.save()
    assert Message.objects.get().text == "two"


# -- in memory


def test_no_pickle_carries_what_was_opened(message: Message) -> None:
    row = Message.objects.get()
    assert row.text == "canary words"
    for carried in (
        pickle.dumps(row),
        repr(row.__dict__).encode(),
        pickle.dumps(list(Message.objects.values())),
    ):
        assert b"canary" not in carried
    again = pickle.loads(pickle.dumps(row))  # noqa: S301  our own bytes
    assert again.text == "canary words"
    again.save()
    assert raw(again) == raw(message)


def test_a_row_with_words_not_saved_yet_is_not_pickled_and_shows_nothing(message: Message) -> None:
    row = Message.objects.get()
    row.text = "canary two"
    with pytest.raises(SealedFieldMisuse, match="not sealed yet"):
        pickle.dumps(row)
    assert "canary" not in repr(row.__dict__) + str(row.__dict__["text"])


def test_a_deep_copy_is_a_row_of_its_own(message: Message) -> None:
    row = Message.objects.get()
    row.parties = {"from": {"name": "Ada"}}
    twin = copy.deepcopy(row)
    twin.parties["from"]["name"] = "Eve"
    assert row.parties == {"from": {"name": "Ada"}} and twin.text == "canary words"


# -- fixtures


def load(fixture: str) -> None:
    for loaded in serializers.deserialize("json", io.StringIO(fixture)):
        loaded.save()


@pytest.mark.parametrize("form", ["json", "xml", "jsonl", "python"])
def test_a_dump_holds_ciphertexts_and_loads_again(message: Message, form: str) -> None:
    dumped = serializers.serialize(form, Message.objects.all())
    assert "canary" not in str(dumped) and "sealed:" in str(dumped)
    before = raw(message)
    Message.objects.all().update(text=None)
    for loaded in serializers.deserialize(form, dumped):
        loaded.save()
    assert raw(message) == before and Message.objects.get().text == "canary words"


def test_dumpdata_and_loaddata_round_trip(message: Message, tmp_path: Any) -> None:
    target = tmp_path / "messages.json"
    call_command("dumpdata", "desk.message", output=str(target), verbosity=0)
    assert "canary" not in target.read_text()
    Message.objects.all().update(text=None)
    call_command("loaddata", str(target), verbosity=0)
    assert Message.objects.get().text == "canary words"


def test_a_fixture_of_another_row_or_in_plain_is_refused(message: Message) -> None:
    (row,) = json.loads(serializers.serialize("json", Message.objects.all()))
    moved = {**row, "pk": str(new_id())}
    plain = {**row, "fields": {**row["fields"], "text": "plain words"}}
    broken = {**row, "fields": {**row["fields"], "text": "sealed:no base64!"}}
    for bad, error in ((moved, CannotOpen), (plain, SealedFieldMisuse), (broken, DeserializationError)):
        with pytest.raises(error), transaction.atomic():
            load(json.dumps([bad]))


def test_words_not_saved_yet_are_not_dumped(message: Message) -> None:
    message.text = "two"
    with pytest.raises(SealedFieldMisuse, match=r"save\(\)"):
        serializers.serialize("json", [message])


# -- forms


def test_a_form_shows_and_saves_the_words(message: Message) -> None:
    form_class: Any = modelform_factory(Message, fields=["text", "parties"])
    row = Message.objects.get()
    assert form_class(instance=row).initial["text"] == "canary words"
    form = form_class({"text": "sealed:AAAA", "parties": '{"from": null}'}, instance=row)
    assert form.is_valid(), form.errors
    form.save()
    saved = Message.objects.get()
    assert (saved.text, saved.parties) == ("sealed:AAAA", {"from": None})
    assert b"AAAA" not in raw(saved)


def test_validators_and_blank_hold(personas: Personas) -> None:
    draft: Any = modelform_factory(Draft, fields=["text"])
    assert not draft({"text": ""}).is_valid()


# -- the declaration


@isolate_apps("aureole.vault")
def test_options_that_cannot_be_sealed_are_found_when_the_program_starts() -> None:
    class Odd(models.Model):
        person_id = models.UUIDField()
        one = SealedTextField(db_default="plain")
        two = SealedTextField(unique=True)
        three = SealedTextField(db_index=True)
        four = SealedJSONField(keys=("a",))
        five = SealedTextField(default="sealed when saved")

        class Meta:
            app_label = "vault"
            ordering = ("-four",)

        def __str__(self) -> str:
            return "odd"

    found = [trouble.id for trouble in Odd.check() if (trouble.id or "").startswith("vault.")]
    assert found == ["vault.E001", "vault.E002", "vault.E002", "vault.E002"]


def test_a_bare_json_value_is_refused(message: Message) -> None:
    message.parties = 7
    with pytest.raises(SealedFieldMisuse, match="object or a list"):
        message.save()


def test_the_column_is_bytea_and_holds_no_default(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type, column_default FROM information_schema.columns "
            "WHERE table_name = 'desk_message' AND column_name = 'text'"
        )
        assert cursor.fetchone() == ("bytea", None)
