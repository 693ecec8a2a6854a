"""A plan as an account with two sides: what goes, by module, and what stays with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from aureole.privacy.declare import declarations
from aureole.privacy.erasure.plan import BLACKED_OUT, Kept, Plan
from aureole.privacy.ports import Count
from aureole.web.ui.protection import Account, Branch, Leaf

NAMED = "named"
_HEADINGS = {
    "desk": _l("Desk"),
    "people": _l("Identity"),
    "email": _l("Mail"),
    "staff": _l("Staff account"),
    "search": _l("Search index"),
    "files": _l("Files"),
    "ledger": _l("Reasons in the log"),
    "privacy": _l("Earlier exports and requests"),
    "keys": _l("Keys"),
    "jobs": _l("Waiting jobs"),
    NAMED: _l("Named in others’ texts"),
}
# Places whose module says less to a reader than where they belong.
_MOVED = {
    "vault_sealed_file": "files",
    "search_entry": "search",
    "vault_blind_index": "people",
    "privacy_export_package": "privacy",
    "ledger_entry_detail": "ledger",
    "key store": "keys",
    "procrastinate_jobs": "jobs",
}
_HOW = {
    "desk": _l("deleted, key correspondence destroyed"),
    "people": _l("deleted, key identity destroyed"),
    "files": _l("deleted from the file store"),
    "search": _l("deleted"),
    NAMED: _l("name blacked out;"),
}
_ORDER = ("desk", "email", "files", "people", "staff", "search", "privacy", "ledger", "jobs", "keys")


def lay_out_account(
    plan: Plan, *, line: str, line_rest: str, read_url: str, without: Sequence[Count] = ()
) -> Account:
    """Every item of the plan stands in it once, so its totals are the plan's.

    without  what stays under a pseudonym
    """
    stays = [*_pseudonyms(without), *(_kept(kept) for kept in plan.keep)]
    together = plan.total + sum(branch.stays for branch in stays)
    return Account(
        line=line,
        line_rest=line_rest,
        goes=_branches(plan.erase, read_url),
        stays=stays,
        together=_("Together %(count)s, as in the map") % {"count": f"{together:,}"},
        together_rest=_("Reports go on counting the conversations, without names"),
    )


def _branches(counts: Iterable[Count], read_url: str) -> list[Branch]:
    grouped: dict[str, list[Count]] = {}
    for count in counts:
        key = NAMED if count.how == BLACKED_OUT else module_of(count.place)
        grouped.setdefault(key, []).append(count)
    named = sum(count.count for count in grouped.pop(NAMED, ()))
    order = [*_ORDER, *(key for key in grouped if key not in _ORDER)]
    return [*(_branch(key, grouped[key]) for key in order if key in grouped), *_named(named, read_url)]


def _branch(key: str, counts: Sequence[Count]) -> Branch:
    leaves = [Leaf(label=c.label or c.place, goes=c.count, how=c.how) for c in counts]
    is_single = len(leaves) == 1
    return Branch(
        key=key, label=heading_of(key), goes=sum(c.count for c in counts),
        how=str(_HOW.get(key, leaves[0].how)), leaves=() if is_single else leaves, is_open=key == "desk",
    )  # fmt: skip


def _named(count: int, read_url: str) -> list[Branch]:
    if not count:
        return []
    words = _("read the %(count)s") % {"count": f"{count:,}"}
    how = str(_HOW[NAMED])
    return [Branch(key=NAMED, label=heading_of(NAMED), goes=count, how=how, link=read_url, link_words=words)]


def _pseudonyms(counts: Sequence[Count]) -> list[Branch]:
    if not counts:
        return []
    leaves = [Leaf(label=c.label, stays=c.count, how=c.how) for c in counts]
    total = sum(c.count for c in counts)
    how = _("of nobody: names, addresses, numbers and dates taken out")
    return [
        Branch(
            key="pseudonym", label=_("Under a pseudonym"), stays=total, how=how, leaves=leaves, is_open=True
        )
    ]


def _kept(kept: Kept) -> Branch:
    how = f"{kept.article}: {kept.reason}"
    until = _("until %(when)s") % {"when": kept.until}
    return Branch(
        key=f"kept-{kept.place}", label=kept.label or kept.place, stays=kept.count, until=until, how=how
    )


def heading_of(key: str) -> str:
    return str(_HEADINGS.get(key, key.replace("_", " ").capitalize()))


def module_of(place: str) -> str:
    """The module a place belongs to: "desk_ticket.requester" and "desk_change" to the desk."""
    table = place.partition(".")[0]
    if table in _MOVED:
        return _MOVED[table]
    modules = {d.table: d.module for d in declarations()}
    return modules.get(table) or next((m for m in {*modules.values()} if table.startswith(f"{m}_")), table)
