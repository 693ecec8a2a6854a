from __future__ import annotations

from django.conf import settings

from aureole.privacy.export.answer import workspace
from aureole.privacy.export.ports import others_around, own_addresses
from aureole.privacy.export.shield import Shield
from aureole.privacy.export.spans import Examiner
from aureole.privacy.ports import KnownAs


def our_addresses() -> tuple[str, ...]:
    """Addresses of the workspace itself, which may be shown to anybody."""
    return (str(getattr(settings, "AUREOLE_MAILBOX", "") or ""), *own_addresses())


def shield_around(known: KnownAs, examiner: Examiner | None = None) -> Shield:
    """The shield for what this person gets, with everybody who is around them."""
    return Shield(
        known, others_around(known.person_id), workspace=workspace(), ours=our_addresses(), examiner=examiner
    )
