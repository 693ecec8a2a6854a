"""What the tests of this folder look at: who became whom, all words there are, figures, findings."""

from __future__ import annotations

from typing import Any

from aureole.desk.models import Attachment, Message, Ticket
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.anonymising.plan import make_anonymising_plan
from aureole.privacy.anonymising.run import anonymise_person
from aureole.vault.files import read_file
from aureole.vault.unlock import unlock

OFFICER = Actor.operator()
ADA, ADDRESS = "Ada Lindqvist", "ada.lindqvist@brevduva.example"


def anonymise(person: Person, **how: Any) -> str:
    return anonymise_person(person.id, by=OFFICER, reason="she leaves", **how).certificate


def only_pseudonym() -> Person:
    return unlock(Person.objects.pseudonyms())[0]


def all_words() -> str:
    rows = unlock(Message.objects.all())
    words = [str(v) for m in rows for v in (m.text, m.new_text, m.html, m.excerpt, m.parties)]
    words += [str(t.subject) for t in unlock(Ticket.objects.all())]
    attached = unlock(Attachment.objects.select_related("file"))
    words += [str(v) for a in attached for v in (a.name, a.content_type)]
    return "\n".join([*words, *(read_file(a.file).decode("utf-8", "replace") for a in attached)])


def findings(person: Person) -> set[tuple[str, tuple[str, ...], int, bool]]:
    return {(f.label, f.columns, f.persons, f.left) for f in make_anonymising_plan(person.id).findings}
