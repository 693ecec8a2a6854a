"""The four promises, each asked of one declared model of a recorded erasure. Every one raises AssertionError."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import SET_NULL
from django.db.models.fields.related import ForeignKey

from aureole.privacy.declare import Declaration, declarations
from aureole.privacy.erasure.plan import BLACKED_OUT
from aureole.search.models import SearchEntry
from aureole.testing.canary_words import IN_MAILS, PASSWORD, PLANTED, mark
from aureole.vault.fences.models import FenceLine
from aureole.vault.fields import SealedField
from aureole.vault.keystore.models import PersonKey
from aureole.vault.models import SealedFile
from tests.privacy_contract.recorded import Dump, Recorded, Row, counted

# Kept nowhere (a header nobody needs, a password), or inside an archive that no search opens.
NOT_KEPT = {PASSWORD, *IN_MAILS} - {mark("set apart")}
# Not part of an export: a reason somebody gave in the log, mail that waits in quarantine, our remarks on a passage.
NOT_HERS_TO_GET = {
    mark("ledger_entry_detail.sealed"), mark("set apart"), mark("privacy_answer_hit.remark"),
    mark("privacy_answer_reading.former.remarks"),
}  # fmt: skip
WITH_ITS_MONTH = "ledger_entry_detail"
"""Goes with a month of the log, by the clock of the database, which nobody sets (`ledger/tests/test_months.py`)."""
FOUND_AS_CUSTOMER = ("people_person", "privacy_disclosure")
"""What the index finds for as long as she is a customer, a row of it each; all others go with what they find."""
MADE = {
    "ledger_entry_detail": "why it was begun, in words that do not name her, under the key of whoever began it",
    "privacy_erasure": "the certificate",
    "privacy_request_step": "what she still waited for ends with her, and its timeline says so",
    "vault_sealed_file": "a file of somebody else in which she was blacked out, sealed anew",
}
"""Declared tables in which an erasure makes rows."""
GROW = {
    **dict.fromkeys(
        (
            "ledger_entry",
            "ledger_leaf",
            "ledger_node",
            "ledger_shard",
            "ledger_checkpoint",
            "ledger_unplaced",
        ),
        "the log says that it happened, and proves it",
    ),
    "fences_line": "no restore brings her back",
    "desk_ticket_statistic": "the figures of her tickets",
    "keystore_person_key": "a fence for each key she never had",
    "privacy_sent_notice": "another controller who got her package is told, by her mark and without a name",
    "procrastinate_jobs": "the jobs that tell them, by ids",
    "procrastinate_events": "and when they run",
    "keystore_system_key": "the key that signs the log, when it is the first thing signed",
}
GO = {
    "procrastinate_jobs": "jobs that name her go",
    "procrastinate_events": "and when they were to run",
    "ledger_unplaced": "entries that are in the tree now",
}
"""Other tables in which rows come or go next to an erasure, and why."""
ENDS = {
    "privacy_sent_transfer": {"state", "trouble", "closed_at", "next_at"},
    "privacy_request": {"state", "outcome", "refusal", "closed_at", "execute_after"},
}
"""Codes and times that change because the erasure ends something of hers that is under way; its step says so."""
LINKS_TO_HER = ("person_id", "subject_id", "requester_id")


def has_a_row_of_each(declaration: Declaration, recorded: Recorded) -> None:
    """Without rows the other contracts would hold of this model whatever it did."""
    table = declaration.table
    assert recorded.erasing[table], (
        f"{table} is declared and the canary has no row in it, so nothing shows that an erasure reaches it: let "
        "aureole.testing.canary.release_canary make one, by the action that makes it in the product"
    )
    only_while_erasing = not recorded.hers[table]
    assert recorded.theirs[table] or only_while_erasing, (
        f"{table} is declared and the neighbour has no row in it, so nothing shows that an erasure leaves other "
        "people's alone: let aureole.testing.neighbour.settle_neighbour make one"
    )


# ------------------------------------------------------------------ (a) parity


def runs_out(declaration: Declaration, recorded: Recorded) -> None:
    """The period it is declared with comes to an end by itself: by a unit of retention, a nightly job, or with the row
    it belongs to. What is declared to go with the customer stays until then, and all else does not wait for it."""
    as_customer, over = recorded.outlived
    table = declaration.table
    assert over[table] == 0, "nobody lets it go"
    if declaration.retention in ("customer", "staff"):
        assert as_customer[table], "it went sooner than declared"
    elif table != WITH_ITS_MONTH:
        beside = sum(as_customer[one] for one in FOUND_AS_CUSTOMER) if table == "search_entry" else 0
        left = as_customer[table] - beside
        assert left == 0, "it waits for somebody to be no customer any more"


def is_handed_out_as_it_is_erased(declaration: Declaration, recorded: Recorded) -> None:
    """exported + withheld with a reason = the map = erased + emptied + kept with a reason; by row and by column."""
    table, entry = declaration.table, recorded.manifest.get(declaration.table)
    assert entry is not None, f"{table} is neither in the package nor withheld with a reason"
    assert entry["count"] == len(recorded.hers[table]), (
        f"{table}: the package tells of other rows than there are"
    )
    withheld = {} if entry.get("withheld") else entry["fields_withheld"]
    assert all(withheld.values()), f"{table}: a column is withheld without a reason"
    if not entry.get("withheld"):
        shown = _columns_shown(table, recorded)
        columns = {f.name: f.attname for f in declaration.model._meta.concrete_fields}
        unsaid = [name for name, column in columns.items() if column not in shown and name not in withheld]
        assert unsaid == [], f"{table}: neither exported nor withheld with a reason: {unsaid}"
    assert recorded.left[table] == (len(recorded.hers[table]) if declaration.keep else 0), (
        f"{table}: rows of hers are left and nothing says why"
    )
    if declaration.keep:
        kept = {item["place"]: item for item in recorded.outcome.kept}.get(table)
        assert kept is not None, f"{table}: kept, and the certificate is silent about it"
        assert kept["article"], f"{table}: kept without an article"
        assert kept["reason"], f"{table}: kept without a reason"
        assert kept["count"] == len(recorded.hers[table])


def _columns_shown(table: str, recorded: Recorded) -> set[str]:
    """As the schema of the table's lines says; a person without rows gets it too."""
    return set(json.loads(recorded.package[f"data/{table}.schema.json"])["properties"])


