"""What is held of consents and objections."""

from __future__ import annotations

from aureole.privacy.declare import CODES, holds, plain, sealed
from aureole.privacy.models import Consent, Objection
from aureole.privacy.vocabulary import Purpose, declare_purpose

declare_purpose(
    Purpose(
        key="news",
        label="News and offers",
        basis="consent",
        words="to send news and offers to those who asked for them",
        marketing=True,
    )
)
holds(
    Consent,
    person="person_id",
    label="Consents",
    purpose="accountability",
    retention="customer",
    source="the person",
    fields={
        "wording": sealed("user.content.private", label="Words agreed to"),
        "purpose": plain("system.operations", label="Purpose", because=CODES),
        "version": plain(
            "system.operations", label="Version", because="the name of a text that many people saw"
        ),
        "language": plain("user.demographic.language", label="Language", because="a code many people share"),
        "channel": plain("system.operations", label="Given", because=CODES),
        "proof": plain("system.operations", label="Proof", because=CODES),
        "end": plain("system.operations", label="Ended by", because=CODES),
    },
)
holds(
    Objection,
    person="person_id",
    label="Objections",
    purpose="accountability",
    retention="customer",
    source="the person",
    fields={"purpose": plain("system.operations", label="Purpose", because=CODES)},
)
