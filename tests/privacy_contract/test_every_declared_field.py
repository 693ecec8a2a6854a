"""The canary is in every declared column and JSON key, each with a string of its own, or the place says why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aureole.privacy.declare import Declaration, declarations
from aureole.testing.canary_words import PLANTED, mark
from tests.privacy_contract.recorded import Recorded

# For the databases; what is asked here is on record.
pytestmark = pytest.mark.django_db

_CODE = "one of a short list of codes"
CARRIES_NO_WORDS = {
    "desk_draft.kind": _CODE,
    "desk_message.delivery": _CODE,
    "desk_message.direction": _CODE,
    "desk_message.kind": _CODE,
    "desk_message.language": "a language code",
    "desk_message.parties.named": "kept for imports; nothing writes it yet",
    "desk_ticket.channel": _CODE,
    "desk_ticket.priority": _CODE,
    "desk_ticket.status": _CODE,
    "desk_ticket.type": _CODE,
    "email_inbound_mail.mailbox": "our own address",
    "email_inbound_mail.reason": _CODE,
    "email_inbound_mail.state": _CODE,
    "email_outbound_mail.informs": _CODE,
    "email_outbound_mail.purpose": _CODE,
    "email_outbound_mail.reason": _CODE,
    "email_outbound_mail.state": _CODE,
    "people_correction.by_kind": _CODE,
    "people_correction.field": _CODE,
    "people_identifier.kind": _CODE,
    "people_identifier.origin": _CODE,
    "people_merge_undo.kept.moved": "ids of rows",
    "people_merge_undo.kept.origins": "ids and codes",
    "people_person.childhood": _CODE,
    "people_person.language": "a language code",
    "people_person.source": _CODE,
    "people_person.status": _CODE,
    "people_twin.sign": _CODE,
    "privacy_answer_hit.by_kind": _CODE,
    "privacy_answer_hit.decision": _CODE,
    "privacy_answer_hit.kind": _CODE,
    "privacy_answer_hit.reason": _CODE,
    "privacy_answer_hit.spans.*": "pairs of numbers",
    "privacy_answer_hit.standing": _CODE,
    "privacy_answer_hit.table": "the name of a table",
    "privacy_answer_reading.salt": "random",
    "privacy_breach_person.letters": "a count of letters",
    "privacy_channel_proof.code": "an argon2id hash",
    "privacy_channel_proof.purpose": _CODE,
    "privacy_consent.channel": _CODE,
    "privacy_consent.end": _CODE,
    "privacy_consent.language": "a language code",
    "privacy_consent.proof": _CODE,
    "privacy_consent.purpose": _CODE,
    "privacy_consent.version": "the name of a text that many people saw",
    "privacy_disclosure.to": _CODE,
    "privacy_disclosure.unnamed": _CODE,
    "privacy_recipient_notice.event": _CODE,
    "privacy_recipient_notice.hearing": _CODE,
    "privacy_erasure.approval": _CODE,
    "privacy_erasure.certificate": "counts, pseudonym and signature, made by the program",
    "privacy_erasure.done.*": "counts by table",
    "privacy_erasure.known_as.becomes": "ids of a pseudonym",
    "privacy_erasure.plan.apart": "yes or no",
    "privacy_erasure.plan.blockers": "sentences of the program",
    "privacy_erasure.plan.erase": "counts by table",
    "privacy_erasure.plan.keep": "counts by table",
    "privacy_erasure.plan.needed": "a number",
    "privacy_erasure.plan.stays": "counts by table",
    "privacy_erasure.plan_hash": "a hash of counts",
    "privacy_erasure.pseudonym": "a keyed number",
    "privacy_erasure.state": _CODE,
    "privacy_erasure.statement.*": "the certificate before it is signed, made by the program",
    "privacy_erasure.step": _CODE,
    "privacy_erasure.way": _CODE,
    "privacy_export_package.sha256": "a hash of sealed bytes",
    "privacy_hold.table": "the name of a table",
    "privacy_hold.ground": "one of five codes",
    "privacy_informing.disclosed_to": _CODE,
    "privacy_informing.how": _CODE,
    "privacy_informing.source": _CODE,
    "privacy_objection.purpose": _CODE,
    "privacy_request.channel": _CODE,
    "privacy_request.kind": _CODE,
    "privacy_request.language": "a language code",
    "privacy_request.law": _CODE,
    "privacy_request.outcome.*": "counts and ids",
    "privacy_request.plan.apart": "yes or no",
    "privacy_request.plan.blockers": "sentences of the program",
    "privacy_request.plan.erase": "counts by table",
    "privacy_request.plan.keep": "counts by table",
    "privacy_request.plan.needed": "a number",
    "privacy_request.plan.stays": "counts by table",
    "privacy_request.plan_hash": "a hash of counts",
    "privacy_request.refusal": _CODE,
    "privacy_request.scope.*": _CODE,
    "privacy_request.state": _CODE,
    "privacy_request_letter.channel": _CODE,
    "privacy_request_letter.heading": "words of the program and a number",
    "privacy_request_letter.kind": _CODE,
    "privacy_request_letter.state": _CODE,
    "privacy_request_step.by_kind": _CODE,
    "privacy_request_step.what": _CODE,
    **{
        f"privacy_{table}_transfer.{name}": "signed by the program: ids, hashes, times and counts"
        for table in ("arrived", "sent")
        for name in ("offer", "receipt", "closing")
    },
    "privacy_arrived_transfer.state": _CODE,
    "privacy_arrived_transfer.ground": _CODE,
    "privacy_sent_transfer.key": "a random key",
    "privacy_sent_transfer.state": _CODE,
    "privacy_sent_transfer.trouble": _CODE,
    "search_entry.kind": _CODE,
    "staff_agent.password": "an argon2id hash of the canary's password, which is looked for as well",
    "staff_agent.role": _CODE,
    "staff_session.session_data": "the account's id, signed",
    "staff_session.session_key": "random",
    "vault_blind_index.kind": _CODE,
    "vault_sealed_file.envelope": "a key and a hash; the content is looked at as vault_sealed_file.inline",
    "vault_sealed_file.stored_as": "random",
}


def _places(declaration: Declaration) -> Iterator[str]:
    """ "table.column", and "table.column.key" for JSON."""
    for name, field in declaration.fields.items():
        column = f"{declaration.table}.{name}"
        yield from (f"{column}.{key}" for key in field.keys) if field.keys else [column]


def _is_keyed(place: str) -> bool:
    table, column, *_ = place.split(".")
    found = next(d for d in declarations() if d.table == table)
    return found.fields[column].at_rest == "keyed"


EVERY_PLACE = sorted(place for declaration in declarations() for place in _places(declaration))


def test_every_declared_place_is_planted_or_says_why_not() -> None:
    unsaid = [p for p in EVERY_PLACE if p not in PLANTED and p not in CARRIES_NO_WORDS and not _is_keyed(p)]
    assert unsaid == [], (
        "let release_canary put mark(place) there and name it in PLANTED, or give the reason here"
    )
    assert sorted(set(PLANTED) - set(EVERY_PLACE)) == [], "planted in what is no longer declared"
    assert sorted(set(CARRIES_NO_WORDS) - set(EVERY_PLACE)) == [], "a reason for what is no longer declared"
    assert sorted(set(CARRIES_NO_WORDS) & set(PLANTED)) == []


def test_the_canary_is_in_every_planted_place(recorded: Recorded) -> None:
    empty = []
    for declaration in declarations():
        held = recorded.words[declaration.table]
        for place in _places(declaration):
            if place in PLANTED and not any(PLANTED[place] in values.get(place, "") for values in held):
                empty.append(place)
            if _is_keyed(place) or place in CARRIES_NO_WORDS:
                assert held, f"no row of hers in {place}"
    assert empty == [], "nothing of the canary is in these"


def test_what_carries_no_words_carries_none_of_hers(recorded: Recorded) -> None:
    talking = [
        place
        for rows in recorded.words.values()
        for values in rows
        for place, value in values.items()
        if place in CARRIES_NO_WORDS and any(term in value for term in recorded.canary.terms)
    ]
    assert sorted(set(talking)) == []


def test_a_job_for_her_waits_and_a_mail_was_sent(recorded: Recorded) -> None:
    assert recorded.waiting >= 1
    assert recorded.mails == {"queued": 1, "sent": 1}


@pytest.mark.parametrize("place", ["desk_message.text", "desk_message.html"])
def test_marks_differ_and_are_words_in_no_language(place: str) -> None:
    assert len(set(map(mark, EVERY_PLACE))) == len(EVERY_PLACE)
    assert len(mark(place)) == 16
    assert not set(mark(place)) & set("aeiouy")