def certificate_counts_what_was_planned(recorded: Recorded) -> None:
    planned = {c.place: c.count for c in recorded.plan.erase if c.place != "key store"}
    assert planned == dict(counted(recorded.outcome.erased))


# ------------------------------------------------------------------ (b) savepoint diff


@dataclass(frozen=True)
class Difference:
    """Of one table. `changed` has the columns of each row that is there before and after."""

    gone: set[str]
    new: set[str]
    changed: dict[str, set[str]]


def difference(table: str, before: Dump, after: Dump) -> Difference:
    was, now = before[table], after[table]
    changed = {
        pk: {name for name in row if row[name] != now[pk][name]} for pk, row in was.items() if pk in now
    }
    return Difference(
        gone=was.keys() - now.keys(),
        new=now.keys() - was.keys(),
        changed={pk: names for pk, names in changed.items() if names},
    )


def changes_only_what_the_plan_names(declaration: Declaration, recorded: Recorded) -> None:
    table = declaration.table
    found, hers = difference(table, recorded.before, recorded.after), recorded.hers[table]
    assert not found.new or table in MADE, f"{table}: an erasure made rows, and nothing says why"
    _went_as_planned(declaration, found, recorded)
    blacked_out = 0
    for pk, columns in found.changed.items():
        row, sealed = recorded.before[table][pk], set(_sealed(declaration))
        named = {*declaration.references, *emptied_links(table, row, recorded)}
        if pk in hers and declaration.on_erase == "detach":
            named |= {*sealed, *LINKS_TO_HER, *ENDS.get(table, ())}
        elif columns & (sealed | _filed(declaration)) or table == "search_entry":
            blacked_out += 1
            named |= _blacked_out(declaration, recorded) | _filed(declaration)
        assert columns <= named, (
            f"{table}: {sorted(columns - named)} of a row changed, and no declaration, reference or redaction of the "
            "plan names that: count it in an ErasureStep, or leave the row alone"
        )
    _blacked_out_as_planned(declaration, blacked_out, recorded)


