"""The right column: who asks, how to reach them, what they asked before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aureole.desk.queries import OpenTicket
from aureole.desk.ticket_rows import TicketRow
from aureole.people.models import Identifier, Person
from aureole.people.models.identifier import IdentifierKind
from aureole.people.models.person import PersonStatus
from aureole.people.queries import shown_name
from aureole.privacy.declare import declaration_of
from aureole.privacy.informing.listing import owed_of
from aureole.privacy.vocabulary import purpose, retention
from aureole.web.staff.desk.links import everything_url, person_url, ticket_url
from aureole.web.staff.people.languages import say_language
from aureole.web.staff.privacy.informing.sayings import say_told_by
from aureole.web.ui.ages import say_date, say_day
from aureole.web.ui.protection import Fact, Provenance

_LABELS = {
    IdentifierKind.EMAIL: gettext_lazy("E-mail"),
    IdentifierKind.PHONE: gettext_lazy("Phone"),
    IdentifierKind.EXTERNAL: gettext_lazy("Customer"),
}


def side_context(opened: OpenTicket, earlier: Sequence[TicketRow], queue: str) -> dict[str, Any]:
    """For the template; `person` is empty once the requester was erased."""
    person = opened.requester
    if person is None or person.is_erased:
        return {"side_name": _("Erased person"), "side_is_erased": True}
    name, owed = shown_name(person), owed_of([person.id, *(one.id for one in opened.copied)])
    return {
        "side_name": name,
        "side_about": _("first wrote %(when)s") % {"when": say_date(person.created_at)},
        "side_href": person_url(person.id),
        "side_data_href": everything_url(person.id),
        "side_seal": _("%(name)s: everything sealed under keys of their own") % {"name": name},
        "side_is_restricted": person.status == PersonStatus.RESTRICTED,
        "side_to_be_told": say_told_by(owed.get(person.id)),
        "facts": _facts(person),
        "others": [_other(one, say_told_by(owed.get(one.id))) for one in opened.copied],
        "earlier": [_line(row, queue) for row in earlier],
    }


def _facts(person: Person) -> list[Fact]:
    facts = [_identifier(one) for one in person.identifiers.all()]
    if person.organisation:
        facts.append(Fact(label=_("Works at"), value=person.organisation.name))
    if person.language:
        facts.append(Fact(label=_("Writes"), value=say_language(person.language)))
    return facts


def _identifier(one: Identifier) -> Fact:
    return Fact(
        label=str(_LABELS[IdentifierKind(one.kind)]),
        value=str(one.shown),
        key=f"id-{one.pk}",
        provenance=_provenance(one),
    )


def _provenance(one: Identifier) -> Provenance:
    """Why, until when, from where: read from the declaration that export and erasure read too."""
    declared = declaration_of(Identifier)
    assert declared is not None, "people declares its identifiers; the system checks hold that"
    why, until = purpose(declared.purpose), retention(declared.retention)
    return Provenance(
        why=_("Held %(why)s (%(article)s).") % {"why": why.words, "article": why.article},
        until=_("%(period)s, from %(start)s.") % {"period": until.label, "start": until.start},
        readings_rest=_("Every reading of this ticket is written in the log."),
        sealed_with=_("Sealed under a key of this person’s own"),
    )


def _other(person: Person, rest: str) -> dict[str, str]:
    return {"words": shown_name(person), "rest": rest, "href": person_url(person.id)}


def _line(row: TicketRow, queue: str) -> dict[str, str]:
    words = row.subject if row.subject is not None else _("Subject erased")
    return {"words": words, "rest": say_day(row.at), "href": ticket_url(row.number, queue)}
