"""Words of the retention pages. One place for all of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.retention.standing import counts_of, is_expired
from aureole.web.staff.privacy.who import say_agent, say_who

CLASSES = {
    "direct_contact": _l("Conversations"),
    "set_apart": _l("Mail in quarantine"),
    "demo_request": _l("Requests for a demonstration"),
    "customer": _l("People"),
    "merge": _l("What takes a merge apart"),
    "payment": _l("Payments"),
    "staff": _l("Staff accounts"),
    "export": _l("Exports"),
    "session": _l("Sessions"),
    "ledger": _l("The log and closed proceedings"),
    "suppression": _l("The suppression list"),
}
STATES = {
    RunState.LOOKING: ("soon", _l("being counted")),
    RunState.LOOKED: ("open", _l("counted, nothing decided")),
    RunState.PROPOSED: ("wait", _l("waits for a second person")),
    RunState.APPROVED: ("soon", _l("let go, about to begin")),
    RunState.RUNNING: ("soon", _l("under way")),
    RunState.DONE: ("done", _l("done")),
    RunState.CHANGED: ("late", _l("stopped: something had changed")),
    RunState.REPLACED: ("open", _l("given up for a later one")),
}


def say_class(key: str) -> str:
    return str(CLASSES.get(key, key.replace("_", " ").capitalize()))


def say_state(run: RetentionRun) -> tuple[str, str]:
    """Shape and word."""
    if is_expired(run):
        return "open", _("its day is over")
    shape, words = STATES[RunState(run.state)]
    return shape, str(words)


def say_months(months: int) -> str:
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}


def say_releaser(run: RetentionRun, names: Mapping[uuid.UUID, str]) -> str:
    """Who let it go; empty while nobody has."""
    if run.approved_at is None:
        return ""
    return say_who("system", None, names) if run.automatic else say_agent(run.approved_by, names)


def say_plan(run: RetentionRun) -> str:
    """ "412 rows have run out: 300 go, 90 are kept by a law, 22 are held." """
    counts = counts_of(run)
    total = sum(counts.values())
    if not total:
        return _("Nothing has run out.")
    first = ngettext("%(count)s row has run out", "%(count)s rows have run out", total) % {
        "count": f"{total:,}"
    }
    parts = [words % {"count": f"{counts[what]:,}"} for what, words in _PARTS if counts[what]]
    return f"{first}: {', '.join(parts)}."


_PARTS = (
    ("erase", _l("%(count)s go")),
    ("restrict", _l("%(count)s are kept for a law from now on, restricted")),
    ("floor", _l("%(count)s are kept for a law already")),
    ("held", _l("%(count)s are held")),
)


def say_button(run: RetentionRun) -> str:
    """The consequence, on the button that lets it go."""
    counts = counts_of(run)
    erase = ngettext("Erase %(count)s row", "Erase %(count)s rows", counts["erase"]) % {
        "count": f"{counts['erase']:,}"
    }
    restrict = ngettext("restrict %(count)s", "restrict %(count)s", counts["restrict"])
    restricted = restrict % {"count": f"{counts['restrict']:,}"}
    if not counts["restrict"]:
        return erase
    return (
        _("%(erase)s, %(restrict)s") % {"erase": erase, "restrict": restricted}
        if counts["erase"]
        else (restricted[:1].upper() + restricted[1:])
    )