def _went_as_planned(declaration: Declaration, found: Difference, recorded: Recorded) -> None:
    table = declaration.table
    strangers = found.gone - recorded.hers[table]
    if table == SealedFile._meta.db_table:  # counted with the row they hung on
        strangers = {pk for pk in strangers if not _hung_on_what_changed(pk, recorded)}
        assert strangers == set(), f"{len(strangers)} files of others went, and their rows did not change"
        return
    assert not strangers or table in _tables(recorded.by_steps), (
        f"{table}: {len(strangers)} rows of others went, and no step of the plan counts them"
    )
    planned = sum(
        c.count
        for c in recorded.plan.erase
        if _table(c.place) == table and c.how in ("deleted", "deleted last")
    )
    assert len(found.gone) == planned, f"{table}: {len(found.gone)} rows went and the plan says {planned}"


def _blacked_out_as_planned(declaration: Declaration, rows: int, recorded: Recorded) -> None:
    table = declaration.table
    places = [c for c in recorded.plan.erase if _table(c.place) == table and c.how == BLACKED_OUT]
    if table == SearchEntry._meta.db_table:  # one line of the index for each row that it finds words of
        assert rows <= sum(c.count for c in recorded.plan.erase if c.how == BLACKED_OUT)
    elif table != SealedFile._meta.db_table:
        planned = max((c.count for c in places), default=0)
        files = sum(c.count for c in recorded.plan.erase if _table(c.place) == SealedFile._meta.db_table)
        files = files if _filed(declaration) else 0
        assert planned <= rows <= planned + files, (
            f"{table}: {rows} rows blacked out and the plan says {planned}"
        )


def _blacked_out(declaration: Declaration, recorded: Recorded) -> set[str]:
    """Columns that the plan's redactions name: one ("table.column (…)"), or all sealed ones of a table."""
    if declaration.table == SearchEntry._meta.db_table:
        return {"tokens"}
    places = [c.place.split(" ")[0] for c in recorded.plan.erase if c.how == BLACKED_OUT]
    own = [place for place in places if place.split(".")[0] == declaration.table]
    return {c for place in own for c in ([place.split(".")[1]] if "." in place else _sealed(declaration))}


def _sealed(declaration: Declaration) -> list[str]:
    return [f.attname for f in declaration.model._meta.concrete_fields if isinstance(f, SealedField)]


def _filed(declaration: Declaration) -> set[str]:
    """Columns that point at a sealed file: one that is blacked out is sealed anew."""
    fields = declaration.model._meta.concrete_fields
    return {f.attname for f in fields if isinstance(f, ForeignKey) and f.related_model is SealedFile}


def _table(place: str) -> str:
    """Of "table", "table.column" and "table.column (others' texts)"."""
    return place.split(" ")[0].split(".")[0]


def _tables(places: Iterable[str]) -> set[str]:
    return {_table(place) for place in places}


def _hung_on_what_changed(file: str, recorded: Recorded) -> bool:
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is SealedFile:
                rows = recorded.before[table].items()
                on = [pk for pk, row in rows if str(row[field.column]) == file]
                if any(recorded.after[table].get(pk) != recorded.before[table][pk] for pk in on):
                    return True
    return False


