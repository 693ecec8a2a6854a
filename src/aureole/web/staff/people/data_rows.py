"""Everything held about a person, one line per field, with what the data map says about it.

The person's own fields stand with their values; of all other tables, how many rows there are.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from aureole.people.models import Identifier, IdentifierKind, Person
from aureole.people.models.person import Childhood, PersonSource
from aureole.privacy.data_map.rows import PRESENCE, MapRow, row_of
from aureole.privacy.declare import Declaration, declaration_of, declarations
from aureole.privacy.erasure.places import rows_of
from aureole.web.staff.people.languages import say_language
from aureole.web.staff.people.masking import mask_all, mask_phone
from aureole.web.ui.ages import say_day
from aureole.web.ui.protection import DataGroup, DataRow, Provenance

_WHO = ("name", "also_known_as", "pronouns", "language", "time_zone", "birth_date", "childhood", "guardian")
_REACH = ("postal_address",)
_SOURCES = {
    "also_known_as": _l("records that were merged"),
    "birth_date": _l("as it was stated"),
    "childhood": _l("noted by staff"),
    "guardian": _l("noted by staff"),
}
BASES = {
    "consent": _l("Consent"),
    "contract": _l("Contract"),
    "legal_duty": _l("Legal duty"),
    "vital_interests": _l("Vital interests"),
    "public_task": _l("Public task"),
    "legitimate_interest": _l("Legitimate interest"),
}
SHOW_REASONS = {
    "to_answer_them": _l("To answer them"),
    "to_call_or_send_something": _l("To call or send something"),
    "to_check_who_they_are": _l("To check who they are"),
    "to_correct_it": _l("To correct it"),
    "to_handle_their_request": _l("To handle their request"),
}
_KINDS = {
    IdentifierKind.EMAIL: _l("E-mail"),
    IdentifierKind.PHONE: _l("Phone"),
    IdentifierKind.EXTERNAL: _l("Number"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One thing that is held. `count` rows stand behind it; `masked` is shown in place of a value until it is
    asked for; `hidden_as` is what the log calls that value."""

    key: str
    label: str
    value: str
    source: str
    map_row: MapRow
    count: int = 1
    masked: str = ""
    hidden_as: str = ""
    url: str = ""

    @property
    def is_sealed(self) -> bool:
        return self.map_row.at_rest == "sealed"


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldGroup:
    heading: str
    things: tuple[Held, ...]


def everything_about(person: Person) -> list[HeldGroup]:
    """In the order of the page. The person and their identifiers are unlocked; one count per declared table."""
    tables = list(_tables(person))
    groups = (
        (_("Who they are"), tuple(_own(person, _WHO))),
        (_("Where we reach them"), (*_identifiers(person), *_own(person, _REACH))),
        (_("What they wrote"), tuple(t for t in tables if _is_written(t.map_row))),
        (_("What we noted"), tuple(t for t in tables if not _is_written(t.map_row))),
    )
    return [HeldGroup(heading=heading, things=things) for heading, things in groups if things]


def _is_written(row: MapRow) -> bool:
    return row.module == "desk" or row.table == "vault_sealed_file"


def _own(person: Person, names: Sequence[str]) -> Iterator[Held]:
    declaration = _declared(Person)
    source = f"{PersonSource(person.source).label}, {say_day(person.created_at)}"
    for name in names:
        value = getattr(person, name)
        if value:
            shown = _say(name, value)
            yield Held(
                key=name, label=_label(declaration, name), value=shown, source=str(_SOURCES.get(name, source)),
                map_row=row_of(declaration, name, declaration.fields[name]),
                masked=mask_all(shown) if name == "postal_address" else "", hidden_as=name,
            )  # fmt: skip


def _say(name: str, value: object) -> str:
    if name == "language":
        return say_language(str(value))
    if name == "childhood":
        return str(Childhood(str(value)).label)
    return ", ".join(str(value).splitlines()) if name == "also_known_as" else str(value)


