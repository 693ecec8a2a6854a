"""A consent as a record in the structure of ISO/IEC TS 27560:2023 (clauses 6.3 and 6.4), for whoever gave it and for
another system that has to understand it.

Everything in it is read: from the consent, the data map, the settings and the law on file. What is optional and has no
source here stands under `left_out` with the reason, not filled with guesses.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings

from aureole.ledger.ports import confidant
from aureole.privacy.data_map.rows import MapRow
from aureole.privacy.data_map.rows import rows as map_rows
from aureole.privacy.data_map.special import is_special
from aureole.privacy.declare import declarations
from aureole.privacy.export.answer import workspace
from aureole.privacy.export.ports import Receiver, receivers_of
from aureole.privacy.export.sheet import letter_words
from aureole.privacy.models import Consent, ConsentEnd
from aureole.privacy.retention.schedule import Schedule
from aureole.privacy.rights.place import authority
from aureole.privacy.vocabulary import purpose, retention
from aureole.vault.unlock import unlock

SCHEMA = "ISO/IEC TS 27560:2023"
VERSION = 1
LEFT_OUT = {
    "party_phone": "no number of the controller is on file; its address, mail address and page are given",
    "codes_of_conduct": "none is declared to the program",
    "impact_assessment": "assessments are not kept in the program; consultations of the authority (Art. 36) are",
    "pii_optional": "what is named is what the purpose needs; nothing more is asked for with a consent",
    "geographic_restrictions": "no consent of this program is limited to a place",
}
# Where somebody can be written to: what every purpose that sends mail uses besides what is declared for it.
_REACHED = ("user.name", "user.contact.email")
_CALLED = {"file_store": "files", "database": "database", "mail_out": "mail"}
_STATES = {
    ConsentEnd.WITHDRAWN: "withdrawn",
    ConsentEnd.REPLACED: "replaced by a new consent to other words",
    ConsentEnd.MERGED: "ended by a no on a record of the same person",
    ConsentEnd.UNDERAGE: "ended by the controller: a child had given it alone (GDPR Art. 8(1))",
}


def consent_records(
    person_id: uuid.UUID, *, receivers: Sequence[Receiver] | None = None, with_words: bool = True
) -> dict[str, Any]:
    """Every consent of a person, also those that ended, newest first. JSON that names no staff.

    receivers   who else gets their data, where the caller has asked that already
    with_words  the very words agreed to; otherwise only their hash, where the words stand in a file beside it
    """
    found = unlock(Consent.objects.filter(person_id=person_id).order_by("-given_at", "-id"))
    if not found:
        return _document([])
    told = receivers_of(person_id) if receivers is None else receivers
    keeps, mark, mapped = _retention(), confidant().pseudonym(person_id).hex(), map_rows()
    return _document([_record(one, mark, told, keeps, mapped, with_words) for one in found])


def _document(records: list[dict[str, Any]]) -> dict[str, Any]:
    return {"structure": SCHEMA, "schema_version": VERSION, "records": records, "left_out": LEFT_OUT}


def _record(
    one: Consent,
    mark: str,
    receivers: Sequence[Receiver],
    keeps: str,
    mapped: Iterable[MapRow],
    with_words: bool,
) -> dict[str, Any]:
    return {
        "schema_version": VERSION,
        "record_id": str(one.pk),
        "pii_principal_id": mark,
        "pii_processing": {
            "privacy_notice": _notice(one, with_words),
            "language": one.language,
            **_purpose(one, mapped),
            **_processing(receivers, keeps),
            "withdrawal_method": _withdrawal(),
            "privacy_rights": [{"right": right, "means": means} for right, means in _words("rights")["lines"]],
            "authority_party": _authority(),
        },
        "consent_events": list(_events(one)),
        "parties": [_controller(), *map(_receiver, receivers)],
    }  # fmt: skip


def _notice(one: Consent, with_words: bool) -> dict[str, str]:
    words = str(one.wording)
    told = {
        "version": one.version,
        "language": one.language,
        "sha256": hashlib.sha256(words.encode()).hexdigest(),
        "about_processing": f"{settings.AUREOLE_BASE_URL}/portal/privacy/",
    }
    return told | {"words": words} if with_words else told


def _purpose(one: Consent, mapped: Iterable[MapRow]) -> dict[str, Any]:
    found = purpose(one.purpose)
    used = [row for row in mapped if row.purpose_key == one.purpose or row.category in _REACHED]
    kinds = {row.category: is_special(row.category) for row in used if row.category.startswith("user.")}
    return {
        "purpose": {"id": found.key, "name": found.label, "words": found.words},
        "purpose_type": "direct marketing" if found.marketing else "other than direct marketing",
        "lawful_basis": {"type": found.basis, "article": found.article},
        "pii_information": [
            {"pii_type": kind, "special_pii_category": special} for kind, special in sorted(kinds.items())
        ],
        "pii_controllers": ["controller"],
        "collection_method": one.get_channel_display(),
    }


def _processing(receivers: Sequence[Receiver], keeps: str) -> dict[str, Any]:
    region = str(settings.AUREOLE_REGION or "")
    here = region or f"the controller's own machines ({settings.AUREOLE_COUNTRY})"
    stored = [found.name for found in receivers if found.kind in ("file_store", "database")]
    return {
        "processing_method": f"mail sent by this instance; it rests sealed under keys of the person. "
        f"Decisions by machines: {_words('machines')['sentence']}",
        "storage_locations": [here, *stored],
        "retention_period": keeps,
        "processing_locations": [here, *sorted({_country(found) for found in receivers} - {""})],
        "services": [{"name": workspace(), "url": str(settings.AUREOLE_BASE_URL)}],
        "jurisdictions": [str(settings.AUREOLE_COUNTRY)],
        "recipient_third_parties": [found.name for found in receivers],
    }


def _retention() -> str:
    declared = next(d for d in declarations() if d.model is Consent).retention
    months = Schedule.now().months(declared)
    return f"{months} months, counted from {retention(declared).start}; earlier when the person is erased"


def _withdrawal() -> dict[str, str]:
    return {
        "words": "at any time, without a reason and without an account; what waits to be sent is stopped at once",
        "url": f"{settings.AUREOLE_BASE_URL}/portal/privacy/ask/withdrawal/",
        "email": str(settings.AUREOLE_MAILBOX),
    }


def _events(one: Consent) -> Iterator[dict[str, Any]]:
    yield {
        "event_time": one.given_at.isoformat(),
        "validity_duration": "no fixed end: it counts until it is withdrawn or replaced",
        "event_type": "expressed by a statement or a clear act (GDPR Art. 4(11))",
        "event_state": "given",
        "entity": {
            "party_role": "PII principal",
            "where": one.get_channel_display(),
            "shown_by": one.get_proof_display(),
        },
    }
    if one.ended_at is not None:
        yield {
            "event_time": one.ended_at.isoformat(),
            "event_type": "expressed by a statement or a clear act",
            "event_state": _STATES.get(ConsentEnd(one.end), one.end),
            "entity": {"party_role": "PII controller" if one.end == ConsentEnd.UNDERAGE else "PII principal"},
        }


def _controller() -> dict[str, Any]:
    reach = str(settings.AUREOLE_MAILBOX)
    return {
        "party_id": "controller",
        "party_name": workspace(),
        "party_role": "PII controller",
        "party_type": "organisation",
        "party_address": str(settings.AUREOLE_POSTAL_ADDRESS or "") or None,
        "party_email": reach,
        "party_url": str(settings.AUREOLE_BASE_URL),
        "party_contact": reach,
        "country": str(settings.AUREOLE_COUNTRY),
    }


def _receiver(found: Receiver) -> dict[str, Any]:
    return {
        "party_id": found.name, "party_name": found.name, "party_role": "recipient", "party_type": found.kind,
        "gets": found.gets.format(day=found.at.date().isoformat()) if found.at else found.gets, "why": found.why,
        "country": _country(found) or None,
    }  # fmt: skip


def _country(found: Receiver) -> str:
    """As the operator said it (AUREOLE_RECEIVER_COUNTRIES); "" where nobody did."""
    key = _CALLED.get(found.kind, found.name.lower())
    return str(settings.AUREOLE_RECEIVER_COUNTRIES.get(key, ""))


def _authority() -> dict[str, str] | None:
    found = authority()
    if found is None:
        return None
    return {
        "party_name": found.name,
        "party_url": f"https://{found.web}",
        "party_role": "supervisory authority",
    }


def _words(name: str) -> dict[str, Any]:
    found: dict[str, Any] = letter_words("en")[name]
    return found
