"""Rights that the engine itself carries out. Those that need a business module are filled in from above."""

from __future__ import annotations

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export.stored import make_export
from aureole.privacy.models import ExportPackage, RequestKind, RightsRequest
from aureole.privacy.rights.letters import say_farewell
from aureole.privacy.rights.ports import add_executor


class HandOver:
    """Access and portability: a package that waits sealed, to be fetched behind a fresh code."""

    def execute(
        self, request: RightsRequest, *, by: Actor, approved_by: Actor | None
    ) -> dict[str, int | str]:
        assert request.person_id is not None, "identity was established"
        made = ExportPackage.objects.filter(request_id=request.id).first()
        if made is None:
            made = make_export(request.person_id, by=by, request_id=request.id)
        return {"package": str(made.id), "sha256": made.sha256}


class Erase:
    """Erasure of what was counted and released, with the certificate in the request."""

    def execute(
        self, request: RightsRequest, *, by: Actor, approved_by: Actor | None
    ) -> dict[str, int | str]:
        if request.person_id is None:
            raise Refused(
                "request_unmatched", "The person of this request is gone already. Nothing was done."
            )
        say_farewell(request)
        outcome = erase_person(
            request.person_id,
            by=by,
            reason="",
            approved_by=approved_by if approved_by and approved_by.agent_id != by.agent_id else None,
            expected_hash=request.plan_hash,
        )
        return {
            "erasure": str(outcome.erasure_id),
            "items": sum(int(item["count"]) for item in outcome.erased),
            "residue": len(outcome.residue["places"]),
        }


def register() -> None:
    add_executor((RequestKind.ACCESS, RequestKind.PORTABILITY), HandOver())
    add_executor((RequestKind.ERASURE,), Erase())
