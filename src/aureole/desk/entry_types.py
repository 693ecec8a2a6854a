from __future__ import annotations

from aureole.ledger.types import EntryType, register
from aureole.privacy.rights.vocabulary import KINDS

_STATUS = ("open", "waiting", "solved", "closed")
_CHANNEL = ("email", "staff")
_TYPE = ("question", "problem", "return", "order", "privacy", "demo")
_KIND = ("public", "note", "automatic", "bounce")

register(
    EntryType(name="desk.opened", words="opened a ticket", enums={"channel": _CHANNEL}),
    EntryType(name="desk.received", words="wrote to us", counts=("attachments",), enums={"kind": _KIND}),
    EntryType(name="desk.replied", words="answered", counts=("attachments", "recipients")),
    EntryType(name="desk.noted", words="added a note", counts=("attachments",)),
    EntryType(name="desk.assigned", words="assigned a ticket"),
    EntryType(name="desk.status_set", words="set a ticket's status", enums={"to": _STATUS}),
    EntryType(
        name="desk.priority_set",
        words="set a ticket's priority",
        enums={"to": ("low", "normal", "high", "urgent")},
    ),
    EntryType(name="desk.type_set", words="set a ticket's type", enums={"to": _TYPE}),
    EntryType(name="desk.right_dismissed", words="said that a mail is no request", enums={"right": KINDS}),
    EntryType(name="desk.age_dismissed", words="said that a mail does not tell of a child"),
    EntryType(name="desk.tagged", words="changed a ticket's labels", counts=("tags",)),
    EntryType(name="desk.brand_set", words="changed a ticket's brand"),
    EntryType(name="desk.brand_added", words="added a brand", counts=("addresses",)),
    EntryType(name="desk.brand_changed", words="changed a brand", counts=("addresses",)),
    EntryType(name="desk.brand_removed", words="took a brand out of use"),
    EntryType(
        name="desk.taken_in",
        words="took in a package from another instance",
        counts=("tickets", "messages", "files"),
    ),
    EntryType(name="desk.read", words="read a ticket", counts=("messages",)),
)
