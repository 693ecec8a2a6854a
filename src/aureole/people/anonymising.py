"""A person's part in an anonymisation: the pseudonym, and words that would tell who stands behind it."""

from __future__ import annotations

import re
import secrets
import uuid
from datetime import datetime

from aureole.people import searching
from aureole.people.models import Person, PersonStatus
from aureole.people.queries import corrections_of, former
from aureole.privacy.anonymising.copying import anonymous_copy, first_of_month
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.ports import Blocker, KnownAs
from aureole.vault.unlock import unlock

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
_TELLING = 4  # letters from which on a word of an address says where somebody lives


def described(person_id: uuid.UUID) -> tuple[str, ...]:
    """Where they live or lived, belong to, who answers for them: whole lines, and each longer word of an address."""
    rows = Person.objects.filter(pk=person_id).select_related("organisation", "site")
    person = next(iter(unlock(rows)), None)
    if person is None or person.is_erased:
        return ()
    kept = corrections_of([person_id]).get(person_id, [])
    before = [text for name in ("postal_address", "organisation") for text in former(kept, name)]
    told = [
        str(text) for text in (person.postal_address, person.guardian, person.birth_date) if text
    ] + before
    words = [word for text in told for word in re.split(r"[^\w]+", text) if len(word) >= _TELLING]
    groups = [str(group.name) for group in (person.organisation, person.site) if group is not None]
    return (*(line for text in told for line in text.splitlines()), *words, *groups)


def make_pseudonym(person_id: uuid.UUID, pseudonym: uuid.UUID, since: datetime) -> None:
    """Repeatable: what is there stays."""
    if Person.objects.filter(pk=pseudonym).exists():
        return
    person = Person.objects.get(pk=person_id)
    made = {
        "name": f"Anonymous {_fresh_name()}", "status": PersonStatus.ANONYMOUS, "twins_sought": True,
        "created_at": first_of_month(since), "id": pseudonym,
    }  # fmt: skip
    copy = anonymous_copy(person, redactor=Redactor.of(KnownAs(person_id=person_id)), made=made)
    copy.save(force_insert=True)
    searching.index_person(copy)


def _fresh_name() -> str:
    """Random, so that it tells two apart and nothing else."""
    return "".join(secrets.choice(_LETTERS) for _ in range(5))


def why_not(person_id: uuid.UUID) -> list[Blocker]:
    """Anonymising is more than storing, which is all a restriction leaves (GDPR Art. 18(2))."""
    status = Person.objects.filter(pk=person_id).values_list("status", flat=True).first()
    if status == PersonStatus.RESTRICTED:
        reason = (
            "This person's data is restricted (GDPR Art. 18): it may be kept and not worked on. Lift the restriction "
            "first, or erase them if they asked for that."
        )
        return [Blocker(code="person_restricted", reason=reason)]
    if status == PersonStatus.ANONYMOUS:
        return [Blocker(code="person_anonymous", reason="This was anonymised already: it is nobody.")]
    return []
