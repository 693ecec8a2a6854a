"""What is held of requests, their steps, letters and codes."""

from __future__ import annotations

from aureole.privacy.declare import CODES, holds, holds_nothing, plain, sealed
from aureole.privacy.models import ChannelProof, RequestLetter, RequestPause, RequestStep, RightsRequest

holds(
    RightsRequest,
    person="subject_id",
    label="Requests",
    purpose="accountability",
    retention="ledger",
    source="the person",
    on_erase="detach",
    fields={
        "words": sealed("user.content.private", label="What was asked, in their words"),
        "contact": sealed("user.contact.email", label="Address given with the request"),
        "correction": sealed(
            "user.content.private",
            label="Correction asked for",
            keys={
                "name": "user.name",
                "pronouns": "user.demographic.gender",
                "postal_address": "user.contact.address",
                "birth_date": "user.demographic.age_range",
                "language": "user.demographic.language",
                "statement": "user.content.private",
            },
        ),
        "kind": plain("system.operations", label="Right", because=CODES),
        "state": plain("system.operations", label="State", because=CODES),
        "channel": plain("system.operations", label="Came by", because=CODES),
        "language": plain("user.demographic.language", because="a code many people share"),
        "law": plain("system.operations", label="Law", because=CODES),
        "scope": plain("system.operations", label="About", keys={"*": "system.operations"}, because=CODES),
        "plan": plain(
            "system.operations",
            because="counts by table",
            keys=dict.fromkeys(
                ("erase", "keep", "blockers", "stays", "apart", "needed"), "system.operations"
            ),
        ),
        "plan_hash": plain("system.operations", because="a hash of counts"),
        "outcome": plain("system.operations", keys={"*": "system.operations"}, because=CODES),
        "refusal": plain("system.operations", label="Ground of refusal", because=CODES),
    },
)
holds(
    RequestStep,
    person="subject_id",
    label="Steps of requests",
    purpose="accountability",
    retention="ledger",
    source="made by the program and by whoever worked on it",
    on_erase="detach",
    fields={
        "reason": sealed("user.content.private", label="Reason"),
        "what": plain("system.operations", label="Step", because=CODES),
        "by_kind": plain("system.operations", label="By", because=CODES),
    },
)
holds(
    RequestLetter,
    person="subject_id",
    label="Letters about requests",
    purpose="accountability",
    retention="ledger",
    source="made by the program",
    on_erase="detach",
    fields={
        "heading": sealed("user.content.private", label="Heading"),
        "text": sealed(
            "user.content.private", label="Text", withheld="may hold a code; gone once it is sent"
        ),
        "kind": plain("system.operations", label="Kind", because=CODES),
        "channel": plain("system.operations", label="By", because=CODES),
        "state": plain("system.operations", label="State", because=CODES),
    },
)
holds(
    ChannelProof,
    person="request__person_id",
    label="Proofs of an address",
    purpose="accountability",
    retention="ledger",
    source="made by the program",
    on_erase="detach",
    withheld="hashes of one-time codes",
    fields={
        "purpose": plain("system.operations", because=CODES),
        "code": plain(
            "user.authorization.credentials", because="an Argon2id hash of a code that has run out"
        ),
    },
)
holds_nothing(
    RequestPause, because="days and a code; the request it belongs to is declared", columns=("cause",)
)
