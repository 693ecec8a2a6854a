from __future__ import annotations

from aureole.channels.email.models import InboundMail, MessageIdentity, OutboundMail
from aureole.privacy.declare import holds, holds_outside, keyed, plain, sealed
from aureole.privacy.vocabulary import Retention, declare_retention

_CODE = "a code from a short list"

declare_retention(
    Retention(
        key="set_apart",
        label="arrival + 3 months",
        start="the arrival of a mail that was set apart",
        months=3,
    ),
)
holds(
    InboundMail,
    person="person_id",
    label="Mails received",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="the person, and our answers",
    fields={
        "mailbox": plain("system.operations", because="our own address", label="Our mailbox"),
        "identity": keyed(
            "user.unique_id", label="Digest of the mail", withheld="a keyed number that means nothing outside"
        ),
        "state": plain("system.operations", because=_CODE),
        "reason": plain("system.operations", because=_CODE),
    },
)
holds(
    MessageIdentity,
    person="person_id",
    label="Message identifiers",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="the person, and our answers",
    fields={
        "digest": keyed(
            "user.unique_id",
            label="Digest of the identifier",
            withheld="a keyed number that means nothing outside",
        ),
        "value": sealed("user.unique_id", label="Message-ID"),
    },
)
holds(
    OutboundMail,
    person="person_id",
    label="Mails sent",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="the person, and our answers",
    fields={
        "address": sealed("user.contact.email", label="Sent to"),
        "purpose": plain("system.operations", because=_CODE, label="Purpose"),
        "informs": plain("system.operations", because=_CODE, label="Also told"),
        "state": plain("system.operations", because=_CODE),
        "reason": plain("system.operations", because=_CODE),
    },
)
holds_outside(
    "outgoing mail server",
    label="Outgoing mail server",
    holds="our answers, on their way to the recipient",
    on_erase="nothing is sent any more; what was handed over is the recipient's and their provider's",
)
