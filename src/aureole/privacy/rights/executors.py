"""Rights that the engine itself carries out. Those that need a business module are filled in from above."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.anonymising.run import begin_anonymising
from aureole.privacy.erasure.begin import Beginning, begin_erasure
from aureole.privacy.erasure.run import Outcome, carry_out, load
from aureole.privacy.export.stored import make_answer
from aureole.privacy.holds.guard import delete_together_with_others, in_force
from aureole.privacy.models import (
    Erasure,
    ExportPackage,
    RequestKind,
    RequestState,
    RequestStep,
    RightsRequest,
)
from aureole.privacy.redaction.deciding import counts_of
from aureole.privacy.rights.farewell import (
    FOUND_RUNNING,
    send_farewell,
    try_again_later,
    waits_until,
    write_farewell,
)
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.plans import keeps_conversations
from aureole.privacy.rights.ports import add_executor
from aureole.privacy.rights.releasing import release_of
from aureole.privacy.transfer.actions.send_package import begin_transfer
from aureole.privacy.transfer.errors import TROUBLES


class HandOver:
    """Access and portability: a package that waits sealed, to be fetched behind a fresh code."""

    def execute(
        self, request: RightsRequest, *, by: Actor, approved_by: Actor | None
    ) -> dict[str, int | str]:
        made = make_answer(request, by)
        if request.goes_to is not None:
            self._send_on(request, made, by)
        return {"package": str(made.id), "sha256": made.sha256, **counts_of(request.id)}

    def _send_on(self, request: RightsRequest, package: ExportPackage, by: Actor) -> None:
        """Art. 20(2). A peer that was removed meanwhile keeps nobody from their copy; the request says so."""
        assert request.goes_to is not None, "the caller has looked"
        with transaction.atomic():
            row = locked(request.id)
            try:
                begin_transfer(row, package, request.goes_to, by=by)
            except NotFound:
                if not RequestStep.objects.filter(request=row, what="not_delivered").exists():
                    move(row, "not_delivered", by=by, reason=TROUBLES["peer_removed"])


class Erase:
    """Erasure of what was counted and released, with the certificate in the request; or an anonymisation.

    Which erasure it is stands in the request from its first moment on: the request loses its person on the way,
    and a run after a crash has to find what it had begun.
    """

    def execute(
        self, request: RightsRequest, *, by: Actor, approved_by: Actor | None
    ) -> dict[str, int | str]:
        outcome = self._erase(request, by, approved_by)
        begun = RightsRequest.objects.only("outcome").get(pk=request.pk).outcome or {}
        unsent = {"unsent": begun["unsent"]} if begun.get("unsent") else {}
        return unsent | {
            "erasure": str(outcome.erasure_id),
            "items": sum(int(item["count"]) for item in outcome.erased),
            "residue": len(outcome.residue["places"]),
        }

    def _erase(self, request: RightsRequest, by: Actor, approved_by: Actor | None) -> Outcome:
        begun = (request.outcome or {}).get("erasure")
        erasure = load(uuid.UUID(begun)) if begun else self._started(request, by, approved_by)
        if request.person_id is not None and not in_force().filter(person_id=request.person_id).exists():
            self._say_farewell(
                request, erasure
            )  # their addresses are still there, and no hold makes it too early
        return carry_out(erasure.id)

    def _started(self, request: RightsRequest, by: Actor, approved_by: Actor | None) -> Erasure:
        if request.person_id is None:
            raise Refused(
                "request_unmatched", "The person of this request is gone already. Nothing was done."
            )
        with transaction.atomic():
            delete_together_with_others()
            if locked(request.pk).state != RequestState.EXECUTING:
                raise Refused("request_state", "It was stopped meanwhile. Nothing was erased.")
            found = Erasure.objects.filter(person_id=request.person_id).exists()
            erasure = self._begin(request, request.person_id, by, approved_by)
            write_farewell(request, kept_away_until=erasure.kept_away_until)
            outcome = {"erasure": str(erasure.id)} | ({FOUND_RUNNING: 1} if found else {})
            RightsRequest.objects.filter(pk=request.pk).update(outcome=outcome)
        request.outcome = outcome
        return erasure

    def _say_farewell(self, request: RightsRequest, erasure: Erasure) -> None:
        """Raises Refused while the erasure waits for the letter; the worker goes on by itself."""
        unsent = send_farewell(request)
        until = waits_until(request, erasure)
        kept = {FOUND_RUNNING: 1} if FOUND_RUNNING in (request.outcome or {}) else {}
        outcome: dict[str, int | str] = {"erasure": str(erasure.id), **kept}
        if unsent:
            outcome |= {"unsent": unsent}
        if until is not None:
            outcome |= {"waits_until": until.isoformat()}
        RightsRequest.objects.filter(pk=request.pk).update(outcome=outcome)
        if until is not None:
            try_again_later(request)
            raise Refused(
                "farewell_waits",
                "The mail server takes nothing now, so the last letter to the person waits, and their erasure with it: "
                f"until {until:%Y-%m-%d %H:%M} UTC at the latest. Nobody can use their data meanwhile; it goes on by "
                "itself.",
            )

    def _begin(
        self, request: RightsRequest, person_id: uuid.UUID, by: Actor, approved_by: Actor | None
    ) -> Erasure:
        """Whoever carries it out only sets going what was released: it is the program that does it then."""
        doer = Actor.system() if by.kind == "agent" else by
        given: dict[str, Any] = {
            "person_id": person_id, "by": doer, "reason": "", "approved_by": approved_by,
            "expected_hash": request.plan_hash,
        }  # fmt: skip
        if keeps_conversations(request):
            return begin_anonymising(**given, request=request.number, approval=release_of(request))
        kind = Beginning(request=request.number, approval=release_of(request))
        return begin_erasure(**given, kind=kind)


def register() -> None:
    add_executor((RequestKind.ACCESS, RequestKind.PORTABILITY), HandOver())
    add_executor((RequestKind.ERASURE,), Erase())
