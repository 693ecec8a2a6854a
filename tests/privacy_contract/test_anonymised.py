"""The canary anonymised: of all she was known by, wrote from or was described with, nothing is left anywhere."""

from __future__ import annotations

from typing import Any

from django.db import connections

from aureole.desk.models import Message, Ticket
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.anonymising.plan import make_anonymising_plan
from aureole.privacy.anonymising.run import anonymise_person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.declare import declarations
from aureole.privacy.erasure.places import rows_of
from aureole.privacy.residue.scan import scan
from aureole.testing.canary import Canary, bystanders_mention_her
from aureole.testing.canary_words import mark
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
# Words of conversations, which are what stays. Each is a made-up word that names nobody.
WORDS_THAT_STAY = {
    mark(place)
    for place in (
        "desk_ticket.subject", "desk_message.text", "desk_message.new_text", "desk_message.excerpt", "an answer",
        "a note", "a waiting answer", "an answer's file", "file store", "vault_sealed_file.inline", "an HTML file",
    )
}  # fmt: skip


def test_nothing_she_was_known_by_is_left_and_others_are_untouched(canary: Canary, settings: Any) -> None:
    settings.AUREOLE_ANONYMITY = 1  # she is the only canary there is; who is singled out is tested elsewhere
    bo = bystanders_mention_her(Personas())
    before = _rows_besides(canary.person.id)
    plan = make_anonymising_plan(canary.person.id)
    outcome = anonymise_person(canary.person.id, by=OPERATOR, reason="contract", expected_hash=plan.hash)
    report = scan(canary.terms, deep=True)
    found = {canary.terms[p.text] for p in (*report.places, *report.namesakes, *report.same_words)}
    assert found <= WORDS_THAT_STAY, "something of hers was carried along"
    assert {mark("desk_message.new_text"), mark("an answer"), mark("file store")} <= found, "the words stay"
    left = [d.table for d in declarations() if d.keep is None and rows_of(d, canary.person.id).exists()]
    assert left == []
    assert outcome.residue["places"] == [] and verify(outcome.certificate).valid
    assert _what_changed(before) <= {
        "desk_message", "desk_ticket", "desk_attachment", "vault_sealed_file", "search_entry", "email_inbound_mail",
        "email_message_identity", "desk_participant", "email_outbound_mail", "people_twin",
    }  # fmt: skip
    assert Person.objects.filter(pk=bo.id).exists()
    pseudonym = Person.objects.pseudonyms().get()
    assert (
        Ticket.objects.filter(requester=pseudonym).exists()
        and Message.objects.filter(author=pseudonym).exists()
    )


def _rows_besides(person_id: Any) -> dict[tuple[str, str], str]:
    """Every row of a declared table that is not hers, as the database holds it."""
    rows = {}
    for declaration in declarations():
        mine = {str(pk) for pk in rows_of(declaration, person_id).values_list("pk", flat=True)}
        with connections["default"].cursor() as cursor:
            pk = declaration.model._meta.pk.column
            cursor.execute(f'SELECT "{pk}"::text, t::text FROM "{declaration.table}" t')
            rows |= {(declaration.table, key): row for key, row in cursor.fetchall() if key not in mine}
    return rows


def _what_changed(before: dict[tuple[str, str], str]) -> set[str]:
    """Tables in which a row of somebody else was changed or is gone; new rows are the pseudonym's."""
    after = _rows_besides(None)
    return {table for table, key in before if after.get((table, key)) != before[table, key]}
