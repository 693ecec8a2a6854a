"""Walks a command through a failure at each of its steps, and checks what must hold after every one."""

from __future__ import annotations

import copy
import os
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import connections
from psycopg.pq import TransactionStatus

from aureole.kernel.errors import AureoleError
from aureole.testing.interruptions import EVERY_KIND, How, Interruption, Kind, Step, fail_at
from aureole.testing.invariants import World, hold
from aureole.testing.snapshot import snapshot
from aureole.vault.epochs import forget_epochs
from aureole.vault.keyring import keyring
from aureole.vault.system_keys import forget_system_keys
from aureole.vault.wrapping_keys import forget_wrapping_keys

C = TypeVar("C")
_MOST_STEPS = 5000


@dataclass(frozen=True, kw_only=True)
class Rehearsal(Generic[C]):
    """A command to be interrupted.

    prepare   makes what a round needs and gives it to the others; once, never interrupted. Every round begins there
    run       the command
    retry     what whoever gave the command does when it failed; by default the same again
    finished  asserts that it is done once, and rightly
    world     what the invariants look at
    forget    lets go of what lies outside of the databases and folders (mail that a server took)
    at_least  so many steps the command surely has: a counter that sees fewer is broken
    """

    name: str
    prepare: Callable[[], C]
    run: Callable[[C], object]
    finished: Callable[[C], None]
    at_least: int
    retry: Callable[[C], object] | None = None
    world: World = field(default_factory=lambda: World())
    forget: Callable[[], None] = lambda: None


def every_step(
    rehearsal: Rehearsal[C],
    *,
    how: How,
    kinds: Collection[Kind] = EVERY_KIND,
    stride: int = 1,
    at_least: int | None = None,
) -> list[Step]:
    """Fail at step 1, 2, 3 … until the command runs through untouched; gives the steps that failed.

    stride    2 takes every second step, and so on: for a suite that must be fast, while the drills take all
    at_least  another number than the rehearsal's, when `kinds` or `stride` leave steps out

    Each round finds the same instance: what was prepared is put back before it. Rounds that left their traces made
    the next command longer, up to a replay that gained more steps with each round than were walked.
    After each failure: a new start, the invariants, the retry, the invariants, and `finished`. Needs databases
    that commit (`transactional_db`). Raises AssertionError that names the step.
    """
    failed: list[Step] = []
    case = rehearsal.prepare()
    with snapshot() as prepared:
        for number in range(1, _MOST_STEPS, stride):
            prepared.put_back()
            rehearsal.forget()
            rehearsal.world.log.clear()
            step = _round(rehearsal, copy.deepcopy(case), number, how, kinds)
            if step is None:
                break
            failed.append(step)
    least = rehearsal.at_least if at_least is None else at_least
    assert len(failed) >= least, f"{rehearsal.name}: only {len(failed)} steps seen, at least {least} expected"
    return failed


def _round(rehearsal: Rehearsal[C], case: C, number: int, how: How, kinds: Collection[Kind]) -> Step | None:
    """The step that failed, after everything was well in the end; None when the command has fewer steps."""
    step = _fail(rehearsal, case, number, how, kinds)
    try:
        if step is not None:
            hold(rehearsal.world)
            (rehearsal.retry or rehearsal.run)(case)
        hold(rehearsal.world)
        rehearsal.finished(case)
    except Exception as trouble:
        raise AssertionError(f"{rehearsal.name}, {how} at {step or 'no step'}: {trouble}") from trouble
    return step


def _fail(rehearsal: Rehearsal[C], case: C, number: int, how: How, kinds: Collection[Kind]) -> Step | None:
    """As in a process of its own: no keys in memory at the start, no connections left at the end."""
    forget_keys()
    if how == How.KILLED:
        close_connections()  # the child must not speak through its parent's
        return _run_killed(rehearsal, case, number, kinds)
    try:
        return _run(rehearsal, case, number, how, kinds)
    finally:
        forget_keys()
        renew_connections()


def forget_keys() -> None:
    """A new process has no keys in memory, so each round asks for them and each request may fail."""
    keyring.evict()
    forget_system_keys()
    forget_wrapping_keys()
    forget_epochs()


def close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()


def renew_connections() -> None:
    """As new ones: no transaction, lock, setting or temporary table is left of what a session did.

    DISCARD ALL is the server's own word for it. A connection that was cut, or that is in the midst of a transaction,
    is closed. A new process of the server reads its catalogue anew, which costs as much as the round that comes.
    """
    for connection in connections.all(initialized_only=True):
        driver = connection.connection
        if driver is None or driver.closed or driver.info.transaction_status != TransactionStatus.IDLE:
            connection.close()
            continue
        with connection.cursor() as cursor:
            cursor.execute("DISCARD ALL")
        connection.init_connection_state()


def _run(rehearsal: Rehearsal[C], case: C, number: int, how: How, kinds: Collection[Kind]) -> Step | None:
    with fail_at(number, how=how, kinds=kinds) as interruption:
        try:
            rehearsal.run(case)
        except Exception as trouble:  # noqa: BLE001  whatever layer it came from
            _refuse_other_trouble(interruption, trouble)
    return interruption.failed


def _refuse_other_trouble(interruption: Interruption, trouble: Exception) -> None:
    """A refusal in the product's own words is an answer; anything else must be the failure itself."""
    if interruption.failed is None:
        raise AssertionError(f"it failed untouched: {trouble!r}") from trouble
    if not isinstance(trouble, AureoleError) and not interruption.explains(trouble):
        raise AssertionError(f"at {interruption.failed} something else broke: {trouble!r}") from trouble


def _run_killed(rehearsal: Rehearsal[C], case: C, number: int, kinds: Collection[Kind]) -> Step | None:
    """In a child process, with connections of its own, that kills itself at the step."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _die_trying(rehearsal, case, number, kinds, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        kind, _, what = said.partition("\n")
        return Step(number, Kind(kind), what)
    assert os.waitstatus_to_exitcode(status) == 0, f"{rehearsal.name} failed untouched: {said}"
    return None


def _die_trying(rehearsal: Rehearsal[C], case: C, number: int, kinds: Collection[Kind], pipe: int) -> None:
    """Never returns: the parent's clearing up is not the child's business."""

    def tell(step: Step) -> None:
        os.write(pipe, f"{step.kind}\n{step.what}".encode())

    try:
        with fail_at(number, how=How.KILLED, kinds=kinds, before_kill=tell):
            rehearsal.run(case)
    except BaseException:  # noqa: BLE001  whatever it is, the parent must hear of it
        os.write(pipe, traceback.format_exc().encode()[-4000:])
        os._exit(1)
    os._exit(0)
