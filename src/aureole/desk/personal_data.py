from __future__ import annotations

from aureole.desk.models import (
    Attachment,
    Brand,
    BrandAddress,
    Change,
    Draft,
    Message,
    Participant,
    Tag,
    Ticket,
    TicketStatistic,
)
from aureole.privacy.declare import (
    given,
    goes,
    holds,
    holds_nothing,
    hours_after,
    month,
    plain,
    redacted,
    sealed,
    stays,
)
from aureole.vault.models import SealedFile

_CODE = "a code from a short list"

holds(
    Ticket,
    person="requester_id",
    label="Tickets",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="the person, and our answers",
    on_erase="detach",
    fields={
        "subject": sealed("user.content.private", label="Subject"),
        "type": plain("system.operations", because=_CODE),
        "status": plain("system.operations", because=_CODE),
        "priority": plain("system.operations", because=_CODE),
        "channel": plain("system.operations", because=_CODE),
    },
    anonymous={
        "number": given(),
        "requester": given(),
        "subject": redacted(),
        "created_at": month(indirect=True),
        "type": stays(indirect=True),
        "channel": stays(indirect=True),
        "brand": stays(indirect=True),
        "team": stays(),
        "status": stays(),
        "priority": stays(),
        "assignee": stays(),
        "first_answered_at": hours_after("created_at"),
        "closed_at": month(),
        "updated_at": month(),
        "last_message_at": month(),
        "last_message": given(),
        "message_count": stays(),
        "restricted_until": stays(),
        "linked_to": goes(),
        "stranger": goes(),
    },
)
holds(
    Message,
    person="person_id",
    references=("author_id",),
    label="Messages",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="the person, and our answers",
    fields={
        "text": sealed("user.content.private", label="Text"),
        "new_text": sealed("user.content.private", label="New words"),
        "html": sealed("user.content.private", label="HTML form"),
        "excerpt": sealed("user.content.private", label="Excerpt"),
        "parties": sealed(
            "user.contact.email",
            label="Sender and recipients",
            keys={
                "from": "user.contact.email",
                "to": "user.contact.email",
                "cc": "user.contact.email",
                "reply_to": "user.contact.email",
                "named": "user.contact.email",
            },
        ),
        "kind": plain("system.operations", because=_CODE),
        "direction": plain("system.operations", because=_CODE),
        "delivery": plain("system.operations", because=_CODE),
        "language": plain("user.demographic.language", because="a code many people share"),
    },
    anonymous={
        "ticket": given(),
        "person": given(),
        "author": given(),
        "sent_at": month(indirect=True),
        "language": goes(indirect=True),
        "created_at": month(),
        "kind": stays(),
        "direction": stays(),
        "delivery": given(),
        "text": redacted(),
        "excerpt": given(),
        "new_text": goes(),
        "html": goes(),
        "parties": goes(),
    },
)
holds(
    Attachment,
    person="person_id",
    label="Attachments",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="the person, and our answers",
    fields={
        "name": sealed("user.content.private", label="File name"),
        "content_type": sealed("user.content.private", label="Kind of file"),
        "content_id": sealed("user.content.private", label="Place in the HTML"),
    },
    anonymous={
        "message": given(),
        "person": given(),
        "file": given(),
        "name": given(),
        "content_type": given(),
        "content_id": goes(),
        "position": stays(),
    },
)
holds(
    Participant,
    person="person_id",
    label="Conversations they were copied on",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="whoever wrote to us",
    fields={},
)
holds(
    Draft,
    person="person_id",
    label="Drafts of answers",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="an agent",
    fields={
        "text": sealed("user.content.private", label="Text"),
        "kind": plain("system.operations", because=_CODE),
    },
)
holds(
    SealedFile,
    person="person_id",
    label="Files",
    purpose="answer_enquiries",
    retention="direct_contact",
    source="the person, and our answers",
    fields={
        "envelope": sealed(
            "user.content.private", label="Key and hash", withheld="opens the file, which is exported"
        ),
        "inline": sealed("user.content.private", label="Content", withheld="exported as the file it is"),
        "stored_as": plain("system.operations", because="a random name", withheld="a random name"),
    },
)
holds_nothing(
    Change,
    because="codes and ids of tickets and agents; goes with the ticket",
    columns=("kind", "before", "after"),
)
holds_nothing(
    Brand,
    because="names the company writes under, and the mailbox answers leave from",
    columns=("code", "name", "address"),
)
holds_nothing(BrandAddress, because="mailboxes of the company", columns=("address",))
holds_nothing(Tag, because="words of the desk; addresses are refused", columns=("name",))
holds_nothing(
    TicketStatistic,
    because="figures of tickets whose requester was erased, by day; no person can be reached from them",
    columns=("type", "status", "priority", "channel"),
)
