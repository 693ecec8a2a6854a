"""Who may do what: the only table of permissions. Actions ask `require`, pages ask `may`."""

from __future__ import annotations

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotPermitted

ADMIN, AGENT, PRIVACY_OFFICER, READ_ONLY = "admin", "agent", "privacy_officer", "read_only"
_WORKING = frozenset({ADMIN, AGENT, PRIVACY_OFFICER})
_EVERYONE = _WORKING | {READ_ONLY}
_PRIVACY = frozenset({ADMIN, PRIVACY_OFFICER})

PERMISSIONS: dict[str, frozenset[str]] = {
    "desk.read": _EVERYONE,
    "desk.open": _WORKING,
    "desk.reply": _WORKING,
    "desk.note": _WORKING,
    "desk.assign": _WORKING,
    "desk.change": _WORKING,
    "desk.brands": frozenset({ADMIN}),
    "people.read": _EVERYONE,
    "people.correct": _WORKING,
    "people.merge": _WORKING,
    "people.restricted": _PRIVACY,
    "people.restrict": _PRIVACY,
    "consent.record": _WORKING,
    "privacy.map": _EVERYONE,
    "privacy.explain": _EVERYONE,
    "privacy.export": _PRIVACY,
    "privacy.plan": _PRIVACY,
    "privacy.erase": _PRIVACY,
    "privacy.hold": _PRIVACY,
    "privacy.inform": _PRIVACY,
    "privacy.consult": _PRIVACY,
    "privacy.retention": _PRIVACY,
    "privacy.residue": _PRIVACY,
    "privacy.log": _PRIVACY,
    "privacy.breach": _PRIVACY,
    "privacy.suppression": _PRIVACY,
    "rights.read": _PRIVACY,
    "rights.open": _WORKING,
    "rights.handle": _PRIVACY,
    "rights.release": _PRIVACY,
    "mail.quarantine": _WORKING,
    "staff.manage": frozenset({ADMIN}),
}


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor may. The operator at the command line and the program itself may everything.

    Raises KeyError for a permission that is not in the table.
    """
    roles = PERMISSIONS[permission]
    return actor.kind in ("operator", "system") or (actor.kind == "agent" and actor.role in roles)


def require(actor: Actor, permission: str) -> None:
    """Raises NotPermitted unless the actor may."""
    if not may(actor, permission):
        raise NotPermitted(
            "not_permitted",
            "Your role does not include this. Nothing was changed; ask an administrator if you need it.",
        )
