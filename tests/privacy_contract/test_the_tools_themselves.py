"""A tool that cannot find anything proves nothing: each invariant and each kind of step is shown what it must see."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import InboundMail, InboundState
from aureole.desk.models import Message, Tag
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Away
from aureole.people.models import Identifier, Person
from aureole.privacy.erasure.begin import begin_erasure
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.models import Erasure
from aureole.testing.interruptions import How, Kind, fail_at
from aureole.testing.invariants import INVARIANTS, World, hold
from aureole.testing.personas import Personas
from aureole.testing.rehearsal import Rehearsal, every_step, forget_keys, renew_connections
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys, fence, mint
from aureole.vault.models import SealedFile

WORD = "Quorvanthe"
RAW = f"From: {WORD} <q@x.example>\r\nMessage-ID: <1@x>\r\n\r\nHello from {WORD}".encode()


def _lose_a_mail(world: World) -> None:
    InboundMail.objects.update(message=None)


def _double_a_mail(world: World) -> None:
    mail = InboundMail.objects.get()
    mail.pk, mail.identity = uuid.uuid4(), b"other"
    mail.save(force_insert=True)


def _move_a_sealed_value(world: World) -> None:
    first, second = Identifier.objects.order_by("pk")[:2]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_identifier SET value = (SELECT value FROM people_identifier WHERE id = %s) WHERE id = %s",
            [first.pk, second.pk],
        )


def _lose_a_file(world: World) -> None:
    SealedFile.objects.create(
        person_id=uuid.uuid4(),
        group=1,
        size=1,
        envelope=b"x",
        stored_as="0" * 32,
        created_at="2026-01-01T00:00Z",
    )


def _fence_one_group(world: World) -> None:
    person = Person.objects.first()
    assert person is not None
    fence(person.id, [KeyGroup.IDENTITY])


def _write_in_plain(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO desk_tag (id, name) VALUES (%s, %s)", [uuid.uuid4(), WORD.encode().hex()])


def _lose_an_entry(world: World) -> None:
    world.log.append((0, "an entry that was there a moment ago"))


def _certify_what_is_not_done(world: World) -> None:
    running = Person.objects.latest("created_at")
    done = Personas().person("Bo Ek")
    certificate = erase_person(done.id, by=Actor.operator(), reason="").certificate
    erasure = begin_erasure(person_id=running.id, by=Actor.operator(), reason="")
    Erasure.objects.filter(pk=erasure.pk).update(certificate=certificate)


def _send_twice(world: World) -> None:
    world.sent = lambda: ["the same", "the same"]


_BREAKING: dict[str, Callable[[World], None]] = {
    "no_acknowledged_mail_is_missing": _lose_a_mail,
    "no_mail_is_two_messages": _double_a_mail,
    "every_sealed_value_opens_or_its_person_is_fenced": _move_a_sealed_value,
    "every_file_row_has_its_file": _lose_a_file,
    "no_fenced_person_has_a_key": _fence_one_group,
    "nothing_rests_in_plain": _write_in_plain,
    "the_log_only_grows": _lose_an_entry,
    "a_certificate_stands_for_a_done_erasure": _certify_what_is_not_done,
    "nothing_leaves_twice": _send_twice,
}


@pytest.mark.parametrize("name", [check.__name__ for check in INVARIANTS])
def test_an_invariant_sees_what_breaks_it(name: str, personas: Personas) -> None:
    world = World(texts=[WORD])
    assert receive_mail(raw=RAW).state == InboundState.ACCEPTED
    personas.ticket(personas.person(f"{WORD} Exa"), text=WORD)
    hold(world)
    _BREAKING[name](world)
    with pytest.raises(AssertionError, match=name.replace("_", " ")):
        hold(world)


def _commands() -> dict[Kind, Callable[[], object]]:
    home = Path(settings.AUREOLE_HOME)

    def commit() -> None:
        with transaction.atomic():
            Message.objects.filter(pk=uuid.uuid4()).delete()

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM desk_tag")

    return {
        Kind.READ: lambda: Person.objects.count(),
        Kind.WRITE: write,
        Kind.COMMIT: commit,
        Kind.FILE: lambda: (home / "try").write_text("x"),
        Kind.ROOT_KEY: lambda: mint(uuid.uuid4(), [KeyGroup.IDENTITY]),
    }


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        (Kind.READ, OperationalError), (Kind.WRITE, OperationalError), (Kind.COMMIT, OperationalError),
        (Kind.FILE, OSError), (Kind.ROOT_KEY, Away),
    ],
)  # fmt: skip
def test_each_kind_of_step_is_seen_and_fails_as_its_layer_fails(
    transactional_db: None, kind: Kind, trouble: type[Exception]
) -> None:
    command = _commands()[kind]
    with fail_at(0, kinds={kind}) as untouched:
        command()
    assert untouched.seen
    forget_keys()
    with pytest.raises(trouble), fail_at(1, kinds={kind}) as interrupted:
        command()
    assert interrupted.failed == interrupted.seen[0]
    (Path(settings.AUREOLE_HOME) / "try").unlink(missing_ok=True)


@pytest.mark.parametrize(("how", "labels"), [(How.REFUSED, 0), (How.LOST, 1)])
def test_a_lost_commit_is_carried_out_and_a_refused_one_is_not(
    transactional_db: None, how: How, labels: int
) -> None:
    with (
        pytest.raises(OperationalError),
        fail_at(1, how=how, kinds={Kind.COMMIT}) as interrupted,
        transaction.atomic(),
    ):
        Tag.objects.create(name="zips")
    connection.close()
    assert interrupted.failed is not None
    assert interrupted.failed.what == "data: COMMIT"
    assert Tag.objects.count() == labels


def test_a_command_that_saves_twice_when_it_is_tried_again_is_caught(transactional_db: None) -> None:
    def finished(name: str) -> None:
        assert sum(str(person.name) == name for person in Person.objects.all()) == 1, "saved twice"

    careless = Rehearsal(
        name="careless", prepare=lambda: "Ada Exa", run=lambda name: Personas().person(name),
        finished=finished, at_least=1,
    )  # fmt: skip
    with pytest.raises(
        AssertionError, match=r"careless, lost at step \d+ \(commit: data: COMMIT\): saved twice"
    ):
        every_step(careless, how=How.LOST, kinds={Kind.COMMIT})


def test_a_killed_child_leaves_what_was_committed_and_nothing_more(transactional_db: None) -> None:
    parent = os.getpid()

    def run(address: str) -> None:
        assert os.getpid() != parent
        Personas().person("Ada", address)

    rehearsal = Rehearsal(
        name="add a person", prepare=lambda: "ada@x.example", run=run, at_least=2,
        retry=lambda address: Personas().person("Ada", address), finished=_assert_one,
    )  # fmt: skip
    steps = every_step(rehearsal, how=How.KILLED, kinds={Kind.COMMIT})
    assert {step.kind for step in steps} == {Kind.COMMIT}


def _assert_one(address: str) -> None:
    assert [str(i.value) for i in Identifier.objects.all()].count(address) == 1


def test_nothing_of_a_session_outlasts_the_round_it_served(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(7); SET search_path = nowhere; CREATE TEMP TABLE left_over (id int)"
        )
    renew_connections()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('search_path'), to_regclass('left_over'), "
            "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"
        )
        assert cursor.fetchone() == ('"$user", public', None, 0)


def test_too_few_steps_are_no_proof(transactional_db: None) -> None:
    idle: Rehearsal[int] = Rehearsal(
        name="idle",
        prepare=lambda: 0,
        run=lambda number: None,
        finished=lambda number: None,
        at_least=1,
    )
    with pytest.raises(AssertionError, match="only 0 steps seen"):
        every_step(idle, how=How.REFUSED)


def test_an_error_of_another_kind_is_not_taken_for_the_failure(transactional_db: None) -> None:
    def run(number: int) -> None:
        try:
            Person.objects.count()
        except OperationalError:
            raise ValueError("and then something else broke") from None
        erase_keys(uuid.uuid4(), [])

    rehearsal = Rehearsal(
        name="confused", prepare=lambda: 0, run=run, finished=lambda number: None, at_least=1
    )
    with pytest.raises(AssertionError, match="something else broke"):
        every_step(rehearsal, how=How.REFUSED)
