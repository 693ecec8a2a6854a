from __future__ import annotations

from aureole.channels.email.models import FailureReason, QuarantineReason
from aureole.ledger.types import EntryType, register

register(
    EntryType(
        name="mail.quarantined",
        words="set a mail apart",
        enums={"reason": tuple(QuarantineReason.values)},
    ),
    EntryType(name="mail.quarantine_read", words="looked at a mail that was set apart", counts=("bytes",)),
    EntryType(name="mail.sent", words="handed a mail to the mail server", counts=("attempts",)),
    EntryType(
        name="mail.not_sent",
        words="could not send a mail",
        counts=("attempts",),
        enums={"reason": tuple(FailureReason.values)},
    ),
)