def _identifiers(person: Person) -> Iterator[Held]:
    declaration = _declared(Identifier)
    for one in person.identifiers.all():
        kind = IdentifierKind(one.kind)
        yield Held(
            key=f"id-{one.pk}", label=str(_KINDS[kind]), value=str(one.shown),
            source=_("known since %(day)s") % {"day": say_day(one.created_at)},
            map_row=row_of(declaration, "shown", declaration.fields["shown"]),
            masked=mask_phone(str(one.shown)) if kind == IdentifierKind.PHONE else "", hidden_as=kind.value,
        )  # fmt: skip


def _tables(person: Person) -> Iterator[Held]:
    for declaration in declarations():
        if declaration.model in (Person, Identifier):
            continue
        count = rows_of(declaration, person.id).count()
        if count:
            yield _table(declaration, count, person.id)


def _table(declaration: Declaration, count: int, person_id: uuid.UUID) -> Held:
    name, field = next(
        ((n, f) for n, f in declaration.fields.items() if f.at_rest == "sealed"),
        next(iter(declaration.fields.items()), (declaration.person, PRESENCE)),
    )
    is_talk = declaration.module == "desk"
    return Held(
        key=f"table-{declaration.table}", label=declaration.label, value=f"{count:,}", count=count,
        source=declaration.source, map_row=row_of(declaration, name, field),
        url=reverse("people:record", args=[person_id]) if is_talk else "",
    )  # fmt: skip


def _declared(model: type[Person] | type[Identifier]) -> Declaration:
    declaration = declaration_of(model)
    assert declaration is not None, "people declares its models; the system checks hold that"
    return declaration


def _label(declaration: Declaration, name: str) -> str:
    return declaration.fields[name].label or name


def opening_sentence(groups: Sequence[HeldGroup], first_name: str) -> str:
    """What is held, in one or two sentences; the numbers are those of the table below."""
    things = [thing for group in groups for thing in group.things]
    total, sources = sum(t.count for t in things), len({t.source for t in things})
    masked = sum(1 for t in things if t.masked)
    first = ngettext(
        "We hold %(count)s thing about %(name)s", "We hold %(count)s things about %(name)s", total
    ) % {"count": f"{total:,}", "name": first_name}
    from_where = ngettext("from %(count)d source.", "from %(count)d sources.", sources) % {"count": sources}
    hidden = ngettext("%(count)d is masked, and", "%(count)d are masked, and", masked) % {"count": masked}
    own = _("what they told us is sealed under keys of their own.")
    return f"{first}, {from_where} {hidden if masked else ''} {own}".replace("  ", " ").replace(". w", ". W")


def data_groups(
    groups: Sequence[HeldGroup], person_id: uuid.UUID, *, shown: str, opened: Mapping[str, Provenance]
) -> list[DataGroup]:
    """For the data component.

    shown   key of the value that is unmasked now
    opened  what stands behind the seals that are open, by key
    """
    return [
        DataGroup(heading=g.heading, rows=[_row(t, person_id, shown, opened.get(t.key)) for t in g.things])
        for g in groups
    ]


def _row(thing: Held, person_id: uuid.UUID, shown: str, provenance: Provenance | None) -> DataRow:
    is_masked = bool(thing.masked) and thing.key != shown
    return DataRow(
        key=thing.key, label=thing.label, value=thing.masked if is_masked else thing.value, source=thing.source,
        purpose=thing.map_row.purpose, basis=str(BASES.get(thing.map_row.legal_basis, "")),
        until=thing.map_row.retention, seal="closed" if is_masked else "open", is_masked=is_masked,
        show_url=reverse("people:show", args=[person_id, thing.key]) if is_masked else "",
        reasons=[(code, str(words)) for code, words in SHOW_REASONS.items()] if is_masked else [],
        provenance_url=reverse("people:why", args=[person_id, thing.key]),
        href=f"{reverse('people:data', args=[person_id])}?seal={thing.key}#prov-{thing.key}",
        value_url=thing.url, provenance=provenance, is_opened=provenance is not None,
    )  # fmt: skip


def thing_of(groups: Sequence[HeldGroup], key: str) -> Held | None:
    """The thing with that key."""
    return next((t for g in groups for t in g.things if t.key == key), None)
