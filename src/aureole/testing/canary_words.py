"""The words of the canary: one for each place, made from the place's name, found in no text on earth."""

from __future__ import annotations

import hashlib

_LETTERS = "bcdfghjklmnpqrstvwxz"
NAME = "Zyxela Quorvanth"
ADDRESS = "zyxela.quorvanth@canary-one.example"
SECOND = "zq@canary-two.example"
PHONE, PHONE_SHOWN = "+46701740699", "+46 (70) 174 06-99"
# Rests as a hash only, so it is found nowhere, before an erasure or after.
PASSWORD = "zq-canary-password-qx"  # noqa: S105


def mark(place: str) -> str:
    """Sixteen letters that belong to this place: no vowels, so it is a word in no language."""
    digest = hashlib.sha256(place.encode()).digest()
    return "zq" + "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:14])


_MARKED = (
    "people_person.pronouns", "people_person.postal_address", "people_identifier.value", "desk_ticket.subject",
    "desk_message.text", "desk_message.new_text", "desk_message.html", "desk_message.excerpt",
    "desk_message.parties.from", "desk_message.parties.to", "desk_message.parties.cc",
    "desk_message.parties.reply_to", "desk_attachment.name", "desk_attachment.content_type",
    "desk_attachment.content_id", "desk_draft.text", "vault_sealed_file.inline", "ledger_entry_detail.sealed",
    "email_message_identity.value", "privacy_request.words", "privacy_request.contact",
    "privacy_request.correction.name", "privacy_request.correction.pronouns",
    "privacy_request.correction.postal_address", "privacy_request.correction.language",
    "privacy_request.correction.statement", "privacy_request_step.reason", "privacy_request_letter.text",
    "privacy_hold.reason", "privacy_hold.release_reason", "privacy_disclosure.name", "privacy_disclosure.why",
    "privacy_recipient_notice.reason",
    "people_person.guardian", "people_correction.before",
    "privacy_consent.wording", "people_person.also_known_as", "people_merge_undo.held.person",
    "people_merge_undo.kept.steps", "privacy_answer_hit.remark", "privacy_answer_reading.former.remarks",
)  # fmt: skip
PLANTED = {place: mark(place) for place in _MARKED} | {
    "people_person.name": NAME,
    "people_merge_undo.held.fields": NAME,
    "people_person.birth_date": "1904-02-29",
    "privacy_request.correction.birth_date": "1903-08-27",
    "people_person.time_zone": "America/Argentina/ComodRivadavia",
    "people_identifier.shown": PHONE_SHOWN,
    "email_outbound_mail.address": ADDRESS,
    "privacy_erasure.known_as.names": NAME,
    "privacy_erasure.known_as.emails": ADDRESS,
    "privacy_erasure.known_as.phones": PHONE,
    "privacy_erasure.known_as.others": mark("people_identifier.value"),
}
"""Declared place ("table.column" or "table.column.key") to the string that `release_canary` puts there."""

IN_FILES = tuple(
    mark(place)
    for place in (
        "an answer's file",
        "file store",
        "an HTML file",
        "a picture in the HTML",
        "an attached mail",
    )
)
# Not kept, or kept inside something that no search opens.
IN_MAILS = tuple(
    mark(place)
    for place in ("X-Header", "In-Reply-To", "Received", "a ZIP file", "a file name in a ZIP", "set apart")
)
IN_OUR_WORDS = tuple(mark(place) for place in ("an answer", "a waiting answer", "a note"))
IN_OUR_PLACES = (*IN_FILES, *IN_MAILS, *IN_OUR_WORDS)
