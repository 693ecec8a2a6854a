from __future__ import annotations

from aureole.people.models import (
    Correction,
    Identifier,
    MergedPerson,
    MergeUndo,
    Organisation,
    Person,
    Site,
    Twin,
)
from aureole.privacy.declare import given, goes, holds, holds_nothing, plain, sealed, stays
from aureole.privacy.vocabulary import Purpose, Retention, declare_purpose, declare_retention

declare_purpose(
    Purpose(
        key="answer_enquiries",
        label="Answering",
        basis="contract",
        words="to answer what people ask us and to keep the thread of a conversation",
    ),
    Purpose(
        key="security",
        label="Security",
        basis="legitimate_interest",
        words="to keep accounts and the instance safe",
    ),
    Purpose(
        key="accountability",
        label="Accountability",
        basis="legal_duty",
        words="to show that personal data is processed as the law asks (GDPR Art. 5(2))",
    ),
    Purpose(
        key="employment",
        label="Staff accounts",
        basis="contract",
        words="to let staff sign in and do their work",
        staff=True,
    ),
)
declare_retention(
    Retention(
        key="suppression",
        label="erasure + 36 months",
        start="the erasure of whoever had the address",
        months=36,
    ),
    Retention(key="merge", label="30 days", start="the merge of two records", months=0),
    Retention(
        key="direct_contact", label="our answer + 3 months", start="our last answer to the person", months=3
    ),
    Retention(
        key="customer", label="customer + 3 months", start="the end of the customer relationship", months=3
    ),
    Retention(
        key="demo_request", label="last communication + 12 months", start="the last communication", months=12
    ),
    Retention(key="payment", label="processing + 3 months", start="the processing of the payment", months=3),
    Retention(key="staff", label="employment + 3 months", start="the end of the employment", months=3),
    Retention(key="export", label="7 days", start="the day it was made", months=0),
    Retention(key="session", label="14 days", start="the last sign-in", months=0),
    Retention(key="ledger", label="5 years", start="the entry, or the end of the proceeding", months=60),
)

holds(
    Person,
    person="id",
    label="Person",
    purpose="answer_enquiries",
    retention="customer",
    source="the person, or whoever wrote to us",
    fields={
        "name": sealed("user.name", label="Name"),
        "pronouns": sealed("user.demographic.gender", label="Pronouns"),
        "postal_address": sealed("user.contact.address", label="Postal address"),
        "time_zone": sealed("user.location", label="Time zone"),
        "birth_date": sealed("user.demographic.age_range", label="Date of birth"),
        "also_known_as": sealed("user.name", label="Also known as"),
        "guardian": sealed("user.contact", label="Who answers for the child"),
        "childhood": plain("system.operations", label="Child", because="one of three codes"),
        "language": plain("user.demographic.language", label="Language", because="a code many people share"),
        "status": plain("system.operations", label="Status", because="one of three codes"),
        "source": plain("system.operations", label="Came from", because="one of four codes"),
    },
    anonymous={
        "name": given(),
        "status": given(),
        "source": stays(),
        "created_at": given(),
        "language": goes(indirect=True),
        "organisation": goes(indirect=True),
        "site": goes(indirect=True),
        "pronouns": goes(),
        "postal_address": goes(),
        "time_zone": goes(),
        "birth_date": goes(),
        "guardian": goes(),
        "childhood": goes(),
        "child_since": goes(),
        "relationship_ended_on": goes(),
        "last_contact_on": goes(),
        "restricted_at": goes(),
        "also_known_as": goes(),
        "twins_sought": given(),
    },
)
holds(
    Identifier,
    person="person_id",
    label="Addresses and numbers",
    purpose="answer_enquiries",
    retention="customer",
    source="the person, or whoever wrote to us",
    fields={
        "value": sealed("user.contact", label="Address or number, as compared"),
        "shown": sealed("user.contact", label="Address or number"),
        "kind": plain("system.operations", label="Kind", because="one of three codes"),
        "origin": plain("system.operations", label="Came on file", because="one of five codes"),
    },
)
holds(
    Correction,
    person="person_id",
    label="What was corrected",
    purpose="accountability",
    retention="customer",
    source="what stood here before somebody corrected it",
    fields={
        "before": sealed("user", label="Until then"),
        "field": plain("system.operations", label="Field", because="one of a few codes"),
        "by_kind": plain("system.operations", label="Corrected by", because="one of a few codes"),
    },
)
holds(
    MergedPerson,
    person="person_id",
    label="Records merged into theirs",
    purpose="answer_enquiries",
    retention="customer",
    source="an agent",
    on_erase="delete_last",
    fields={},
)
holds(
    MergeUndo,
    person="person_id",
    label="What takes a merge apart again",
    purpose="answer_enquiries",
    retention="merge",
    source="made by the program",
    fields={
        "held": sealed(
            "user.name",
            label="The records as they were before",
            keys={"person": "user.name", "fields": "user.name"},
        ),
        "kept": sealed(
            "user.content.private",
            withheld="numbers of rows, and words that are exported where they count",
            keys={
                "origins": "system.operations",
                "moved": "system.operations",
                "steps": "user.content.private",
            },
        ),
    },
)
holds(
    Twin,
    person="person_id",
    label="Records that may be theirs too",
    purpose="answer_enquiries",
    retention="customer",
    source="made by the program",
    withheld="a guess that names somebody else; an officer settles it before a request is answered",
    fields={"sign": plain("system.operations", label="Sign", because="one of six codes")},
)
holds_nothing(
    Organisation,
    because="a legal person's name (GDPR recital 14); no natural person is described",
    columns=("name",),
)
holds_nothing(Site, because="a place of a legal person", columns=("name", "country"))
