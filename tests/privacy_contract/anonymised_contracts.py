"""What anonymising promises, asked of one declared model of a recorded run. Every one raises AssertionError."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Field

from aureole.privacy.anonymising.copying import first_of_month
from aureole.privacy.declare import Declaration
from aureole.testing.canary_words import PLANTED, mark
from aureole.vault.fields import SealedField
from tests.privacy_contract.anonymised import Anonymised
from tests.privacy_contract.contracts import NOT_KEPT, emptied_links
from tests.privacy_contract.recorded import Row

# Words of conversations, which are what stays. Each is a made-up word that names nobody.
WORDS_THAT_STAY = {
    mark(place)
    for place in (
        "desk_ticket.subject", "desk_message.text", "desk_message.new_text", "desk_message.excerpt", "an answer",
        "a note", "a waiting answer", "an answer's file", "file store", "vault_sealed_file.inline", "an HTML file",
    )
}  # fmt: skip
MADE_WITH_THEM = {
    "search_entry": "finds the words that stay",
    "vault_sealed_file": "the words of an attachment, sealed anew",
}
"""Tables of which the pseudonym has rows although no column says what becomes of it: nothing of hers was copied."""
_NEVER_IDS = (
    "status",
    "delivery",
    "content_type",
    "excerpt",
    "password",
    "is_active",
    "twins_sought",
    "text",
    "name",
)
"""Columns that are given and are no ids: the same code may stand in both."""


def nothing_of_hers_is_left(declaration: Declaration, recorded: Anonymised) -> None:
    expected = len(recorded.hers[declaration.table]) if declaration.keep else 0
    assert recorded.left[declaration.table] == expected, f"{declaration.table}: rows of hers are left"


def only_words_of_conversations_are_found(declaration: Declaration, recorded: Anonymised) -> None:
    """Each string planted in a column of this model was found before; afterwards only what stays, where it stays."""
    planted = {term for place, term in PLANTED.items() if place.split(".")[0] == declaration.table}
    before = {term for _, _, term in recorded.found_before}
    while_running = {term for place, term in PLANTED.items() if place.startswith("privacy_erasure.")}
    unseen = planted - before - NOT_KEPT - while_running
    assert unseen == set(), (
        f"{declaration.table}: what is not found before proves nothing afterwards: {unseen}"
    )
    left = {(place, term) for place, _, term in recorded.found_after if term in planted}
    carried = {(place, term) for place, term in left if term not in WORDS_THAT_STAY}
    assert carried == set(), f"{declaration.table}: words of hers were carried along"


def becomes_what_was_declared(declaration: Declaration, recorded: Anonymised) -> None:
    """By column: as it was, coarser, gone, cleared or made anew; of every row that was carried over."""
    made = [recorded.after[declaration.table][pk] for pk in recorded.made[declaration.table]]
    if not declaration.anonymous:
        assert not made or declaration.table in MADE_WITH_THEM, (
            f"{declaration.table}: rows of hers became a pseudonym's, and nobody declared what becomes of a column"
        )
        return
    assert made, f"{declaration.table}: nothing was carried over, so nothing shows what becomes of it"
    hers = [recorded.before[declaration.table][pk] for pk in recorded.hers[declaration.table]]
    for field in declaration.model._meta.concrete_fields:
        if field.primary_key:
            assert not recorded.made[declaration.table] & recorded.hers[declaration.table]
        else:
            _FATES[declaration.anonymous[field.name].how](declaration, field, hers, made, recorded)


Judge = Callable[[Declaration, "Field[Any, Any]", list[Row], list[Row], Anonymised], None]


def _comes_from(
    declaration: Declaration, field: Field[Any, Any], made: list[Row], expected: list[Any]
) -> None:
    """No pair of rows is known, by design: so each value must be one that the column of her rows would become."""
    found = Counter(_plain(field, row[field.column]) for row in made)
    strange = found - Counter(expected)
    assert not strange, (
        f"{declaration.table}.{field.name}: {dict(strange)} is not what was declared to become of it"
    )


def _stays(d: Declaration, field: Field[Any, Any], hers: list[Row], made: list[Row], _: Anonymised) -> None:
    _comes_from(d, field, made, [_plain(field, row[field.column]) for row in hers])


def _month(d: Declaration, field: Field[Any, Any], hers: list[Row], made: list[Row], _: Anonymised) -> None:
    moments = [_plain(field, row[field.column]) for row in hers]
    _comes_from(d, field, made, [m if m is None else first_of_month(m) for m in moments])


def _hours(d: Declaration, field: Field[Any, Any], hers: list[Row], made: list[Row], _: Anonymised) -> None:
    start = d.model._meta.get_field(d.anonymous[field.name].after)
    expected: list[Any] = []
    for row in hers:
        begun, ended = _plain(field, row[start.column]), _plain(field, row[field.column])  # type: ignore[union-attr]
        hours = None if ended is None else round((ended - begun).total_seconds() / 3600)
        expected.append(None if hours is None else first_of_month(begun) + timedelta(hours=hours))
    _comes_from(d, field, made, expected)


def _goes(d: Declaration, field: Field[Any, Any], hers: list[Row], made: list[Row], _: Anonymised) -> None:
    default = None if field.null else field.get_default()
    left = {str(row[field.column]) for row in made if row[field.column] not in (None, default)}
    assert left == set(), f"{d.table}.{field.name} was declared to go, and {left} is there"


def _redacted(
    d: Declaration, field: Field[Any, Any], hers: list[Row], made: list[Row], recorded: Anonymised
) -> None:
    words = recorded.opened[d.table, field.name]
    assert words, f"{d.table}.{field.name}: no words stayed, so nothing shows that they are cleared"
    known = set(recorded.canary.terms) - WORDS_THAT_STAY
    named = [term for term in known if any(term.casefold() in text.casefold() for text in words)]
    assert named == [], f"{d.table}.{field.name} still says {named}"


def _given(d: Declaration, field: Field[Any, Any], hers: list[Row], made: list[Row], _: Anonymised) -> None:
    if isinstance(field, SealedField) or field.name in _NEVER_IDS:
        return
    same = {str(row[field.column]) for row in hers if row[field.column] is not None}
    same &= {str(row[field.column]) for row in made}
    if field.name == "author":  # agents who answered her stay the authors of their words
        same -= {str(row["author_id"]) for row in hers if row["author_id"] != row["person_id"]}
    assert same == set(), f"{d.table}.{field.name} leads back: {same}"


_FATES: dict[str, Judge] = {
    "stays": _stays, "month": _month, "hours": _hours, "goes": _goes, "redacted": _redacted, "given": _given,
}  # fmt: skip


def _plain(field: Field[Any, Any], value: Any) -> Any:
    """As it rests in a dump, comparable."""
    if value is None or "Date" not in field.get_internal_type():
        return value
    return datetime.fromisoformat(value)


def leaves_the_neighbour_alone(declaration: Declaration, recorded: Anonymised) -> None:
    """Her rows rest byte by byte as they did; where they named the canary as colleague they name the pseudonym."""
    table = declaration.table
    for pk in recorded.theirs[table]:
        was, now = recorded.before[table][pk], recorded.after[table].get(pk)
        assert now is not None, f"{table}: a row of the neighbour's went"
        changed = {name for name in was if was[name] != now[name]}
        gone = set(emptied_links(table, was, recorded)) | set(declaration.references)
        strange = {
            name
            for name in changed
            if not (now[name] in recorded.ids or (name in gone and now[name] is None))
        }
        assert strange == set(), f"{table}: {sorted(strange)} of a neighbour's row changed"


def figures_are_equal(recorded: Anonymised) -> None:
    """Those by agent, too: what was the canary's is the pseudonym's, as many and of the same."""
    her, (pseudonym,) = str(recorded.canary.staff.pk), recorded.made["staff_agent"]
    for name, figure in recorded.figures_before.items():
        if name == "tickets":
            figure = sorted(line.replace(her, pseudonym) for line in figure)
        assert recorded.figures_after[name] == figure, f"{name}: other figures than before"


def certificate_counts_what_was_planned(recorded: Anonymised) -> None:
    plan, outcome = recorded.plan, recorded.outcome
    assert {c.place: c.count for c in plan.stays} == {
        one["place"]: one["count"] for one in outcome.anonymised
    }
    planned = {c.place: c.count for c in plan.erase if c.place != "key store"}
    erased = {one["place"]: one["count"] for one in outcome.erased}
    differing = {p: (planned.get(p, 0), erased.get(p, 0)) for p in {*planned, *erased}}
    differing = {place: counts for place, counts in differing.items() if counts[0] != counts[1]}
    assert not differing, f"planned and certified differ: {differing}"
    assert outcome.residue["places"] == []
