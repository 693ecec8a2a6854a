"""A person gets fresh keys while others read and write."""

from __future__ import annotations

import os
import threading
import uuid

import pytest
from django.apps import apps
from django.db import connection, connections, transaction

from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.ids import new_id
from aureole.ledger.models import Entry, EntryDetail
from aureole.ledger.ports import confidant
from aureole.ledger.record import record
from aureole.people.actions.correct_person import correct_person
from aureole.people.models import Identifier, Person
from aureole.testing.canary import Canary, release_canary
from aureole.testing.personas import Personas
from aureole.vault import resealing
from aureole.vault.erased import ERASED
from aureole.vault.errors import Fenced, KeyRetired
from aureole.vault.fields import SealedField
from aureole.vault.files import read_file
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring
from aureole.vault.keys import erase_keys, is_fenced
from aureole.vault.keystore.models import PersonKey
from aureole.vault.models import SealedFile
from aureole.vault.resealing import Resealed, rotate_person_keys
from aureole.vault.resting import InPlace, Sealed
from aureole.vault.rewrapping import rotate_root_key
from aureole.vault.sealed_places import sealed_places
from aureole.vault.sealing import context, open_sealed, seal

OPERATOR = Actor.operator()
PLACE = context("table", "column", "row")


@pytest.fixture
def canary(transactional_db: None) -> Canary:
    """Somebody with a row in every table."""
    return release_canary(Personas())


@pytest.fixture
def ada(transactional_db: None) -> Person:
    """Somebody with a ticket, a file and lines in the log."""
    personas = Personas()
    ticket = personas.ticket()
    file = NewFile(name="pole.txt", content_type="text/plain", content=b"It is the lower part.")
    personas.message(ticket, ticket.requester, files=(file,))
    correct_person(person=ticket.requester, by=OPERATOR, pronouns="she", postal_address="Harbour 3")
    with transaction.atomic():
        record("privacy.explained", by=OPERATOR, person=ticket.requester.id, details={"reason": "she asked"})
    return ticket.requester


def _rotate(person_id: uuid.UUID, **options: object) -> Resealed:
    return rotate_person_keys(person_id, by=OPERATOR, age=0.0, **options)  # type: ignore[arg-type]


def _heads(person_id: uuid.UUID) -> dict[int, int]:
    """How many sealed values of all tables lie under which generation of the person's keys."""
    found: dict[int, int] = {}
    for place in sealed_places():
        for row in place.model._base_manager.all():
            for column in place.columns:
                value = row.__dict__.get(column)
                token = value.token if isinstance(value, Sealed) else bytes(value or b"")
                if token[4:20] == person_id.bytes:
                    generation = int.from_bytes(token[2:4], "big")
                    found[generation] = found.get(generation, 0) + 1
    return found


def _everything_readable(person_id: uuid.UUID) -> dict[str, object]:
    """Every sealed value of every row of the person, opened."""
    words: dict[str, object] = {}
    for place in sealed_places():
        for row in place.model._base_manager.filter(**{place.person_field: person_id}):
            for column in place.columns:
                if isinstance(place.model._meta.get_field(column), SealedField):
                    words[f"{place.label}.{column}.{row.pk}"] = getattr(row, column)
    for file in SealedFile.objects.filter(person_id=person_id):
        words[f"file.{file.pk}"] = read_file(file)
    for detail in EntryDetail.objects.filter(person_id=person_id).select_related("entry"):
        opened = confidant().open_detail(person_id, detail.entry.uid, bytes(detail.sealed))
        words[f"detail.{detail.pk}"] = opened
    return words


def test_every_value_is_sealed_anew_and_reads_as_before(canary: Canary) -> None:
    person = canary.person.id
    before, pseudonym = _everything_readable(person), confidant().pseudonym(person)
    wrapped = dict(PersonKey.objects.filter(person_id=person).values_list("group", "wrapped"))
    counted = _heads(person)
    assert list(counted) == [1] and counted[1] > 25
    done = _rotate(person)
    assert set(done.groups) == {"identity", "correspondence", "evidence"} and not done.resumed
    assert sum(done.values.values()) == counted[1] and _heads(person).keys() == {2}
    assert {"vault_sealed_file", "ledger_entry_detail", "people_person", "desk_message"} <= set(done.values)
    keyring.evict()
    assert _everything_readable(person) == before
    assert confidant().pseudonym(person) == pseudonym
    for key in PersonKey.objects.filter(person_id=person):
        assert key.generation == 2 and key.former is None and key.wrapped != wrapped[key.group]
    entry = Entry.objects.get(type="vault.person_key_rotated")
    assert bytes(entry.person or b"") == pseudonym and entry.facts == {"groups": 3, "values": counted[1]}


def test_the_former_key_is_gone_and_older_copies_do_not_open(ada: Person) -> None:
    person = ada.id
    token = seal(b"copy", person_id=person, group=KeyGroup.IDENTITY, place=PLACE)
    _rotate(person)
    with pytest.raises(KeyRetired):
        open_sealed(token, place=PLACE)
    keyring.evict()
    with pytest.raises(KeyRetired):
        open_sealed(token, place=PLACE)


def test_twice_over_and_with_a_new_root_in_between_counts_on(ada: Person) -> None:
    person = ada.id
    before = _everything_readable(person)
    _rotate(person)
    assert rotate_root_key(by=OPERATOR).under_former == 0
    _rotate(person)
    assert _heads(person).keys() == {3} and _everything_readable(person) == before


