"""Whoever was erased and is back in restored data: their rows go again, without their name being known."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.declare import declarations
from aureole.privacy.erasure import deleting
from aureole.privacy.erasure.calling_off import call_off, wait_for_its_turn
from aureole.privacy.erasure.places import deleted_last, rows_of
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.erasure.together import Keys, delete_together
from aureole.privacy.models import Erasure, ErasureState, RequestState, RightsRequest
from aureole.privacy.ports import directory, erasure_steps
from aureole.privacy.rights.actions.disown_request import disown_request
from aureole.vault.fences.journal import called_off, forget_images, still_begun
from aureole.vault.fences.models import FenceLine, LineKind
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys, states
from aureole.vault.keystore.models import KeyState, PersonKey

_BATCH = 500
Tally = Callable[[Counter[str]], None]
_REASON = "The erasure had begun before the data was restored to an earlier day; it is carried out again."


def fence_again() -> int:
    """Every key the list names is fenced and destroyed in this key store too; returns how many were alive."""
    lines = FenceLine.objects.filter(kind=LineKind.FENCED).order_by("number")
    alive = 0
    for person_id, detail in lines.values_list("person_id", "detail").iterator():
        assert person_id is not None, "a fence is somebody's"
        groups = [KeyGroup(code) for code in detail["groups"]]
        held = states(person_id)
        if any(held.get(group) != KeyState.ERASED for group in groups):
            alive += erase_keys(person_id, groups)
        if KeyGroup.IDENTITY in groups:
            forget_images(person_id)  # a list that came with a backup may still have some
    return alive


def erased_with_rows() -> Iterator[uuid.UUID]:
    """Erased persons of whom this data holds anything, however long the list is: batch by batch."""
    remaining = iter(_erased())
    while batch := list(islice(remaining, _BATCH)):
        back = {person for found in _of_batch(batch) for person in found}
        yield from sorted(person for person in back if _is_erased(person))


def _erased() -> Iterator[uuid.UUID]:
    """By the list, and by the key store for what was erased before there was a list."""
    fenced = PersonKey.objects.filter(group=KeyGroup.IDENTITY, state=KeyState.ERASED).order_by("person_id")
    yield from fenced.values_list("person_id", flat=True).distinct().iterator()


def _of_batch(persons: Sequence[uuid.UUID]) -> Iterator[Iterable[uuid.UUID]]:
    for declaration in declarations():
        for path in (declaration.person, *declaration.references):
            rows = declaration.model._base_manager.filter(**{f"{path}__in": persons})
            yield rows.order_by().values_list(path, flat=True).distinct()


def _is_erased(person_id: uuid.UUID) -> bool:
    return states(person_id).get(KeyGroup.IDENTITY) == KeyState.ERASED


def erase_again(person_id: uuid.UUID, tally: Tally) -> None:
    """Everything a restore brought back of an erased person. Repeatable."""
    if _can_finish(person_id):
        return  # by `resume_begun`, with its proof
    subject = Subject.of(person_id)
    for step in erasure_steps():
        with transaction.atomic():
            tally(deleting.carry_out_step(step, subject))
    tally(deleting.delete_rows(person_id))
    with transaction.atomic():
        tally(Counter({"procrastinate_jobs": deleting.delete_jobs(person_id)}))
    erase_keys(person_id, list(KeyGroup))
    with transaction.atomic():
        last = {d.model: Keys.of(rows_of(d, person_id)) for d in deleted_last()}
        tally(delete_together(last))
        Erasure.objects.filter(person_id=person_id).update(
            state=ErasureState.DONE, step="done", person_id=None, known_as=None, finished_at=now()
        )


def _can_finish(person_id: uuid.UUID) -> bool:
    """An erasure interrupted when the backup was made, that still has the key to what it needs."""
    running = Erasure.objects.filter(person_id=person_id, state=ErasureState.RUNNING)
    return running.exists() and states(person_id).get(KeyGroup.EVIDENCE) == KeyState.ACTIVE


def resume_begun() -> tuple[int, int]:
    """Erasures that were decided and not finished: carried out in full, with certificate.

    Needs the indexes, to find mentions. Returns how many were, and how many were refused (a hold, the last
    administrator).
    """
    _end_what_was_called_off()
    done = refused = 0
    for erasure_id in list(Erasure.objects.filter(state=ErasureState.RUNNING).values_list("pk", flat=True)):
        try:
            carry_out(erasure_id)
            done += 1
        except Refused:  # a hold that came with the backup: it wins until somebody releases it
            refused += 1
    for person_id in still_begun():
        if _is_erased(person_id) or not directory().exists(person_id):
            continue
        try:
            erase_person(person_id, by=Actor.system(), reason=_REASON)
            done += 1
        except Refused:
            refused += 1
    return done, refused


def _end_what_was_called_off() -> None:
    """Somebody said that they had never asked for it, after the backup was made in which it waits."""
    ended = called_off()
    for erasure_id in list(Erasure.objects.filter(state=ErasureState.RUNNING).values_list("pk", flat=True)):
        if erasure_id not in ended:
            continue
        asked = RightsRequest.objects.filter(
            state=RequestState.EXECUTING, outcome__contains={"erasure": str(erasure_id)}
        )
        for request_id in list(asked.values_list("pk", flat=True)):
            disown_request(request_id=request_id, by=Actor.system())
        with transaction.atomic():
            wait_for_its_turn()
            if Erasure.objects.filter(pk=erasure_id).exists():
                call_off(erasure_id, by=Actor.system())