def emptied_links(table: str, row: Row, recorded: Recorded) -> Iterator[str]:
    """Columns that pointed at a row that went, and may be empty."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table != table:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.remote_field.on_delete is SET_NULL:
                target = field.related_model._meta.db_table  # type: ignore[union-attr]
                value = row[field.column]
                if value is not None and str(value) not in recorded.after[target]:
                    yield field.column


def other_tables_change_only_next_to_it(recorded: Recorded) -> None:
    """Tables that hold nothing of a person: the log and the fence list grow, figures stay, and that is all."""
    declared = {declaration.table for declaration in declarations()}
    between = {m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.auto_created}
    told = set()
    for table in recorded.before.keys() - declared:
        found = difference(table, recorded.before, recorded.after)
        if found.new and table not in GROW:
            told.add(f"{table}: {len(found.new)} new rows")
        if found.gone and table not in _tables(recorded.by_steps) | GO.keys() | between:
            told.add(f"{table}: {len(found.gone)} rows went")
        for pk, columns in found.changed.items():
            left = columns - set(emptied_links(table, recorded.before[table][pk], recorded))
            hers = table == PersonKey._meta.db_table or (table, left) == (FenceLine._meta.db_table, {"image"})
            if left and not (hers and _is_of_her(table, pk, recorded)):
                told.add(f"{table}: {sorted(left)} changed")
    assert not told, f"nothing that an erasure says of itself names these changes: {sorted(told)}"


def _is_of_her(table: str, pk: str, recorded: Recorded) -> bool:
    return recorded.before[table][pk]["person_id"] in recorded.records


# ------------------------------------------------------------------ (c) bystanders


def leaves_the_neighbour_alone(declaration: Declaration, recorded: Recorded) -> None:
    """Her rows rest byte by byte as they did, but for links to who is gone."""
    table = declaration.table
    for pk in recorded.theirs[table]:
        was, now = recorded.before[table][pk], recorded.after[table].get(pk)
        assert now is not None, f"{table}: a row of the neighbour's went"
        links = {*declaration.references, *emptied_links(table, was, recorded)}
        changed = {name for name in was if was[name] != now[name]} - links
        assert changed == set(), f"{table}: {sorted(changed)} of a neighbour's row changed"
        for name in links:
            assert now[name] in (None, was[name]), (
                f"{table}.{name} of a neighbour's row points somewhere else"
            )


def neighbour_sees_what_she_saw(recorded: Recorded) -> None:
    before, after = recorded.neighbour_before, recorded.neighbour_after
    assert before.opened == after.opened, "a sealed value of the neighbour's reads differently"
    assert before.files == after.files, "a file of the neighbour's changed"
    assert before.hits == after.hits, "the search finds something else of the neighbour's"
    assert all(before.hits.values()), "the search found nothing of the neighbour's to begin with"
    assert before.package.keys() == after.package.keys()
    was, now = _without_boundaries(before.package), _without_boundaries(after.package)
    differing = [name for name in was if was[name] != now[name]]
    assert differing == [], f"the neighbour's export differs in {differing}"


VARYING = {"letter.pdf", "manifest.json", "signature.json"}
"""A PDF has the second of its making in it (`letter.txt` has the same words); the others hash all files."""
_BOUNDARY = re.compile(rb"=_[0-9a-f]{32}")


def _without_boundaries(files: dict[str, bytes]) -> dict[str, bytes]:
    """What separates the parts of an e-mail file is random."""
    return {name: _BOUNDARY.sub(b"=_", content) for name, content in files.items() if name not in VARYING}


# ------------------------------------------------------------------ (d) canary hunt


def is_hunted_through(declaration: Declaration, recorded: Recorded) -> None:
    """Each string planted in a column of this model was found before, and none is afterwards, anywhere."""
    planted = {term for place, term in PLANTED.items() if place.split(".")[0] == declaration.table}
    before = {term for _, _, term in recorded.found_before}
    unseen = planted - before - NOT_KEPT - _planted_while_erasing()
    assert unseen == set(), (
        f"{declaration.table}: what is not found before proves nothing afterwards: {unseen}"
    )
    left = [(place, encoding) for place, encoding, term in recorded.found_after if term in planted]
    assert left == [], f"{declaration.table}: words of hers are left"
    here = [(place, enc) for place, enc, _ in recorded.found_after if place.startswith(declaration.table)]
    assert here == [], f"{declaration.table} still holds words of hers"


def _planted_while_erasing() -> set[str]:
    return {term for place, term in PLANTED.items() if place.startswith("privacy_erasure.")}