def test_whoever_reads_and_writes_meanwhile_meets_no_unreadable_value(ada: Person) -> None:
    """At every step: what was there reads, what is written then reads afterwards, under the fresh key."""
    person = ada.id
    before = _everything_readable(person)
    steps: list[str] = []

    def look(step: str) -> None:
        steps.append(step)
        assert _everything_readable(person) == before
        row = Person.objects.get(pk=person)
        row.pronouns = before[f"people_person.pronouns.{person}"]
        row.save()

    _rotate(person, progress=look)
    assert len(steps) >= 4 and _heads(person).keys() == {2} and _everything_readable(person) == before


def test_a_row_read_before_and_saved_after_the_rotation_is_not_saved_under_the_gone_key(
    ada: Person,
) -> None:
    stale = Person.objects.get(pk=ada.id)
    name = str(Person.objects.get(pk=ada.id).name)

    def save_stale(step: str) -> None:
        if step == "destroying the former keys":  # nobody looks for values under them any more
            stale.save()

    _rotate(ada.id, progress=save_stale)
    keyring.evict()
    assert Person.objects.get(pk=ada.id).name == name and _heads(ada.id).keys() == {2}


def test_a_transaction_that_still_writes_under_the_former_key_is_waited_for(ada: Person) -> None:
    """It sealed with the key it held and commits late; its value must not be lost."""
    person, late = ada.id, new_id()
    tokens = [
        seal(b"late@x.example", person_id=person, group=KeyGroup.IDENTITY, place=_place(column, late))
        for column in ("value", "shown")
    ]
    wrote, go_on = threading.Event(), threading.Event()

    def write_late() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO people_identifier (id, person_id, kind, value, shown, origin, created_at) "
                    "VALUES (%s, %s, 'email', %s, %s, 'own', now())",
                    [late, person, *tokens],
                )
                wrote.set()
                go_on.wait(10)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write_late)

    def progress(step: str) -> None:
        if step.startswith("waiting until"):  # after the first pass
            writer.start()
            wrote.wait(10)
        if step == "waiting for open transactions":
            threading.Timer(0.2, go_on.set).start()

    _rotate(person, progress=progress, sleep=_short_sleep)
    writer.join()
    keyring.evict()
    assert Identifier.objects.get(pk=late).value == "late@x.example"


def _short_sleep(seconds: float) -> None:
    threading.Event().wait(min(seconds, 0.05))


def _place(column: str, row: uuid.UUID) -> bytes:
    return context("people_identifier", column, row)


def test_one_that_stays_open_for_too_long_keeps_the_former_key_and_says_so(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "LONGEST_WAIT", 0.1)
    begun, end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                begun.set()
                end.wait(10)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(10)
    before = _everything_readable(ada.id)
    with pytest.raises(Refused) as refusal:
        _rotate(ada.id)
    end.set()
    holder.join()
    assert refusal.value.code == "person_keys_in_use" and _everything_readable(ada.id) == before
    assert _rotate(ada.id).resumed and _everything_readable(ada.id) == before


@pytest.mark.parametrize(
    "step", ["sealing anew", "waiting until", "waiting for open", "destroying the former"]
)
def test_killed_at_any_step_it_goes_on(ada: Person, step: str) -> None:
    person = ada.id
    before = _everything_readable(person)

    def die(now: str) -> None:
        if now.startswith(step):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _rotate(person, progress=die)
    keyring.evict()
    assert _everything_readable(person) == before
    done = _rotate(person)
    assert done.resumed and _heads(person).keys() == {2} and _everything_readable(person) == before
    assert not PersonKey.objects.filter(former__isnull=False).exists()


def test_a_value_in_a_row_that_names_somebody_else_is_not_lost(ada: Person) -> None:
    """It should not be there; before the key goes it is found all the same, in whatever table."""
    stray = Personas().person("Bo Ek")
    token = seal(
        b"hers", person_id=ada.id, group=KeyGroup.IDENTITY,
        place=context("people_person", "postal_address", stray.id),
    )  # fmt: skip
    Person.objects.filter(pk=stray.id).update(postal_address=InPlace(token))
    _rotate(ada.id, sleep=_short_sleep)
    assert Person.objects.get(pk=stray.id).postal_address == "hers"


def test_erased_while_it_runs_the_person_stays_erased(ada: Person) -> None:
    person = ada.id

    def erase(step: str) -> None:
        if step == "sealing anew":
            erase_keys(person, list(KeyGroup))

    with pytest.raises(Fenced):
        _rotate(person, progress=erase)
    assert is_fenced(person)
    row = PersonKey.objects.filter(person_id=person, group=KeyGroup.IDENTITY).get()
    assert row.wrapped is None and row.former is None and row.mark is None
    assert Person.objects.get(pk=person).name is ERASED


def test_an_erasure_destroys_every_generation_there_is(ada: Person) -> None:
    def die(now: str) -> None:
        if now.startswith("waiting until"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _rotate(ada.id, progress=die)
    old = bytes((2, KeyGroup.IDENTITY, 0, 1)) + ada.id.bytes + os.urandom(28)
    erase_keys(ada.id, list(KeyGroup))
    for key in PersonKey.objects.filter(person_id=ada.id):
        assert (key.wrapped, key.former, key.mark) == (None, None, None)
    assert open_sealed(old, place=PLACE) is None


def test_somebody_without_keys_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        _rotate(uuid.uuid4())


def test_every_sealed_column_names_its_person_by_a_column(db: None) -> None:
    """Else a rotation could not find the rows of one person."""
    for place in sealed_places():
        names = {field.attname for field in place.model._meta.concrete_fields} | {"pk"}
        assert place.person_field in names, f"{place.label}: {place.person_field} is no column"
    declared = {
        m._meta.db_table
        for m in apps.get_models()
        for f in m._meta.concrete_fields
        if isinstance(f, SealedField)
    }
    assert declared | {"vault_sealed_file", "ledger_entry_detail"} == {
        place.label for place in sealed_places()
    }
