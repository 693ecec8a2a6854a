from __future__ import annotations

from aureole.ledger.types import EntryType, register
from aureole.staff.permissions import PERMISSIONS

ROLES = tuple(sorted(set().union(*PERMISSIONS.values())))

register(
    EntryType(name="staff.agent_added", words="added a staff account", enums={"role": ROLES}),
    EntryType(name="staff.employment_ended", words="closed a staff account: the employment ended"),
    EntryType(name="staff.signed_in", words="signed in", enums={"how": ("password", "link")}),
    EntryType(name="staff.sign_in_failed", words="failed to sign in"),
    EntryType(name="staff.link_made", words="made a sign-in link"),
)
