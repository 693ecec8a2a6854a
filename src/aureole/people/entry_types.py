from __future__ import annotations

from aureole.ledger.types import EntryType, register

SOURCES = ("email", "mentioned", "staff", "import")
FIELDS = (
    "name",
    "pronouns",
    "postal_address",
    "language",
    "time_zone",
    "organisation",
    "identifier",
    "birth_date",
    "relationship",
    "guardian",
)
# What a hidden value was needed for. Read as they stand, with blanks, by the person whose value it is.
SHOWN_FOR = (
    "to_answer_them",
    "to_call_or_send_something",
    "to_check_who_they_are",
    "to_correct_it",
    "to_handle_their_request",
)

register(
    EntryType(name="people.created", words="recorded a new person", enums={"source": SOURCES}),
    EntryType(name="people.corrected", words="corrected a person's data", enums={"field": FIELDS}),
    EntryType(
        name="people.correction_forgotten",
        words="forgot what a person's data was before it was corrected",
        enums={"field": FIELDS},
    ),
    EntryType(
        name="people.child_marked",
        words="noted that a person is a child",
        enums={"why": ("birth_date", "stated")},
    ),
    EntryType(name="people.no_child", words="noted that a person was taken for a child by mistake"),
    EntryType(name="people.came_of_age", words="noted that a person has come of age"),
    EntryType(name="people.guardian_recorded", words="recorded a guardian's consent"),
    EntryType(name="people.child_discarded", words="decided to erase a child's data"),
    EntryType(name="people.restricted", words="restricted the use of a person's data"),
    EntryType(
        name="people.release_announced",
        words="told a person that the restriction is going to be lifted",
        counts=("letters",),
    ),
    EntryType(name="people.released", words="lifted a restriction", enums={"how": ("letter", "otherwise")}),
    EntryType(
        name="people.merged", words="put another record of the same person into this one", counts=("rows",)
    ),
    EntryType(name="people.absorbed", words="put this record into another one of the same person"),
    EntryType(name="people.unmerged", words="took two merged records apart again", counts=("rows",)),
    EntryType(name="people.told_apart", words="decided that a similar record is somebody else's"),
    EntryType(
        name="people.shown",
        words="had a hidden value of a person's record shown",
        enums={"value": ("phone", "postal_address"), "reason": SHOWN_FOR},
    ),
    EntryType(name="people.listed", words="was shown a list of people", counts=("persons",)),
    EntryType(name="people.read", words="looked at a person's record", counts=("fields",)),
)
