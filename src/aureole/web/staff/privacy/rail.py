"""The left column of the privacy pages: only what there is, and what the reader may see."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from aureole.kernel.actor import Actor
from aureole.staff.permissions import may
from aureole.web.ui.shell import View, ViewGroup


def rail_groups(actor: Actor, current: str) -> list[ViewGroup]:
    """`current` is the name of the address of the page shown."""
    pages: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
        (
            "",
            (
                (_("Requests"), "home", "rights.read"),
                (_("Calendar"), "calendar", "rights.read"),
                (_("Figures"), "figures", "rights.read"),
                (_("Open a request"), "open_request", "rights.open"),
                (_("Breaches"), "breaches", "privacy.breach"),
                (_("Consultations"), "consultations", "privacy.consult"),
                (_("Log"), "log", "privacy.log"),
            ),
        ),
        (
            _("What we hold"),
            (
                (_("Data map"), "map", "privacy.map"),
                (_("Retention"), "retention", "privacy.retention"),
                (_("Holds"), "holds", "privacy.hold"),
                (_("Kept away"), "kept_away", "privacy.suppression"),
                (_("To be told"), "to_be_told", "privacy.inform"),
            ),
        ),
        (
            _("What was done"),
            (
                (_("Exports"), "exports", "privacy.export"),
                (_("Transfers"), "transfers", "rights.read"),
                (_("Told by others"), "told", "rights.read"),
                (_("Erasures"), "erasures", "privacy.plan"),
            ),
        ),
        (_("Proof"), ((_("Check a certificate"), "check", "privacy.map"),)),
    )
    groups = [
        ViewGroup(heading=heading, views=[_view(*page, current) for page in views if may(actor, page[2])])
        for heading, views in pages
    ]
    return [group for group in groups if group.views]


def _view(label: str, name: str, permission: str, current: str) -> View:
    return View(label=label, href=reverse(f"privacy:{name}"), is_current=name == current)
